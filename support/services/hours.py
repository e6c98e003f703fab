"""What those who help say of their hours, their places and their colleagues. Acts of the association's own people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange

from core import clock
from core.acts import ActRefused
from core.journal import record_act
from support.enums import MeetingMode
from support.models import Absence, Availability, Place, Replacement
from support.selectors.agenda import zone_of
from support.services.refusing import refused_by

if TYPE_CHECKING:
    from datetime import date, time

    from django.db.models import Model

    from accounts.models import User
    from core.journal import Actor
    from support.models import AssociationMember
    from territories.models import Departement

LONGEST_ABSENCE = timedelta(days=366)
# Minutes after midnight of the last minute that a form can type: 23 h 59 closes the day.
LAST_MINUTE = 24 * 60 - 1

HOURS_RULES = {
    "support_availability_no_overlap": ("Vous recevez déjà ce jour-là, à une partie de ces heures.", "start"),
    "support_availability_of_its_association": ("Votre association n'accueille pas ce département.", "departement"),
    "support_availability_of_its_place": ("Ce lieu n'est pas dans ce département.", "place"),
}
PLACE_RULES = {
    "support_place_once": ("Un lieu ouvert porte déjà ce nom dans ce département.", "name"),
    "support_place_of_its_association": ("Votre association n'accueille pas ce département.", "departement"),
}
ABSENCE_RULES = {"support_absence_no_overlap": ("Une absence est déjà notée sur une partie de ce temps.", "first_day")}
REPLACEMENT_RULES = {
    "support_replacement_one_colleague": ("Cette personne est déjà remplacée pendant ces dates.", "first_day"),
    "support_replacement_by_another": ("Choisissez deux personnes différentes.", "colleague"),
    "support_replacement_of_colleagues": (
        "L'une de ces personnes ne travaille pas pour votre association à toutes ces dates.", "colleague",
    ),
    "support_replacement_no_chain": (
        "À ces dates, cette personne est absente, ou l'autre la remplace déjà : choisissez quelqu'un qui sera là.",
        "colleague",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """When somebody receives: every week on `weekday` from a day (to another), or on `day` alone."""

    mode: MeetingMode
    departement: Departement
    start: time
    end: time
    place: Place | None = None
    weekday: int | None = None
    day: date | None = None
    first_day: date | None = None
    last_day: date | None = None


def add_availability(*, member: AssociationMember, opening: Opening, actor: Actor) -> Availability:
    """Raises ActRefused when the hours are not in order, when the place does not fit, or when they overlap others."""
    hours = _hours(opening.start, opening.end)
    first, last = (opening.day, opening.day) if opening.day else (opening.first_day, opening.last_day)
    today = clock.today(opening.departement.zone)
    first = first or today
    if first < today:
        raise ActRefused("Ce jour est passé.", field="day" if opening.day else "first_day")
    if last is not None and last < first:
        raise ActRefused("Le dernier jour précède le premier.", field="last_day")
    weekday = opening.day.isoweekday() if opening.day else opening.weekday
    if not weekday:
        raise ActRefused("Choisissez un jour de la semaine, ou un seul jour.", field="weekday")
    if (opening.mode == MeetingMode.ON_SITE) != (opening.place is not None):
        sentence = (
            "Dites où vous recevez." if opening.place is None else "Il n'y a un lieu que si vous recevez sur place."
        )
        raise ActRefused(sentence, field="place")
    if opening.place is not None and not opening.place.is_open:
        raise ActRefused("Ce lieu est fermé.", field="place")
    with refused_by(HOURS_RULES):
        made = Availability.objects.create(
            member=member,
            departement=opening.departement,
            place=opening.place,
            mode=opening.mode,
            weekday=weekday,
            hours=hours,
            period=DateRange(first, last + timedelta(days=1) if last else None),
        )
        _journal(made, actor, "disponibilité ajoutée")
    return made


@transaction.atomic
def remove_availability(*, availability: Availability, actor: Actor) -> None:
    """It is no longer offered. Appointments already agreed stay in the agenda. Twice changes nothing."""
    if Availability.objects.filter(pk=availability.pk).delete()[0]:
        _journal(availability, actor, "disponibilité retirée")


def add_absence(
    *,
    member: AssociationMember,
    first_day: date,
    last_day: date,
    start: time | None = None,
    end: time | None = None,
    actor: Actor,
) -> Absence:
    """Days, or some hours of them, when somebody does not receive. No reason is asked, none is kept.

    Raises ActRefused when it is past, longer than a year, or overlaps another.
    """
    if last_day < first_day:
        raise ActRefused("Le dernier jour précède le premier.", field="last_day")
    if last_day < clock.today(zone_of(member)):
        raise ActRefused("Ces jours sont passés.", field="last_day")
    if last_day - first_day >= LONGEST_ABSENCE:
        raise ActRefused("Une absence se note pour un an au plus.", field="last_day")
    if (start is None) != (end is None):
        raise ActRefused("Donnez les deux heures, ou aucune pour toute la journée.", field="end" if start else "start")
    hours = _hours(start, end) if start is not None and end is not None else None
    with refused_by(ABSENCE_RULES):
        made = Absence.objects.create(
            member=member, period=DateRange(first_day, last_day + timedelta(days=1)), hours=hours
        )
        _journal(made, actor, "absence notée")
    return made


@transaction.atomic
def remove_absence(*, absence: Absence, actor: Actor) -> None:
    if Absence.objects.filter(pk=absence.pk).delete()[0]:
        _journal(absence, actor, "absence retirée")


def add_place(
    *, member: AssociationMember, departement: Departement, name: str, address: str, access: str = "", actor: Actor
) -> Place:
    """Raises ActRefused when an open place has this name there, or when the association does not help there."""
    with refused_by(PLACE_RULES):
        made = Place.objects.create(
            association=member.association,
            departement=departement,
            name=" ".join(name.split()),
            address=" ".join(address.split()),
            access=" ".join(access.split()),
        )
        _journal(made, actor, "lieu d'accueil ajouté")
    return made


@transaction.atomic
def close_place(*, place: Place, actor: Actor) -> None:
    """Its hours are no longer offered; appointments already agreed there stay. Twice changes nothing."""
    if Place.objects.filter(pk=place.pk, is_open=True).update(is_open=False):
        _journal(place, actor, "lieu d'accueil fermé")


@transaction.atomic
def set_video_link(*, member: AssociationMember, link: str, actor: Actor) -> AssociationMember:
    """Keep the link of the association's own video tool, or forget it when empty. Raises ActRefused."""
    link = link.strip()
    if link:
        _check_link(link)
    found = type(member).objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    found.video_link = link or None
    found.save(update_fields=["video_link"])
    # The link opens the room: the journal never repeats it.
    record_act(
        actor=actor,
        object_type="support.associationmember",
        object_id=str(member.pk),
        reason="lien de visio enregistré" if link else "lien de visio effacé",
    )
    return found


