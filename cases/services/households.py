"""Acts of a file on the household of its élu. The people themselves are kept by `officials`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cases.enums import CaseState, EventKind
from cases.services.errors import ActRefused
from cases.services.evaluations import lock_case
from cases.services.timeline import add_event
from officials.services import add_protected_person, change_protected_person, issue_activation_code

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Case
    from core.journal import Actor
    from officials.models import ProtectedPerson
    from officials.services import PersonFacts


@transaction.atomic
def protect_person(
    *, case: Case, person: ProtectedPerson | None = None, facts: PersonFacts | None = None, user: User, actor: Actor
) -> ProtectedPerson:
    """Add somebody to the household, from a file. Initials alone on the timeline.

    Raises ActRefused when the file is closed or when a minor is given a telephone.
    """
    case = _open(case)
    if person is None:
        if facts is None:
            raise ValueError("a person, or the facts of one")
        person = add_protected_person(official=case.official, facts=facts, actor=actor)
    _event(case, f"Personne protégée ajoutée : {person}.", user, actor)
    return person


@transaction.atomic
def change_person(
    *, case: Case, person: ProtectedPerson, version: int, facts: PersonFacts, user: User, actor: Actor
) -> ProtectedPerson:
    """Raises officials.services.PersonChanged when somebody saved first, ActRefused when the file is closed."""
    case = _open(case)
    person = change_protected_person(person=person, version=version, facts=facts, actor=actor)
    _event(case, f"Personne protégée modifiée : {person}.", user, actor)
    return person


@transaction.atomic
def give_code(*, case: Case, person: ProtectedPerson, email: str, user: User, actor: Actor) -> str:
    """The one-time code that a référent reads to an adult at the counter."""
    case = _open(case)
    code = issue_activation_code(person=person, email=email, user=user, actor=actor)
    _event(case, f"Code d'activation remis : {person}.", user, actor)
    return code


def _open(case: Case) -> Case:
    locked = lock_case(case.pk)
    if locked.state != CaseState.OPEN:
        raise ActRefused("Ce dossier est clos : rouvrez-le d'abord.")
    return locked


def _event(case: Case, sentence: str, user: User, actor: Actor) -> None:
    add_event(case=case, kind=EventKind.PROTECTED_PERSON, sentence=sentence, user=user, actor=actor)
