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
from cases.services.measures import (
    ExitReview,
    Proposal,
    decide_measure,
    end_measure,
    note_execution,
    propose_measures,
    reassign_measure,
    refuse_measure,
    review_measure,
    start_measure,
)
from cases.services.night import report_night_findings
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.threats import ThreatFacts, correct_threat, log_threat
from cases.services.timeline import add_event
from cases.services.vigilance import (
    Instruction,
    acknowledge_vigilance,
    add_passage_note,
    chase_vigilance,
    close_ended_orders,
    give_vigilance_order,
    log_passage,
)

__all__ = [
    "ActRefused",
    "Conflict",
    "ExitReview",
    "Instruction",
    "Proposal",
    "ThreatFacts",
    "UnevaluatedThreat",
    "acknowledge_vigilance",
    "add_event",
    "add_passage_note",
    "chase_vigilance",
    "close_case",
    "close_ended_orders",
    "correct_threat",
    "decide_measure",
    "end_measure",
    "finish_tasks",
    "give_vigilance_order",
    "lock_case",
    "log_passage",
    "log_threat",
    "note_execution",
    "notify_over",
    "open_task",
    "propose_measures",
    "reassign_measure",
    "refuse_measure",
    "reopen_case",
    "report_night_findings",
    "return_evaluation",
    "review_measure",
    "save_evaluation_draft",
    "start_measure",
    "start_new_evaluation",
    "submit_evaluation",
    "validate_evaluation",
]
