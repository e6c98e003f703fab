"""What the acts on a measure share: locks, versions, owners, dates, traces, tasks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from accounts.enums import Role
from accounts.permissions import FILE_ROLES
from accounts.scope import posting_over
from accounts.services import notify
from cases.enums import MEASURE_TRANSITIONS, EventKind, MeasureState, TaskKind, TraceKind
from cases.models import MeasureTrace, ProtectiveMeasure
from cases.permissions import FOLLOW_MEASURE
from cases.services.errors import ActRefused, Conflict
from cases.services.evaluations import lock_case
from cases.services.tasks import finish_tasks, open_task
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Case
    from core.journal import Actor

# Far enough for any doctrine, near enough to refuse a year typed wrong.
FARTHEST = timedelta(days=366)
TASK_HOUR = time(18)


def today_of(case: Case) -> date:
    return clock.today(case.departement.zone)


def measure_path(measure: ProtectiveMeasure) -> str:
    return reverse("cases:measure", args=[measure.case.reference, measure.pk])


def local_moment(case: Case, day: date) -> datetime:
    """The end of the working day, where the file is."""
    return datetime.combine(day, TASK_HOUR, tzinfo=case.departement.zone)


def role_over(case: Case, user: User) -> Role:
    """The role by which `user` follows this file."""
    posting = posting_over(user, FOLLOW_MEASURE, case)
    return Role(posting.role) if posting else FILE_ROLES[0]


def locked_measure(measure: ProtectiveMeasure) -> ProtectiveMeasure:
    case = lock_case(measure.case_id)
    found = (
        ProtectiveMeasure.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner", "proposed_by", "person")
        .get(pk=measure.pk)
    )
    found.case = case
    return found


def require(measure: ProtectiveMeasure, state: MeasureState) -> None:
    if state not in MEASURE_TRANSITIONS[measure.state]:
        raise ActRefused(f"Cette mesure est « {measure.get_state_display()} » : l'acte n'est plus possible.")


def check_version(measure: ProtectiveMeasure, version: int) -> None:
    if measure.version != version:
        stored: dict[str, Any] = {"owner": measure.owner, "review_on": measure.review_on}
        raise Conflict(who=measure.saved_by, at=measure.saved_at or clock.now(), stored=stored, version=measure.version)


def check_owner(case: Case, owner: User, *, field: str = "owner") -> None:
    if posting_over(owner, FOLLOW_MEASURE, case) is None:
        raise ActRefused(f"{owner} n'est pas en fonction sur ce dossier : choisissez une autre personne.", field=field)


def check_day(case: Case, day: date, *, field: str) -> None:
    today = today_of(case)
    if not today <= day <= today + FARTHEST:
        raise ActRefused("Choisissez une date entre aujourd'hui et dans un an.", field=field)


def save_measure(measure: ProtectiveMeasure, actor: Actor) -> None:
    measure.version += 1
    measure.saved_by = actor.label[:200]
    measure.saved_at = clock.now()
    measure.save()


def add_trace(measure: ProtectiveMeasure, kind: TraceKind, text: str, submission: UUID, user: User) -> MeasureTrace:
    if not text.strip():
        raise ActRefused("Écrivez ce qui a été fait.", field="text" if kind == TraceKind.EXECUTION else "reason")
    return MeasureTrace.objects.create(
        pk=submission, measure=measure, kind=kind, at=clock.now(), by=user, text=text.strip()
    )


def tell(measure: ProtectiveMeasure, kind: EventKind, sentence: str, user: User, actor: Actor) -> None:
    add_event(case=measure.case, kind=kind, sentence=sentence, user=user, actor=actor, version=measure.version)


def tell_owner(measure: ProtectiveMeasure) -> None:
    if measure.owner is not None:
        notify(
            users=[measure.owner],
            text=f"{measure.case.reference} : vous êtes responsable d'une mesure de protection",
            path=measure_path(measure),
            dedupe_key=f"measure-owner:{measure.pk}:{measure.version}",
        )


def ask_for_review(measure: ProtectiveMeasure) -> None:
    """One task for the owner, at the next date."""
    day = measure.next_day
    if not measure.is_live or day is None or measure.owner is None:
        return
    prefix = f"measure-review:{measure.pk}:"
    key = f"{prefix}{day:%Y%m%d}:{measure.owner.pk}:{measure.version}"
    finish_tasks(case=measure.case, prefix=prefix, user=None, outcome="date changée")
    open_task(
        case=measure.case,
        kind=TaskKind.REVIEW_MEASURE,
        title="Faire le point sur une mesure de protection",
        role=role_over(measure.case, measure.owner),
        assignee=measure.owner,
        due_at=local_moment(measure.case, day),
        path=measure_path(measure),
        dedupe_key=key,
    )
