"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.attachment_scans import (
    AWAY,
    scan_attachment,
    scan_waiting,
    sweep_attachments,
    verify_attachments,
)
from cases.services.attachments import AlreadyAttached, add_attachment, withdraw_attachment
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
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.threats import ThreatFacts, correct_threat, log_threat
from cases.services.timeline import add_event

__all__ = [
    "AWAY",
    "ActRefused",
    "AlreadyAttached",
    "Conflict",
    "ThreatFacts",
    "UnevaluatedThreat",
    "add_attachment",
    "add_event",
    "close_case",
    "correct_threat",
    "finish_tasks",
    "lock_case",
    "log_threat",
    "notify_over",
    "open_task",
    "reopen_case",
    "return_evaluation",
    "save_evaluation_draft",
    "scan_attachment",
    "scan_waiting",
    "start_new_evaluation",
    "submit_evaluation",
    "sweep_attachments",
    "validate_evaluation",
    "verify_attachments",
    "withdraw_attachment",
]
