"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.authors import set_author_identifiers
from cases.services.closing import close_case, reopen_case
from cases.services.drafts import Saved, abandon_draft, log_draft, logged_from, purge_old_drafts, save_draft
from cases.services.errors import ActRefused, Conflict, UnevaluatedThreat
from cases.services.evaluations import (
    lock_case,
    return_evaluation,
    save_evaluation_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from cases.services.facts import ThreatFacts, VictimFacts
from cases.services.households import change_person, give_code, protect_person
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.threats import correct_threat, log_threat
from cases.services.timeline import add_event

__all__ = [
    "ActRefused",
    "Conflict",
    "Saved",
    "ThreatFacts",
    "UnevaluatedThreat",
    "VictimFacts",
    "abandon_draft",
    "add_event",
    "change_person",
    "close_case",
    "correct_threat",
    "finish_tasks",
    "give_code",
    "lock_case",
    "log_draft",
    "log_threat",
    "logged_from",
    "notify_over",
    "open_task",
    "protect_person",
    "purge_old_drafts",
    "reopen_case",
    "return_evaluation",
    "save_draft",
    "save_evaluation_draft",
    "set_author_identifiers",
    "start_new_evaluation",
    "submit_evaluation",
    "validate_evaluation",
]
