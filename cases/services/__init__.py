"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.closing import close_case, reopen_case
from cases.services.errors import ActRefused, Conflict, UnevaluatedThreat
from cases.services.evaluations import (
    lock_case,
    return_evaluation,
    save_evaluation_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from cases.services.hints import dismiss_hint, propose_duplicate
from cases.services.linking import find_to_link, link_cases, unlink_cases
from cases.services.merging import merge_cases, undo_merge
from cases.services.moving import moves, stays
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.threats import ThreatFacts, correct_threat, log_threat
from cases.services.timeline import add_event

__all__ = [
    "ActRefused",
    "Conflict",
    "ThreatFacts",
    "UnevaluatedThreat",
    "add_event",
    "close_case",
    "correct_threat",
    "dismiss_hint",
    "find_to_link",
    "finish_tasks",
    "link_cases",
    "lock_case",
    "log_threat",
    "merge_cases",
    "moves",
    "notify_over",
    "open_task",
    "propose_duplicate",
    "reopen_case",
    "return_evaluation",
    "save_evaluation_draft",
    "start_new_evaluation",
    "stays",
    "submit_evaluation",
    "undo_merge",
    "unlink_cases",
    "validate_evaluation",
]
