"""A referral without an answer is chased, twice; the contact of one that is over is erased.

What is due is read from the rows, the calendar of the département and the portal's clock: a run that comes late, twice
or beside another changes nothing, because each chase has its key and is written under the lock of its referral.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.enums import Role
from cases.enums import TaskKind
from cases.services import open_task
from core import clock
from core.batches import written_or_alone
from core.journal import SYSTEM, record_system_acts
from support.enums.referrals import CLOSED_STATES, Origin, ReferralState
from support.models import Referral, ReferralChase
from support.selectors.consents import referral_rules
from support.services.referral_notices import file_path, tell_association, tell_person
from support.services.referrals import chase_key
from territories.calendar import add_working_days

if TYPE_CHECKING:
    from uuid import UUID

    from core.journal import Actor
    from territories.models import Departement

CHASES = (1, 2)
# In the morning of the place: nobody is written to at midnight.
CHASED_AT = time(8)
TASK_UNTIL = time(23, 59)


@dataclass
class ChasesIncomplete(Exception):
    chased: int
    failed: int


def chase_due_at(departement: Departement, proposed_at: datetime, *, number: int, after_days: int) -> datetime:
    """When a chase becomes due: at 8 h, there, of the first working day that follows the days left to answer.

    `after_days` are working days of the département, the day of the referral not counted. The second chase leaves as
    many days again. A moment, in UTC; the local hour is 8 h whatever the season.
    """
    day = add_working_days(departement, proposed_at.astimezone(departement.zone).date(), after_days * number + 1)
    return datetime.combine(day, CHASED_AT, tzinfo=departement.zone).astimezone(UTC)


def chase_due_referrals(*, limit: int = 500) -> int:
    """Chase every referral that is due, each in its own transaction. Gives how many chases were written.

    Raises ChasesIncomplete when some could not be chased: the others were, and these are tried again at the next run.
    """
    # Two working days are never less than two days.
    waiting = Referral.objects.filter(state=ReferralState.PROPOSED, proposed_at__lt=clock.now() - timedelta(days=2))
    waiting = waiting.exclude(chases__number=CHASES[-1]).order_by("proposed_at", "pk")
    chased = failed = 0
    with clock.steady():
        for referral in list(waiting[:limit]):
            # One that cannot be chased does not deprive the others.
            done, undone = written_or_alone(
                [referral], lambda rows: _chase(rows[0].pk), failure="referral_chase_failed"
            )
            chased, failed = chased + done, failed + undone
    if failed:
        raise ChasesIncomplete(chased, failed)
    return chased


@transaction.atomic
def _chase(pk: UUID) -> int:
    locked = Referral.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).with_people()
    referral = locked.select_related("case", "proposed_by").filter(pk=pk, state=ReferralState.PROPOSED).first()
    if referral is None:
        # Answered meanwhile, or in the hands of another run.
        return 0
    departement, now = referral.departement, clock.now()
    days = referral_rules(on=clock.today(departement.time_zone)).chase_after_days
    done = set(referral.chases.values_list("number", flat=True))
    due = [
        number
        for number in CHASES
        if number not in done and chase_due_at(departement, referral.proposed_at, number=number, after_days=days) <= now
    ]
    if not due:
        return 0
    ReferralChase.objects.bulk_create(ReferralChase(referral=referral, number=number, at=now) for number in due)
    # Late, both may be due: the association reads one message.
    text = "une orientation attend encore votre réponse."
    tell_association(referral, text=text, key=f"referral-chase:{referral.pk}:{due[-1]}")
    if CHASES[-1] in due:
        _tell_who_proposed(referral, now)
    return len(due)


def _tell_who_proposed(referral: Referral, now: datetime) -> None:
    if referral.origin == Origin.OWN or referral.case is None:
        tell_person(
            referral,
            text="l'association n'a pas encore répondu. Vous pouvez appeler le 01 80 52 33 84.",
            key=chase_key(referral),
        )
        return
    departement = referral.departement
    day = add_working_days(departement, now.astimezone(departement.zone).date(), 1)
    open_task(
        case=referral.case.holder,
        kind=TaskKind.OTHER,
        title="Rappeler un partenaire qui n'a pas répondu",
        role=Role(referral.proposed_as),
        due_at=datetime.combine(day, TASK_UNTIL, tzinfo=departement.zone),
        path=file_path(referral),
        dedupe_key=chase_key(referral),
        assignee=referral.proposed_by,
    )


def erase_contacts_due(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """Erase the contact of the referrals that were closed long enough ago, by local days. Gives how many."""
    closed = Referral.objects.filter(state__in=CLOSED_STATES, closed_at__lt=clock.now()).exclude(contact="")
    with clock.steady():
        erased = [pk for pk in closed.order_by("closed_at", "pk").values_list("pk", flat=True)[:limit] if _erase(pk)]
    if erased:
        record_system_acts(
            actor=actor,
            object_type="support.referral",
            objects=[(str(pk), "") for pk in erased],
            reason="coordonnées effacées après la fin d'une orientation",
        )
    return len(erased)


@transaction.atomic
def _erase(pk: UUID) -> bool:
    locked = Referral.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    referral = locked.select_related("departement").filter(pk=pk).exclude(contact="").first()
    if referral is None or referral.closed_at is None:
        return False
    today = clock.today(referral.departement.time_zone)
    kept = timedelta(days=referral_rules(on=today).contact_kept_days)
    if today < referral.closed_at.astimezone(referral.departement.zone).date() + kept:
        return False
    referral.contact = referral.when_to_call = referral.refusal_text = ""
    referral.save(update_fields=["contact", "when_to_call", "refusal_text"])
    return True
