"""The acts that are drawn, who may do each, and how one is played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.enums import Role
from tests.cases.random_acts import documents, evaluating, protecting
from tests.cases.random_acts.sight import FILE_ROLES

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Case
    from tests.cases.random_acts.stage import Stage


@dataclass(frozen=True)
class Act:
    """An act as a page sends it. `roles`: among whom it is drawn when it is to have its chances; empty, anybody."""

    send: Callable[[Stage, User, Case, int], None]
    roles: frozenset[Role]


def act(send: Callable[[Stage, User, Case, int], None], *roles: Role) -> Act:
    return Act(send, frozenset(roles))


ACTS: dict[str, Act] = {
    "log_threat": act(evaluating.log_threat, Role.REFERENT),
    "evaluate": act(evaluating.evaluate, Role.REFERENT),
    "save_draft": act(evaluating.save_draft, Role.REFERENT),
    "validate": act(evaluating.validate, Role.UNIT_HEAD),
    "send_back": act(evaluating.send_back, Role.UNIT_HEAD),
    "evaluate_again": act(evaluating.evaluate_again, Role.REFERENT),
    "close": act(evaluating.close, Role.REFERENT, Role.UNIT_HEAD),
    "reopen": act(evaluating.reopen, Role.REFERENT, Role.UNIT_HEAD),
    "restrict": act(evaluating.restrict),
    "declare": act(evaluating.declare),
    "break_the_glass": act(evaluating.break_the_glass),
    "say_why": act(evaluating.say_why),
    "propose": act(protecting.propose, Role.REFERENT),
    "decide": act(protecting.decide, *protecting.FOLLOW),
    "refuse": act(protecting.refuse, *protecting.FOLLOW),
    "start": act(protecting.start, *protecting.FOLLOW),
    "trace": act(protecting.trace, *protecting.FOLLOW),
    "review": act(protecting.review, *protecting.FOLLOW),
    "reassign": act(protecting.reassign, *protecting.FOLLOW),
    "end": act(protecting.end, *protecting.FOLLOW),
    "attach": act(documents.attach, Role.REFERENT, Role.UNIT_HEAD),
    "antivirus": act(documents.antivirus),
    "withdraw": act(documents.withdraw, Role.REFERENT, Role.UNIT_HEAD),
    "download": act(documents.download, *FILE_ROLES),
    "add_task": act(documents.add_task, Role.REFERENT, Role.UNIT_HEAD),
    "finish_task": act(documents.finish_task, *protecting.FOLLOW),
    "take_task": act(documents.take_task, *protecting.FOLLOW),
    "merge": act(documents.merge, Role.UNIT_HEAD),
    "undo": act(documents.undo, Role.UNIT_HEAD),
}


def play(stage: Stage, name: str, who: str | None, which: int, luck: int) -> None:
    """`who` None: one of those who may, so that files also go forward."""
    case = stage.case(which)
    if who is None:
        able = stage.those_who_may(case, ACTS[name].roles) if ACTS[name].roles else list(stage.people.values())
        if not able:
            return
        who = stage.name_of[able[luck % len(able)].pk]
    stage.trying = f"{name} by {who} on {case.reference}"
    stage.story.append(f'("{name}", "{who}", {which}, {luck}),  # {case.reference}, {case.state}')
    stage.last_person = stage.people[who]
    ACTS[name].send(stage, stage.last_person, case, luck)
