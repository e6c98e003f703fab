"""Protected persons of an élu, and the one-time code that opens their own space to an adult."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from accounts.enums import Role
from accounts.models import User
from accounts.services import check_attempts, create_account, give_posting, journal_refused_attempt
from core import clock
from core.acts import ActRefused
from core.encryption import blind_index
from core.journal import record_act
from core.locks import SIGN_IN, session_lock
from officials.models import EMAIL_INDEX, ActivationCode, ProtectedPerson
from officials.selectors import household_of

if TYPE_CHECKING:
    from core.journal import Actor
    from officials.models import Official

CODE_PURPOSE = "officials.activation_code"
# Read aloud and copied by hand: without the signs that look alike.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
MOST_ATTEMPTS = 10
VALID_FOR = timedelta(days=7)
WRONG = "Le code ou l'adresse ne correspond pas, ou le code n'est plus valable. Demandez-en un autre à votre référent."


@dataclass(frozen=True)
class PersonFacts:
    """What is kept of a protected person. For a minor: a first name, a tie and a year."""

    kinship: str
    first_name: str
    last_name: str = ""
    is_minor: bool = False
    birth_year: int | None = None
    telephone: str = ""
    safe_contact: str = ""


class PersonChanged(Exception):
    """Somebody saved the person meanwhile; `person` is as it now stands."""

    def __init__(self, person: ProtectedPerson) -> None:
        super().__init__("concurrent change")
        self.person = person


def initials_of(first_name: str, last_name: str) -> str:
    letters = [word[0].upper() for name in (first_name, last_name) for word in name.replace("-", " ").split()]
    return " ".join(f"{letter}." for letter in letters[:2]) or "?"


def _write(person: ProtectedPerson, facts: PersonFacts) -> None:
    if facts.is_minor and facts.telephone:
        raise ActRefused("Pour un mineur, ni téléphone ni compte : on passe par ses parents.", field="telephone")
    if facts.is_minor and person.user_id:
        raise ActRefused("Cette personne a un compte : elle n'est pas mineure.", field="is_minor")
    for name in ("kinship", "first_name", "last_name", "is_minor", "birth_year", "telephone", "safe_contact"):
        setattr(person, name, getattr(facts, name))
    person.initials = initials_of(facts.first_name, facts.last_name)


@transaction.atomic
def add_protected_person(*, official: Official, facts: PersonFacts, actor: Actor) -> ProtectedPerson:
    """Add somebody to the household of an élu. The same person twice, word for word, is given back.

    Raises ActRefused when a minor is given a telephone.
    """
    for known in household_of(official):
        if (known.kinship, known.full_name.casefold()) == (
            facts.kinship,
            f"{facts.first_name} {facts.last_name}".strip().casefold(),
        ):
            return known
    person = ProtectedPerson(official=official, created_at=clock.now())
    _write(person, facts)
    person.save(force_insert=True)
    _journal(person, actor, "personne protégée ajoutée")
    return person


@transaction.atomic
def change_protected_person(
    *, person: ProtectedPerson, version: int, facts: PersonFacts, actor: Actor
) -> ProtectedPerson:
    """Raises PersonChanged when somebody saved it since `version`, ActRefused when a minor is given a telephone."""
    person = ProtectedPerson.objects.select_for_update().get(pk=person.pk)
    if person.version != version:
        raise PersonChanged(person)
    _write(person, facts)
    person.version += 1
    person.save()
    _journal(person, actor, "personne protégée modifiée")
    return person


def _journal(person: ProtectedPerson, actor: Actor, reason: str) -> None:
    record_act(
        actor=actor,
        object_type="officials.protectedperson",
        object_id=str(person.pk),
        object_label=person.initials,
        reason=reason,
    )


def _hash(code: str, person_id: object) -> bytes:
    typed = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return blind_index(f"{person_id}:{typed}", purpose=CODE_PURPOSE)


@transaction.atomic
def issue_activation_code(*, person: ProtectedPerson, email: str, user: User, actor: Actor) -> str:
    """Make a one-time code for an adult, to be read at the counter. A code given before no longer works.

    Raises ActRefused for a minor, for a person who has an account, or for an address that has one.
    """
    person = ProtectedPerson.objects.select_for_update().get(pk=person.pk)
    if person.is_minor:
        raise ActRefused("Pour un mineur, ni téléphone ni compte : on passe par ses parents.")
    if person.user_id:
        raise ActRefused("Cette personne a déjà un accès.")
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise ActRefused("Cette adresse a déjà un compte sur le portail : demandez-en une autre.", field="email")
    now = clock.now()
    person.activation_codes.filter(ended_at__isnull=True).update(ended_at=now)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    ActivationCode.objects.create(
        person=person,
        email_index=blind_index(email, purpose=EMAIL_INDEX),
        code_hash=_hash(code, person.pk),
        created_at=now,
        created_by=user,
        expires_at=now + VALID_FOR,
    )
    _journal(person, actor, "code d'activation remis")
    return f"{code[:5]}-{code[5:]}"


def activate_access(*, email: str, code: str, password: str, actor: Actor) -> User:
    """Create the account of a protected person from her code. A wrong code counts, ten end it.

    Raises ActRefused, in the same words whatever is wrong; TooManyAttempts beyond the limits of sign-in.
    """
    with session_lock(SIGN_IN, blind_index(email, purpose=EMAIL_INDEX).hex()):
        check_attempts(email=email, address=actor.address)
        found = _live_code(email)
        if found is not None and bytes(found.code_hash) == _hash(code, found.person_id):
            return _open_access(found, email=email, password=password, actor=actor)
        if found is not None:
            ActivationCode.objects.filter(pk=found.pk, attempts__lt=MOST_ATTEMPTS).update(attempts=F("attempts") + 1)
        journal_refused_attempt(email=email, actor=actor, reason="code d'activation refusé")
    raise ActRefused(WRONG)


def _live_code(email: str) -> ActivationCode | None:
    return (
        ActivationCode.objects.filter(
            email_index=blind_index(email, purpose=EMAIL_INDEX),
            ended_at__isnull=True,
            expires_at__gt=clock.now(),
            attempts__lt=MOST_ATTEMPTS,
        )
        .select_related("person")
        .order_by("-created_at")
        .first()
    )


@transaction.atomic
def _open_access(found: ActivationCode, *, email: str, password: str, actor: Actor) -> User:
    person = ProtectedPerson.objects.select_for_update().get(pk=found.person_id)
    taken = ActivationCode.objects.filter(pk=found.pk, ended_at__isnull=True).update(ended_at=clock.now())
    if not taken or person.user_id or person.is_minor or User.objects.filter(email__iexact=email.strip()).exists():
        raise ActRefused(WRONG)
    user = create_account(
        email=email.strip(),
        password=password,
        first_name=person.first_name[:100],
        last_name=person.last_name[:100],
        actor=actor,
    )
    give_posting(user=user, role=Role.PROTECTED_PERSON, start=clock.today(clock.PARIS), actor=actor)
    person.user = user
    person.version += 1
    person.save(update_fields=["user", "version"])
    _journal(person, actor, "accès activé")
    return user
