"""The life of a decided measure: started, carried out, reviewed, given to another, ended with its exit review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.services import notify
from cases.enums import EventKind, MeasureState, TaskKind, TraceKind
from cases.models import MeasureTrace, ProtectiveMeasure
from cases.services.errors import ActRefused
from cases.services.measures.shared import (
    FARTHEST,
    add_trace,
    ask_for_review,
    check_day,
    check_owner,
    check_version,
    local_moment,
    locked_measure,
    measure_path,
    require,
    role_over,
    save_measure,
    tell,
    tell_owner,
    today_of,
)
from cases.services.tasks import finish_tasks, open_task
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor

EXIT_CALL_DAYS = 30


@dataclass(frozen=True)
class ExitReview:
    """What must be written for a measure to end."""

    reason: str
    replacement: str
    what_would_return: str
    caller: User


@transaction.atomic
def start_measure(
    *,
    measure: ProtectiveMeasure,
    version: int,
    start: date,
    end: date | None,
    review_on: date | None,
    user: User,
    actor: Actor,
) -> ProtectiveMeasure:
    """Put a decided measure in force for `[start, end)`, local days of the file. Without an end, a review is due.

    Raises ActRefused on dates that make no sense, Conflict when it changed.
    """
    measure = locked_measure(measure)
    if measure.state == MeasureState.IN_FORCE and measure.period == DateRange(start, end):
        return measure
    require(measure, MeasureState.IN_FORCE)
    check_version(measure, version)
    _check_period(measure, start, end, review_on)
    measure.state = MeasureState.IN_FORCE
    measure.period = DateRange(start, end)
    measure.review_on = review_on
    save_measure(measure, actor)
    words = f"Mesure en vigueur à partir du {start:%d/%m/%Y}"
    words += f", jusqu'au {end - timedelta(days=1):%d/%m/%Y} inclus" if end else ""
    tell(measure, EventKind.MEASURE_STARTED, f"{words} : {measure}.", user, actor)
    ask_for_review(measure)
    return measure


def _check_period(measure: ProtectiveMeasure, start: date, end: date | None, review_on: date | None) -> None:
    today = today_of(measure.case)
    if not today - FARTHEST <= start <= today + FARTHEST:
        raise ActRefused("Vérifiez l'année : la date de début est trop éloignée.", field="start")
    if end is not None and end <= start:
        raise ActRefused("Le dernier jour vient après le premier, ou le même jour.", field="last_day")
    if end is not None and end > today + FARTHEST + timedelta(days=1):
        raise ActRefused("Choisissez un dernier jour dans l'année qui vient.", field="last_day")
    if end is None and review_on is None:
        raise ActRefused("Donnez un dernier jour, ou la date du prochain point.", field="review_on")
    if review_on is not None:
        check_day(measure.case, review_on, field="review_on")


@transaction.atomic
def note_execution(
    *, measure: ProtectiveMeasure, text: str, submission: UUID, user: User, actor: Actor
) -> MeasureTrace:
    """Write what was done for a live measure. The same page sent twice writes one trace."""
    measure = locked_measure(measure)
    if (known := MeasureTrace.objects.filter(pk=submission, by=user).first()) is not None:
        return known
    if not measure.is_live:
        raise ActRefused(f"Cette mesure est {measure.get_state_display()} : rien ne s'y ajoute.")
    trace = add_trace(measure, TraceKind.EXECUTION, text, submission, user)
    tell(measure, EventKind.MEASURE_EXECUTED, f"Exécution notée : {measure}.", user, actor)
    return trace


@transaction.atomic
def review_measure(
    *,
    measure: ProtectiveMeasure,
    version: int,
    review_on: date,
    reason: str,
    submission: UUID,
    user: User,
    actor: Actor,
) -> ProtectiveMeasure:
    """Keep a live measure until a new review, with the reason written as a trace."""
    measure = locked_measure(measure)
    if MeasureTrace.objects.filter(pk=submission, by=user).exists():
        return measure
    if not measure.is_live:
        raise ActRefused(f"Cette mesure est {measure.get_state_display()} : il n'y a plus de point à faire.")
    check_version(measure, version)
    check_day(measure.case, review_on, field="review_on")
    if measure.last_day is not None and review_on > measure.last_day:
        raise ActRefused(
            f"Cette mesure s'arrête le {measure.last_day:%d/%m/%Y} : pour la prolonger, terminez-la et proposez la"
            " suivante.",
            field="review_on",
        )
    add_trace(measure, TraceKind.REVIEW, reason, submission, user)
    measure.review_on = review_on
    save_measure(measure, actor)
    tell(
        measure,
        EventKind.MEASURE_REVIEWED,
        f"Point fait : {measure}. Prochain point le {review_on:%d/%m/%Y}.",
        user,
        actor,
    )
    finish_tasks(case=measure.case, prefix=f"measure-review:{measure.pk}:", user=user, outcome="point fait")
    ask_for_review(measure)
    return measure


@transaction.atomic
def reassign_measure(
    *, measure: ProtectiveMeasure, version: int, owner: User, user: User, actor: Actor
) -> ProtectiveMeasure:
    """Give a measure to another owner, who is told, as the former one is."""
    measure = locked_measure(measure)
    if measure.owner_id == owner.pk:
        return measure
    if measure.state in (MeasureState.ENDED, MeasureState.REFUSED):
        raise ActRefused(f"Cette mesure est {measure.get_state_display()} : elle n'a plus de responsable à changer.")
    check_version(measure, version)
    check_owner(measure.case, owner)
    former = measure.owner
    measure.owner = owner
    save_measure(measure, actor)
    tell(measure, EventKind.MEASURE_OWNER, f"Responsable de la mesure « {measure} » : {owner}.", user, actor)
    tell_owner(measure)
    if former is not None and former.pk != user.pk:
        notify(
            users=[former],
            text=f"{measure.case.reference} : une mesure n'est plus sous votre responsabilité",
            path=measure_path(measure),
            dedupe_key=f"measure-left:{measure.pk}:{measure.version}",
        )
    finish_tasks(case=measure.case, prefix=f"measure-review:{measure.pk}:", user=user, outcome="confiée à un autre")
    ask_for_review(measure)
    return measure


@transaction.atomic
def end_measure(
    *, measure: ProtectiveMeasure, version: int, review: ExitReview, user: User, actor: Actor
) -> ProtectiveMeasure:
    """End a live measure with its exit review, and ask somebody to call at +30 days, local.

    Its period stops today at the latest: past days stay as they were.
    """
    measure = locked_measure(measure)
    if measure.state == MeasureState.ENDED and measure.ended_by_id == user.pk:
        return measure
    require(measure, MeasureState.ENDED)
    check_version(measure, version)
    for field, text in (("replacement", review.replacement), ("what_would_return", review.what_would_return)):
        if not text.strip():
            raise ActRefused("Le bilan de sortie est obligatoire.", field=field)
    check_owner(measure.case, review.caller, field="caller")
    today = today_of(measure.case)
    if measure.period is not None:
        first, end = measure.period.lower, measure.period.upper
        tomorrow = max(today, first) + timedelta(days=1)
        measure.period = DateRange(first, min(end, tomorrow) if end else tomorrow)
    measure.state = MeasureState.ENDED
    measure.end_reason = review.reason
    measure.ended_by, measure.ended_at = user, clock.now()
    measure.exit_replacement = review.replacement.strip()
    measure.exit_return = review.what_would_return.strip()
    measure.exit_caller = review.caller
    save_measure(measure, actor)
    tell(
        measure,
        EventKind.MEASURE_ENDED,
        f"Mesure terminée : {measure} ({measure.get_end_reason_display()}).",
        user,
        actor,
    )
    for prefix in ("measure-review", "measure-exit", "vigilance-ack"):
        finish_tasks(case=measure.case, prefix=f"{prefix}:{measure.pk}:", user=user, outcome="mesure terminée")
    open_task(
        case=measure.case,
        kind=TaskKind.EXIT_CALL,
        title="Rappeler la personne : une mesure de protection est terminée depuis 30 jours",
        role=role_over(measure.case, review.caller),
        assignee=review.caller,
        due_at=local_moment(measure.case, today + timedelta(days=EXIT_CALL_DAYS)),
        path=measure_path(measure),
        dedupe_key=f"measure-exit-call:{measure.pk}",
    )
    return measure
