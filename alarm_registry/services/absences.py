"""« Opération tranquillité vacances »: an absence is declared under the rules of the force, in data, and cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from alarm_registry.enums import AddressKind
from alarm_registry.models import Absence, AbsenceRule
from alarm_registry.services.notices import tell_unit
from alarm_registry.services.registering import journal_act, lock_registration
from core import clock
from core.acts import ActRefused
from core.wording import day_words, plural_words

if TYPE_CHECKING:
    from accounts.models import Unit
    from alarm_registry.models import RegisteredAddress, Registration
    from core.journal import Actor

# Homes, and not the places where one works: nobody empties a town hall for the holidays.
WATCHED = (AddressKind.HOME, AddressKind.SECOND_HOME)


@dataclass(frozen=True)
class AbsenceFacts:
    """Both days are days away."""

    first_day: date
    last_day: date
    key_holder: str = ""
    key_holder_telephone: str = ""
    note: str = ""


def absence_rule_of(unit: Unit) -> AbsenceRule:
    """The rule of the force of the unit, as of today there."""
    today = clock.today(unit.departement.time_zone)
    return AbsenceRule.objects.filter(force=unit.force, in_force_from__lte=today).latest("in_force_from")


@transaction.atomic
def declare_absence(
    *, registration: Registration, address: RegisteredAddress, facts: AbsenceFacts, actor: Actor
) -> Absence:
    """Declare that a home is empty; the référents of the unit are told. Declared twice, with the same days, it is one.

    Raises ActRefused, with the field it is about, when the rule of the force does not allow it, when another absence
    covers one of these days at this address, or when the registration has ended.
    """
    registration = lock_registration(registration)
    # Read again under the lock: it may have been taken off meanwhile.
    found = registration.addresses.select_related("departement").filter(pk=address.pk).first()
    if found is None:
        raise ActRefused("Cette adresse n'est plus inscrite : choisissez-en une autre.", field="address")
    # Half-open, local to the address.
    period = DateRange(facts.first_day, facts.last_day + timedelta(days=1))
    standing = Absence.objects.standing().filter(address=found)
    if same := standing.filter(period=period).first():
        same.registration = registration
        return same
    _check(absence_rule_of(registration.unit), facts, kind=found.kind, today=clock.today(found.departement.time_zone))
    if other := standing.filter(period__overlap=period).order_by("period").first():
        raise ActRefused(
            f"Une absence est déjà déclarée à cette adresse, du {day_words(other.first_day)} au"
            f" {day_words(other.last_day)}. Annulez-la, ou choisissez d'autres jours.",
            field="first_day",
        )
    absence = Absence(
        registration=registration,
        address=found,
        period=period,
        key_holder=facts.key_holder.strip(),
        key_holder_telephone=facts.key_holder_telephone.strip(),
        note=facts.note.strip(),
        declared_at=clock.now(),
    )
    absence.save(force_insert=True)
    journal_act(registration, actor, "absence déclarée à « Alarme élu »")
    tell_unit(registration, text="une absence est déclarée.", key=f"alarm-absence:{absence.pk}", by=actor)
    return absence


def _check(rule: AbsenceRule, facts: AbsenceFacts, *, kind: str, today: date) -> None:
    first, last = facts.first_day, facts.last_day
    if kind not in WATCHED:
        raise ActRefused("Une absence se déclare pour un domicile, pas pour un lieu de travail.", field="address")
    if kind == AddressKind.SECOND_HOME and not rule.second_homes:
        raise ActRefused(
            "Ici, seule l'absence du domicile est surveillée, pas celle d'une résidence secondaire.", field="address"
        )
    if last < first:
        raise ActRefused("Le dernier jour vient après le premier.", field="last_day")
    notice, days = (first - today).days, (last - first).days + 1
    if notice < 0:
        raise ActRefused("Ce jour est passé : donnez un premier jour à venir.", field="first_day")
    if notice < rule.least_notice:
        raise ActRefused(
            f"C'est trop tard : une absence se déclare au moins {plural_words(rule.least_notice, 'jour', 'jours')}"
            f" avant, donc à partir du {day_words(today + timedelta(days=rule.least_notice))}. Pour un départ plus"
            " proche, appelez votre unité.",
            field="first_day",
        )
    if rule.most_notice is not None and notice > rule.most_notice:
        raise ActRefused(
            f"C'est trop tôt : une absence se déclare au plus {plural_words(rule.most_notice, 'jour', 'jours')} avant."
            f" Revenez à partir du {day_words(first - timedelta(days=rule.most_notice))}.",
            field="first_day",
        )
    if days < rule.shortest:
        raise ActRefused(
            f"C'est trop court : une absence dure au moins {plural_words(rule.shortest, 'jour', 'jours')}.",
            field="last_day",
        )
    if days > rule.longest:
        raise ActRefused(
            f"C'est trop long : une absence dure au plus {plural_words(rule.longest, 'jour', 'jours')}, donc jusqu'au"
            f" {day_words(first + timedelta(days=rule.longest - 1))}.",
            field="last_day",
        )


@transaction.atomic
def cancel_absence(*, absence: Absence, actor: Actor) -> Absence:
    """The person is back, or does not leave. Cancelled twice, it is once. Raises ActRefused when all has ended."""
    registration = lock_registration(absence.registration)
    found = Absence.objects.select_for_update(of=("self",), no_key=True).get(pk=absence.pk)
    found.registration = registration
    if found.cancelled_at is not None:
        return found
    found.cancelled_at = clock.now()
    found.save(update_fields=["cancelled_at"])
    journal_act(registration, actor, "absence déclarée à « Alarme élu » annulée")
    tell_unit(registration, text="une absence est annulée.", key=f"alarm-absence-cancelled:{found.pk}", by=actor)
    return found
