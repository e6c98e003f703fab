"""A draft grid tried on past answers, in the background and by batches: counts come out, nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog
from celery import current_app
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError as BrokerAway

from cases.enums import Answer, GridState, ReplayState
from cases.models import Evaluation, GridReplay
from cases.services.errors import ActRefused
from cases.services.grids import NO_DRAFT
from cases.services.scoring import score_answers
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from typing import Any

    from accounts.models import User
    from cases.models import GridVersion
    from core.journal import Actor

logger = structlog.get_logger(__name__)
CHUNK = 2000


@transaction.atomic
def request_replay(*, grid: GridVersion, months: int, user: User, actor: Actor) -> GridReplay:
    """Ask for a replay; a worker makes it. Asked twice while one waits, it is one. Raises ActRefused off a draft."""
    if grid.state != GridState.DRAFT:
        raise ActRefused(NO_DRAFT)
    waiting = grid.replays.filter(state=ReplayState.WAITING).first()
    if waiting is not None:
        return waiting
    try:
        with transaction.atomic():
            replay = GridReplay.objects.create(grid=grid, months=months, requested_by=user, requested_at=clock.now())
    except IntegrityError:
        return grid.replays.get(state=ReplayState.WAITING)
    reason = f"rejeu du brouillon sur {months} mois"
    record_act(
        actor=actor, object_type="cases.gridversion", object_id=str(grid.pk), object_label=str(grid), reason=reason
    )
    transaction.on_commit(_wake_worker)
    return replay


def _wake_worker() -> None:
    try:
        current_app.send_task("cases.tasks.replay_grids")
    except BrokerAway:
        # The row is committed: the scheduled job makes the replay when the queue is back.
        logger.warning("broker_away")


def run_waiting_replays() -> int:
    """Make the replays that wait. The lock of the row goes with the process: a killed one leaves it to the next."""
    made = 0
    while _run_next():
        made += 1
    return made


@transaction.atomic
def _run_next() -> bool:
    replay = (
        GridReplay.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("grid")
        .filter(state=ReplayState.WAITING)
        .order_by("requested_at")
        .first()
    )
    if replay is None:
        return False
    try:
        with transaction.atomic():
            replay.revision = replay.grid.revision
            replay.result = replay_counts(replay.grid, months=replay.months)
            replay.state = ReplayState.DONE
    except Exception:  # the page says that it failed; the log says why
        logger.exception("grid_replay_failed", replay=str(replay.pk))
        replay.state = ReplayState.FAILED
    replay.finished_at = clock.now()
    replay.save()
    return True


def replay_counts(grid: GridVersion, *, months: int) -> dict[str, Any]:
    """Counts by old, new and signed level. A question that did not exist counts as « ne sait pas »."""
    questions = list(grid.questions.order_by("position"))
    since = clock.now() - relativedelta(months=months)
    rows = Evaluation.objects.validated().filter(validated_at__gte=since).order_by()
    cells: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    columns = ("answers", "computed_level", "signed_level")
    for answers, computed, signed in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        known = {question.code: answers.get(question.code) for question in questions}
        absent = [code for code, answer in known.items() if answer is None]
        missing.update(absent)
        completed = {code: answer or Answer.UNKNOWN for code, answer in known.items()}
        level = score_answers(grid=grid, questions=questions, answers=completed).level
        cells[f"{computed}-{int(level)}-{signed}"] += 1
    return {"evaluations": cells.total(), "cells": dict(cells), "missing": dict(missing)}
