"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.closing import close_case, reopen_case
from cases.services.delays import change_delay
from cases.services.errors import ActRefused, Conflict, UnevaluatedThreat
from cases.services.escalation import escalate_late_evaluations
from cases.services.evaluations import (
    lock_case,
    return_evaluation,
    save_evaluation_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from cases.services.grids import (
    QuestionFields,
    add_grid_question,
    create_grid_draft,
    discard_grid_draft,
    edit_grid_question,
    edit_grid_settings,
    move_grid_question,
    publish_grid,
    remove_grid_question,
)
from cases.services.replays import request_replay, run_waiting_replays
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.threats import ThreatFacts, correct_threat, log_threat
from cases.services.timeline import add_event

__all__ = [
    "ActRefused",
    "Conflict",
    "QuestionFields",
    "ThreatFacts",
    "UnevaluatedThreat",
    "add_event",
    "add_grid_question",
    "change_delay",
    "close_case",
    "correct_threat",
    "create_grid_draft",
    "discard_grid_draft",
    "edit_grid_question",
    "edit_grid_settings",
    "escalate_late_evaluations",
    "finish_tasks",
    "lock_case",
    "log_threat",
    "move_grid_question",
    "notify_over",
    "open_task",
    "publish_grid",
    "remove_grid_question",
    "reopen_case",
    "request_replay",
    "return_evaluation",
    "run_waiting_replays",
    "save_evaluation_draft",
    "start_new_evaluation",
    "submit_evaluation",
    "validate_evaluation",
]
