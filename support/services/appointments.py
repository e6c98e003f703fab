"""Appointments of an accepted referral: made, moved, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from core import clock
from core.acts import ActRefused
from core.journal import record_act
from core.wording import local_datetime_words
from support.enums import MeetingMode
from support.models import ReferralAppointment
from support.models.appointments import LONGEST, SHORTEST
from support.selectors.referrals import people_of
from support.services.referral_notices import tell_person
from support.services.referrals import TAKEN_BACK, lock_referral

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from core.journal import Actor
    from support.models import Referral

# No appointment is taken further ahead: a year typed by mistake is seen.
FURTHEST = timedelta(days=366)
TAKEN = "Un autre rendez-vous est pris à cette heure : choisissez-en une autre."


@dataclass(frozen=True)
class AppointmentFacts:
    """`starts_at` is aware; `minutes` is how long it lasts; `link` is of the association's own video tool."""

    host: User
    starts_at: datetime
    minutes: int
    mode: MeetingMode
    link: str = ""


@transaction.atomic
def make_appointment(
    *, referral: Referral, facts: AppointmentFacts, submission: UUID, user: User, actor: Actor
) -> ReferralAppointment:
    """Take an appointment; the person is told. Sent twice from one page, it is one.

    Raises ActRefused, with the field it is about, when the referral is not in charge any more, in the past, or when
    another one stands at that hour.
    """
    referral = _of_a_running(referral)
    if known := ReferralAppointment.objects.filter(submission=submission, referral=referral).first():
        return known
    _check(referral, facts)
    made = ReferralAppointment(
        submission=submission, referral=referral, host=facts.host, starts_at=facts.starts_at, ends_at=_end(facts),
        mode=facts.mode, link=facts.link, made_at=clock.now(),
    )  # fmt: skip
    _saved(made)
    _tell(made, referral, actor, "rendez-vous pris", "un rendez-vous est pris.")
    return made


@transaction.atomic
def move_appointment(
    *, appointment: ReferralAppointment, version: int, facts: AppointmentFacts, user: User, actor: Actor
) -> ReferralAppointment:
    """Move an appointment that stands, or change how it is held. Raises ActRefused as `make_appointment` does."""
    referral = _of_a_running(appointment.referral)
    found = _locked(appointment)
    if found.cancelled_at is not None:
        raise ActRefused("Ce rendez-vous est annulé : prenez-en un autre.")
    if found.version != version:
        raise ActRefused(
            f"Ce rendez-vous vient d'être changé : il est le"
            f" {local_datetime_words(found.starts_at, referral.departement.zone)}. Relisez, puis recommencez."
        )
    _check(referral, facts)
    found.host, found.starts_at, found.ends_at = facts.host, facts.starts_at, _end(facts)
    found.mode, found.link, found.moved_at, found.version = facts.mode, facts.link, clock.now(), found.version + 1
    _saved(found)
    _tell(found, referral, actor, "rendez-vous déplacé", "un rendez-vous a changé.")
    return found


@transaction.atomic
def cancel_appointment(*, appointment: ReferralAppointment, user: User, actor: Actor) -> ReferralAppointment:
    """Cancelled twice, it is once. Raises ActRefused once it has begun."""
    referral = lock_referral(appointment.referral)
    found = _locked(appointment)
    if found.cancelled_at is not None:
        return found
    if found.starts_at <= clock.now():
        raise ActRefused("Ce rendez-vous a déjà commencé : il ne s'annule plus.")
    found.cancelled_at, found.link, found.version = clock.now(), "", found.version + 1
    found.save(update_fields=["cancelled_at", "link", "version"])
    _tell(found, referral, actor, "rendez-vous annulé", "un rendez-vous est annulé.")
    return found


def _of_a_running(referral: Referral) -> Referral:
    found = lock_referral(referral)
    if found.is_withdrawn:
        raise ActRefused(TAKEN_BACK)
    if not found.is_accepted:
        raise ActRefused("Un rendez-vous se prend pour une orientation prise en charge.")
    return found


def _locked(appointment: ReferralAppointment) -> ReferralAppointment:
    locked = ReferralAppointment.objects.select_for_update(of=("self",), no_key=True)
    return locked.get(pk=appointment.pk)


def _end(facts: AppointmentFacts) -> datetime:
    return facts.starts_at + timedelta(minutes=facts.minutes)


def _check(referral: Referral, facts: AppointmentFacts) -> None:
    now = clock.now()
    if facts.starts_at <= now:
        raise ActRefused("Cette date est passée : choisissez un moment à venir.", field="starts_at")
    if facts.starts_at > now + FURTHEST:
        raise ActRefused("Cette date est dans plus d'un an : vérifiez l'année.", field="starts_at")
    if not SHORTEST <= facts.minutes <= LONGEST:
        raise ActRefused(f"Un rendez-vous dure de {SHORTEST} à {LONGEST} minutes.", field="minutes")
    if facts.link and facts.mode != MeetingMode.VIDEO:
        raise ActRefused("Seul un rendez-vous en visio a une adresse.", field="link")
    if facts.host not in people_of(referral.association):
        raise ActRefused("Cette personne ne travaille pas, ou plus, dans votre association.", field="host")


def _saved(appointment: ReferralAppointment) -> None:
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        if "referral_meetings_one_at_a_time" not in str(error):
            raise
        raise ActRefused(TAKEN, field="starts_at") from error


def _tell(appointment: ReferralAppointment, referral: Referral, actor: Actor, reason: str, text: str) -> None:
    record_act(actor=actor, object_type="support.referral", object_id=str(referral.pk), reason=reason)
    tell_person(referral, text=text, key=f"referral-meeting:{appointment.pk}:{appointment.version}")
