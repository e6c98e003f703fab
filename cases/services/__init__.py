"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.authors import identifier_key
from cases.services.closing import close_case, reopen_case
from cases.services.digest import digest_sentence, send_due_digests
from cases.services.errors import ActRefused, Conflict, UnevaluatedThreat
from cases.services.evaluations import (
    lock_case,
    return_evaluation,
    save_evaluation_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from cases.services.tasks import (
    add_task,
    assign_task,
    complete_task,
    finish_tasks,
    finish_tasks_of_closed,
    notify_over,
    open_task,
)
from cases.services.threats import ThreatFacts, correct_threat, log_threat
from cases.services.timeline import add_event

__all__ = [
    "ActRefused",
    "Conflict",
    "ThreatFacts",
    "UnevaluatedThreat",
    "add_event",
    "add_task",
    "assign_task",
    "close_case",
    "complete_task",
    "correct_threat",
    "digest_sentence",
    "finish_tasks",
    "finish_tasks_of_closed",
    "identifier_key",
    "lock_case",
    "log_threat",
    "notify_over",
    "open_task",
    "reopen_case",
    "return_evaluation",
    "save_evaluation_draft",
    "send_due_digests",
    "start_new_evaluation",
    "submit_evaluation",
    "validate_evaluation",
]