def _check_link(link: str) -> None:
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ActRefused("Ce lien ne se lit pas. Copiez-le depuis votre outil de visio.", field="link") from None
    if parts.scheme != "https":
        raise ActRefused("Le lien commence par https://, pour que la conversation soit protégée.", field="link")
    if "." not in host or parts.username or parts.password or port not in (None, 443) or not link.isprintable():
        raise ActRefused("Ce lien ne se lit pas. Copiez-le depuis votre outil de visio.", field="link")
    if " " in link:
        raise ActRefused("Un lien n'a pas d'espace.", field="link")


def add_replacement(
    *,
    member: AssociationMember,
    colleague: AssociationMember,
    first_day: date,
    last_day: date,
    user: User,
    actor: Actor,
) -> Replacement:
    """A colleague of the association keeps the appointments of `member`, both days counted.

    Raises ActRefused when the days are past, when somebody replaces already, or when the colleague is away then.
    """
    if last_day < first_day:
        raise ActRefused("Le dernier jour précède le premier.", field="last_day")
    if last_day < clock.today(zone_of(member)):
        raise ActRefused("Ces jours sont passés.", field="last_day")
    if last_day - first_day >= LONGEST_ABSENCE:
        raise ActRefused("Un remplacement se note pour un an au plus.", field="last_day")
    with refused_by(REPLACEMENT_RULES):
        made = Replacement.objects.create(
            member=member,
            colleague=colleague,
            period=DateRange(first_day, last_day + timedelta(days=1)),
            created_at=clock.now(),
            created_by=user,
        )
        _journal(made, actor, "rendez-vous confiés à un collègue")
    return made


@transaction.atomic
def remove_replacement(*, replacement: Replacement, actor: Actor) -> None:
    """The appointments are again those of the person replaced. Twice changes nothing."""
    if Replacement.objects.filter(pk=replacement.pk).delete()[0]:
        _journal(replacement, actor, "remplacement retiré")


def _hours(start: time, end: time) -> NumericRange:
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    if last == LAST_MINUTE:
        last += 1
    if last <= first:
        raise ActRefused("L'heure de fin vient après l'heure de début.", field="end")
    return NumericRange(first, last)


def _journal(row: Model, actor: Actor, reason: str) -> None:
    record_act(
        actor=actor,
        object_type=row._meta.label_lower,
        object_id=str(row.pk),
        object_label=str(row)[:200],
        reason=reason,
    )
