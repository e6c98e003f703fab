"""The directory: an administrator says which associations help, where, and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role
from accounts.models import Posting, User
from core import clock
from core.acts import ActRefused
from core.journal import record_act
from support.models import Association, AssociationMember
from support.services.refusing import refused_by
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import date

    from core.journal import Actor

OBJECT = "support.association"
CODE_TAKEN = {"support_association_code_key": ("Une association porte déjà ce code.", "code")}
OVERLAP = {
    "association_member_of_one_at_a_time": (
        "Cette personne travaille déjà pour une association à partir de ce jour. Terminez d'abord son passage.",
        "email",
    ),
    "association_member_is_a_psychologist": (
        "Cette personne n'est pas habilitée comme psychologue ce jour-là.",
        "email",
    ),
    "association_member_has_a_start": ("Le dernier jour précède le premier.", "last_day"),
}


@dataclass(frozen=True)
class AssociationFacts:
    """What the directory says of an association. `departements` holds INSEE codes."""

    name: str
    telephone: str
    hours: str
    helps: list[str]
    departements: list[str] = field(default_factory=list)
    email: str = ""
    address: str = ""


TEXTS = ("name", "telephone", "hours", "email", "address")


class AssociationChanged(Exception):
    """Somebody saved first: the association as it is now."""

    def __init__(self, association: Association) -> None:
        super().__init__("L'association a changé entre-temps.")
        self.association = association


def create_association(*, code: str, facts: AssociationFacts, actor: Actor) -> Association:
    """Raises ActRefused when the code is taken, or when nothing says where it helps."""
    _check(facts)
    with refused_by(CODE_TAKEN):
        association = Association.objects.create(code=code, helps=facts.helps, **_texts(facts))
        association.departements.set(Departement.objects.filter(pk__in=facts.departements))
        _journal(association, actor, "association d'aide inscrite au répertoire")
    return association


@transaction.atomic
def change_association(*, association: Association, version: int, facts: AssociationFacts, actor: Actor) -> Association:
    """Raises AssociationChanged when somebody saved since `version`, ActRefused when nothing says where it helps.

    Places and hours of a département that leaves stay written: they are no longer offered.
    """
    _check(facts)
    found = Association.objects.select_for_update(of=("self",), no_key=True).get(pk=association.pk)
    if found.version != version:
        raise AssociationChanged(found)
    for name, value in _texts(facts).items():
        setattr(found, name, value)
    found.helps = facts.helps
    found.version += 1
    found.save()
    found.departements.set(Departement.objects.filter(pk__in=facts.departements))
    _journal(found, actor, "association d'aide modifiée")
    return found


@transaction.atomic
def set_association_active(*, association: Association, active: bool, actor: Actor) -> Association:
    """Close an association, or open it again. Closed, it is offered to nobody; what it has accepted goes on.

    Doing it twice changes nothing.
    """
    found = Association.objects.select_for_update(of=("self",), no_key=True).get(pk=association.pk)
    if found.is_active != active:
        found.is_active = active
        found.version += 1
        found.save(update_fields=["is_active", "version"])
        _journal(found, actor, "association d'aide rouverte" if active else "association d'aide fermée")
    return found


def add_member(
    *, association: Association, email: str, first_day: date, last_day: date | None = None, actor: Actor
) -> AssociationMember:
    """Write that somebody works for an association, from a day to another (the last one counted).

    Raises ActRefused when no account has this address, when it is not posted as a psychologist that day, or when it
    works for an association already.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise ActRefused("Aucun compte n'a cette adresse.", field="email")
    held = Posting.objects.with_roles([Role.PSYCHOLOGIST]).active_on(first_day)
    if not held.filter(user=user).exists():
        raise ActRefused("Cette personne n'est pas habilitée comme psychologue ce jour-là.", field="email")
    if last_day is not None and last_day < first_day:
        raise ActRefused("Le dernier jour précède le premier.", field="last_day")
    with refused_by(OVERLAP):
        member = AssociationMember.objects.create(
            association=association, user=user, period=DateRange(first_day, end_after(last_day))
        )
        _journal(association, actor, "personne ajoutée à l'association", member=str(user))
    return member


@transaction.atomic
def end_member(*, member: AssociationMember, last_day: date, actor: Actor) -> AssociationMember:
    """Say the last day of somebody in an association. The day after, what waits there is no longer shown to him.

    Raises ActRefused when that day precedes the first one, or when the end is written and past.
    """
    rows = AssociationMember.objects.select_for_update(of=("self",), no_key=True).select_related("user", "association")
    found = rows.get(pk=member.pk)
    if last_day < found.period.lower:
        raise ActRefused("Ce jour précède le premier jour de cette personne.", field="last_day")
    if found.period.upper is not None and found.period.upper <= clock.today(clock.PARIS):
        raise ActRefused("Cette personne ne travaille déjà plus pour l'association.", field="last_day")
    found.period = DateRange(found.period.lower, end_after(last_day))
    with refused_by(OVERLAP):
        found.save(update_fields=["period"])
        _journal(found.association, actor, "dernier jour d'une personne dans l'association", member=str(found.user))
    return found


def end_after(day: date | None) -> date | None:
    """The half-open end of a period whose last day is `day`."""
    return day + timedelta(days=1) if day else None


def _check(facts: AssociationFacts) -> None:
    if not facts.helps:
        raise ActRefused("Dites au moins une aide.", field="helps")
    if not facts.departements:
        raise ActRefused("Dites au moins un département.", field="departements")


def _texts(facts: AssociationFacts) -> dict[str, str]:
    return {name: " ".join(getattr(facts, name).split()) for name in TEXTS}


def _journal(association: Association, actor: Actor, reason: str, **details: str) -> None:
    record_act(
        actor=actor,
        object_type=OBJECT,
        object_id=str(association.pk),
        object_label=association.name,
        reason=reason,
        details=details or None,
    )
