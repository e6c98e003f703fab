"""Test calls and activations of a device that somebody has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from call_buttons.enums import TestOutcome, Truth
from call_buttons.models import CallButtonActivation, CallButtonDeviceRules, CallButtonHandover, CallButtonTest
from call_buttons.models.handover import LONGEST_DELAY
from call_buttons.services.errors import ActRefused
from call_buttons.services.locking import lock_handover
from cases.enums import EventKind, TaskKind
from cases.services import add_event, finish_tasks, open_task
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Case
    from core.journal import Actor

NEXT_TEST = "Faire l'essai mensuel de l'appareil"
RETEST = "Remplacer l'appareil ou refaire son essai"


@dataclass(frozen=True)
class TestCall:
    """What a test call gave."""

    __test__ = False  # for pytest, which collects what is called « Test… »

    outcome: TestOutcome
    delay_seconds: int | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """« réussi en 18 s » or « raté »: neutral."""
        return f"réussi en {self.delay_seconds} s" if self.outcome == TestOutcome.OK else "raté"


def note_test(*, handover: CallButtonHandover, test: TestCall, user: User) -> CallButtonTest:
    """Write a test of an open handover. Joins the caller's transaction. Raises ActRefused when it says nothing."""
    if test.outcome == TestOutcome.OK and (test.delay_seconds is None or not 0 <= test.delay_seconds <= LONGEST_DELAY):
        raise ActRefused(f"Notez le délai avant la réponse, de 0 à {LONGEST_DELAY} secondes.", field="delay_seconds")
    if test.outcome == TestOutcome.FAILED and not test.note.strip():
        raise ActRefused("Écrivez ce qui s'est passé.", field="test_note")
    return CallButtonTest.objects.create(
        handover=handover,
        at=clock.now(),
        by=user,
        outcome=test.outcome,
        delay_seconds=test.delay_seconds if test.outcome == TestOutcome.OK else None,
        note=test.note.strip(),
    )


def plan_next_test(*, handover: CallButtonHandover, after: CallButtonTest) -> None:
    """When the next test is due, and the task that asks for it. Joins the caller's transaction."""
    zone = handover.grant.departement.zone
    today = clock.today(zone)
    rules = CallButtonDeviceRules.on(today)
    handover.is_to_replace = after.outcome == TestOutcome.FAILED
    days = rules.retest_after_days if handover.is_to_replace else rules.test_every_days
    handover.next_test_on = today + timedelta(days=days)
    handover.version += 1
    handover.save(update_fields=["is_to_replace", "next_test_on", "version"])
    open_task(
        case=handover.grant.case.holder,
        kind=TaskKind.OTHER,
        title=RETEST if handover.is_to_replace else NEXT_TEST,
        role=Role.REFERENT,
        due_at=datetime.combine(handover.next_test_on, time(23, 59), tzinfo=zone),
        path=reverse("call_buttons:handover", args=[handover.pk]) + "#essais",
        dedupe_key=f"{_tasks_of(handover)}{after.pk}",
    )


def _tasks_of(handover: CallButtonHandover) -> str:
    return f"device-test:{handover.pk}:"


def end_test_tasks(*, handover: CallButtonHandover, case: Case, user: User) -> None:
    finish_tasks(case=case, prefix=_tasks_of(handover), user=user, outcome="L'appareil n'est plus à essayer.")


@transaction.atomic
def record_test(*, handover: CallButtonHandover, test: TestCall, user: User, actor: Actor) -> CallButtonTest:
    """Write a test call and move the next one: a month on, or tomorrow after a failure.

    Raises ActRefused when the device is back, or when the test says nothing.
    """
    handover = lock_handover(handover.pk)
    made = note_test(handover=handover, test=test, user=user)
    case = handover.grant.case.holder
    finish_tasks(case=case, prefix=_tasks_of(handover), user=user, outcome=f"Essai {test.words}.")
    plan_next_test(handover=handover, after=made)
    add_event(
        case=case,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Essai de l'appareil : {test.words}."
        + (" L'appareil est à remplacer." if test.outcome == TestOutcome.FAILED else ""),
        user=user,
        actor=actor,
    )
    return made


@transaction.atomic
def log_activation(
    *,
    handover: CallButtonHandover,
    at: datetime,
    truth: Truth,
    account: str,
    settles: CallButtonActivation | None = None,
    user: User,
    actor: Actor,
) -> CallButtonActivation:
    """Note that the button was pressed; or, with `settles`, what an activation that nobody understood was.

    Raises ActRefused when nothing is told, when it was not in the person's hands at that moment, or when the nature of
    that activation is already known.
    """
    handover = lock_handover(handover.pk, may_be_over=True)
    now = clock.now()
    start = handover.handed_at.replace(second=0, microsecond=0)
    if at > now:
        raise ActRefused("Ce moment n'est pas encore venu.", field="at")
    if at < start or (handover.ended_at is not None and at > handover.ended_at):
        raise ActRefused("À ce moment, la personne n'avait pas cet appareil.", field="at")
    if not account.strip():
        raise ActRefused("Écrivez ce qui s'est passé.", field="account")
    if settles is not None and (truth == Truth.UNKNOWN or hasattr(settles, "settled_by")):
        raise ActRefused("La nature de ce déclenchement est déjà précisée, ou ne l'est pas encore ici.", field="truth")
    made = CallButtonActivation.objects.create(
        handover=handover,
        at=at,
        truth=truth,
        account=account.strip(),
        logged_at=now,
        logged_by=user,
        settles=settles,
    )
    what = "précisé" if settles else "noté"
    add_event(
        case=handover.grant.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Déclenchement du bouton d'appel {what} : {truth.label}.",
        user=user,
        actor=actor,
    )
    return made
