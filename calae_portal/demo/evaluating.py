"""What the demonstration shows of evaluating: delays that have climbed, and a draft of the grid at work."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from calae_portal.demo.lives import signed_by
from cases.services import QuestionFields, create_grid_draft, edit_grid_question, escalate_late_evaluations
from core import clock

if TYPE_CHECKING:
    from calae_portal.demo.lives import World

# As long as somebody may still look for what climbed.
CLIMBED_DAYS = 14
ANALYST = "calae1"
HEAVIER = "direct_threat"


def plan_evaluating(world: World) -> None:
    today = world.timeline.end.astimezone(clock.PARIS).date()
    for days in range(CLIMBED_DAYS, -1, -1):
        for hour in (8, 20):
            moment = datetime.combine(today - timedelta(days=days), time(hour), tzinfo=clock.PARIS)
            world.timeline.plan(moment, escalate_late_evaluations)
    world.timeline.plan(world.timeline.end - timedelta(hours=3), lambda: _draft(world))


def _draft(world: World) -> None:
    signed = signed_by(world.people.users[ANALYST])
    draft = create_grid_draft(**signed)
    question = draft.questions.get(code=HEAVIER)
    edit_grid_question(
        number=draft.number,
        code=question.code,
        version=question.version,
        values=QuestionFields(
            section=question.section,
            text=question.text,
            weight=question.weight + 2,
            red_floor=question.red_floor,
            red_sentence=question.red_sentence,
            measures=question.measures,
        ),
        **signed,
    )
