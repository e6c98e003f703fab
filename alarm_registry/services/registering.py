"""The life of a registration: made in person, changed, confirmed, kept after the mandate, withdrawn, destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from alarm_registry.enums import AfterMandate, RegistrationState
from alarm_registry.models import (
    Absence,
    ConsentText,
    Correction,
    HandledCall,
    NumberIndex,
    RegisteredAddress,
    RegisteredNumber,
    Registration,
    RegistrationKey,
)
from alarm_registry.models.registration import LONGEST
from alarm_registry.selectors.presence import Slot, write_slots
from alarm_registry.services.errors import RegistrationChanged
from alarm_registry.services.notices import tell_end
from alarm_registry.services.numbers import index_number
from core import clock
from core.acts import ActRefused
from core.journal import record_act
from core.telephones import plan_of
from core.wording import day_words
from officials.selectors import current_mandates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from accounts.models import Unit, User
    from core.journal import Actor
    from officials.models import Official
    from territories.models import Departement

MOST_NUMBERS = 12
MOST_ADDRESSES = 8
HOUSEHOLD = ("instruction", "persons_at_home", "children", "vulnerabilities", "dogs")


@dataclass(frozen=True)
class NumberFacts:
    role: str
    number: str
    holder: str = ""
    may_call_back: bool = True
    note: str = ""


@dataclass(frozen=True)
class AddressFacts:
    """`pk` names the address that is changed, so that the absences declared there stay."""

    kind: str
    address: str
    town: str
    departement: Departement
    access: str = ""
    presence: Sequence[Slot] = ()
    pk: UUID | None = None


@dataclass(frozen=True)
class RegistrationFacts:
    """What is written down at the counter, and nothing else: no photograph, no name of a child."""

    numbers: Sequence[NumberFacts]
    addresses: Sequence[AddressFacts]
    instruction: str = ""
    persons_at_home: str = ""
    children: str = ""
    vulnerabilities: str = ""
    dogs: str = ""


@transaction.atomic
def register(
    *,
    official: Official,
    unit: Unit,
    identity_document: str,
    consent: ConsentText,
    consented_on: date,
    facts: RegistrationFacts,
    user: User,
    actor: Actor,
    ends_on: date | None = None,
) -> Registration:
    """Register a person who came to the counter. `ends_on`, excluded, is ten years later when nothing shorter is asked.

    Raises ActRefused without a number or an address, when the person is registered already, when the consent is not of
    today or before, or is asked for longer than ten years (CSI, R. 236-40).
    """
    now, today = clock.now(), clock.today(unit.departement.time_zone)
    longest = consented_on + LONGEST
    if consented_on > today:
        raise ActRefused("Cette date est à venir : le consentement est donné ce jour ou avant.", field="consented_on")
    if consented_on < consent.in_force_from or longest <= today:
        raise ActRefused(
            f"Ce texte est accepté depuis le {day_words(consent.in_force_from)} : corrigez la date.",
            field="consented_on",
        )
    if ends_on is not None and not today < ends_on <= longest:
        raise ActRefused("Le terme est à venir, et à dix ans au plus du consentement.", field="ends_on")
    # Two counters at once: the second one waits here, then reads the first.
    type(official).objects.select_for_update(of=("self",), no_key=True).get(pk=official.pk)
    if Registration.objects.active().filter(official=official).exists():
        raise ActRefused("Cette personne est déjà inscrite : ouvrez son inscription pour la modifier.")
    registration = Registration(
        official=official,
        unit=unit,
        departement_id=unit.departement_id,
        identity_document=identity_document,
        consent=consent,
        consented_on=consented_on,
        registered_at=now,
        registered_by=user,
        ends_on=ends_on or longest,
        confirmed_at=now,
    )
    # The row first, then its key: what it holds is encrypted under that key.
    registration.save(force_insert=True)
    key = RegistrationKey(registration=registration)
    key.fill()
    key.save(force_insert=True)
    _write(registration, facts)
    journal_act(registration, actor, "inscription « Alarme élu »")
    return registration


@transaction.atomic
def change_registration(
    *, registration: Registration, version: int, facts: RegistrationFacts, actor: Actor
) -> Registration:
    """Change what is registered. It is thereby confirmed: the person is there, or has just asked for it.

    Raises RegistrationChanged when somebody saved it since `version`; ActRefused when it has ended meanwhile, without
    a number or an address.
    """
    registration = lock_registration(registration)
    if registration.version != version:
        raise RegistrationChanged(registration)
    registration.version += 1
    registration.confirmed_at = clock.now()
    _write(registration, facts)
    journal_act(registration, actor, "inscription « Alarme élu » modifiée")
    return registration


def lock_registration(registration: Registration) -> Registration:
    """The registration as it now stands, locked. Raises ActRefused when it has ended."""
    locked = Registration.objects.select_for_update(of=("self",), no_key=True).select_related(
        "official", "unit", "departement", "key"
    )
    found = locked.get(pk=registration.pk)
    if found.state != RegistrationState.ACTIVE:
        raise ActRefused("Cette inscription est terminée : tout en est effacé.")
    return found


def _write(registration: Registration, facts: RegistrationFacts) -> None:
    if not facts.numbers:
        raise ActRefused("Donnez au moins un numéro : c'est par lui que le 17 reconnaît la personne.", field="numbers")
    if not facts.addresses:
        raise ActRefused("Donnez au moins une adresse : c'est là que la patrouille ira.", field="addresses")
    if len(facts.numbers) > MOST_NUMBERS or len(facts.addresses) > MOST_ADDRESSES:
        raise ActRefused(f"Pas plus de {MOST_NUMBERS} numéros et {MOST_ADDRESSES} adresses.")
    for name in HOUSEHOLD:
        setattr(registration, name, getattr(facts, name).strip())
    registration.save(update_fields=[*HOUSEHOLD, "version", "confirmed_at"])
    _write_numbers(registration, facts.numbers)
    _write_addresses(registration, facts.addresses)


def _write_numbers(registration: Registration, numbers: Sequence[NumberFacts]) -> None:
    registration.numbers.all().delete()
    for rank, facts in enumerate(numbers, start=1):
        text = facts.number.strip()
        number = RegisteredNumber(
            registration=registration,
            rank=rank,
            role=facts.role,
            number=text,
            holder=facts.holder.strip(),
            may_call_back=facts.may_call_back,
            note=facts.note.strip(),
            plan=plan_of(text, departement=registration.departement_id),
        )
        number.save(force_insert=True)
        index_number(number, text=text, departement=registration.departement_id)


def _write_addresses(registration: Registration, addresses: Sequence[AddressFacts]) -> None:
    known = {row.pk: row for row in registration.addresses.all()}
    kept = {facts.pk for facts in addresses if facts.pk in known}
    _keep_absences(registration, known.keys() - kept)
    registration.addresses.exclude(pk__in=kept).delete()
    # Out of the way of the new ranks: they are unique at each statement.
    for shift, pk in enumerate(kept):
        registration.addresses.filter(pk=pk).update(rank=1000 + shift)
    for rank, facts in enumerate(addresses, start=1):
        row = known.get(facts.pk) if facts.pk else None
        is_new = row is None
        row = row or RegisteredAddress(registration=registration)
        row.registration = registration
        row.rank, row.kind, row.departement = rank, facts.kind, facts.departement
        row.address, row.town, row.access = facts.address.strip(), facts.town.strip(), facts.access.strip()
        row.presence = write_slots(facts.presence)
        row.save(force_insert=is_new)


def _keep_absences(registration: Registration, removed: set[UUID]) -> None:
    """An address does not go away with the absence that a patrol counts on."""
    today = clock.today(registration.departement.time_zone)
    if removed and Absence.objects.standing().filter(address__in=removed, period__endswith__gt=today).exists():
        raise ActRefused("Une absence est déclarée à une adresse que vous retirez : annulez d'abord l'absence.")


@transaction.atomic
def confirm_registration(*, registration: Registration, actor: Actor) -> Registration:
    """« Tout est encore juste »: asked every six months. Raises ActRefused when it has ended."""
    registration = lock_registration(registration)
    registration.confirmed_at = clock.now()
    registration.save(update_fields=["confirmed_at"])
    journal_act(registration, actor, "inscription « Alarme élu » confirmée")
    return registration


@transaction.atomic
def keep_after_mandate(*, registration: Registration, actor: Actor) -> Registration:
    """The person, who holds no mandate any more, decides to stay registered.

    Raises ActRefused when it has ended, or when a mandate runs: there is nothing to decide then.
    """
    registration = lock_registration(registration)
    if current_mandates(registration.official):
        raise ActRefused("Un mandat est en cours : il n'y a rien à décider.")
    registration.after_mandate, registration.after_mandate_at = AfterMandate.KEPT, clock.now()
    registration.save(update_fields=["after_mandate", "after_mandate_at"])
    journal_act(registration, actor, "inscription « Alarme élu » gardée après le mandat")
    return registration


@transaction.atomic
def withdraw_registration(
    *, registration: Registration, actor: Actor, state: RegistrationState = RegistrationState.WITHDRAWN
) -> Registration:
    """Take a person out of « Alarme élu », at once and for good: nothing is found any more, and the key is destroyed.

    Raises ActRefused when it has ended already.
    """
    registration = lock_registration(registration)
    NumberIndex.objects.filter(registration=registration).delete()
    for model in (Absence, Correction, HandledCall, RegisteredNumber, RegisteredAddress, RegistrationKey):
        model.objects.filter(registration=registration).delete()
    for name in HOUSEHOLD:
        # What the key would have opened is emptied too: an unreadable row helps nobody.
        registration.__dict__[name] = ""
    registration.state, registration.ended_at = state, clock.now()
    registration.save(update_fields=[*HOUSEHOLD, "state", "ended_at"])
    journal_act(registration, actor, f"inscription « Alarme élu » {state.label}")
    tell_end(registration, by=actor)
    return registration


def end_registrations_due(*, actor: Actor, limit: int = 500) -> int:
    """Destroy the registrations whose term has come, each in its own transaction, at the local midnight of its place.

    Late, twice or in parallel: the same.
    """
    # Where a day starts first: what is not due there is due nowhere.
    due = Registration.objects.active().filter(ends_on__lte=clock.today("Pacific/Wallis")).select_related("departement")
    ended = 0
    for registration in due.order_by("ends_on", "pk")[:limit]:
        if registration.ends_on <= clock.today(registration.departement.time_zone):
            try:
                withdraw_registration(registration=registration, actor=actor, state=RegistrationState.ENDED)
            except ActRefused:
                # Withdrawn by the person meanwhile.
                continue
            ended += 1
    return ended


def journal_act(registration: Registration, actor: Actor, reason: str) -> None:
    record_act(
        actor=actor,
        object_type="alarm_registry.registration",
        object_id=str(registration.pk),
        object_label=str(registration.official),
        reason=reason,
    )
