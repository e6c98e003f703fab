"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.authors import set_author_identifiers
from cases.services.closing import close_case, reopen_case
from cases.services.consulting import give_reason
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
from cases.services.parties import declare_party, end_party
from cases.services.restriction import (
    add_to_list,
    ask_to_complete_list,
    break_glass,
    lift_restriction,
    remove_from_list,
    restrict_case,
    review_access,
)
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
    "add_to_list",
    "ask_to_complete_list",
    "break_glass",
    "change_person",
    "close_case",
    "correct_threat",
    "declare_party",
    "end_party",
    "finish_tasks",
    "give_code",
    "give_reason",
    "lift_restriction",
    "lock_case",
    "log_draft",
    "log_threat",
    "logged_from",
    "notify_over",
    "open_task",
    "protect_person",
    "purge_old_drafts",
    "remove_from_list",
    "reopen_case",
    "restrict_case",
    "return_evaluation",
    "review_access",
    "save_draft",
    "save_evaluation_draft",
    "set_author_identifiers",
    "start_new_evaluation",
    "submit_evaluation",
    "validate_evaluation",
]
