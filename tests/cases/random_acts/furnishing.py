"""Files already under way: a short sequence would seldom bring one as far as a measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.models import ProtectiveMeasure
from cases.services import scan_waiting
from tests import build, protecting
from tests.cases import attached
from tests.cases.random_acts.documents import CONTENTS, NAMES

if TYPE_CHECKING:
    from cases.models import Case
    from tests.cases.random_acts.stage import Stage


def furnish(stage: Stage) -> Stage:
    """Two files of one élu with measures in every state, files and a task; a third with a file only."""
    here, there = stage.case(3), stage.case(4)
    for case in (here, there):
        evaluation = build.validated(case.threats.get(), head=stage.head_of(case))
        protecting.proposed(evaluation, kind="patrols")
        protecting.decided(protecting.proposed(evaluation, kind="advice"))
    protecting.in_force(protecting.decided(protecting.proposed(evaluation, kind="accompaniment")))
    protecting.proposed(evaluation, kind="close_protection")
    join(stage, here, 0)
    join(stage, there, 1)
    scan_waiting()
    join(stage, stage.case(0), 1)
    build.a_task(here)
    for measure in ProtectiveMeasure.objects.exclude(decided_at=None):
        signed = (measure.decided_by_id, measure.decider_role, measure.decided_at)
        stage.first_seen["decision", measure.pk] = signed
    stage.begin()
    return stage


def join(stage: Stage, case: Case, which: int) -> None:
    attachment = attached.an_attachment(case, CONTENTS[which], NAMES[which])
    stage.first_bytes[str(attachment.pk)] = CONTENTS[which]
