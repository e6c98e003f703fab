"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.authors import identifier_key, set_author_identifiers
from cases.services.closing import close_case, reopen_case
from cases.services.consulting import give_reason
from cases.services.contacts import answer_contact, ask_contact, withdraw_contact
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
from cases.services.fact_import import ImportOutcome, import_facts
from cases.services.facts import ThreatFacts, VictimFacts
from cases.services.hints import dismiss_hint, propose_duplicate
from cases.services.households import change_person, give_code, protect_person
from cases.services.linking import find_to_link, link_cases, unlink_cases
from cases.services.merging import merge_cases, undo_merge
from cases.services.moving import moves, stays
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
from cases.services.shared import refresh_shared_identifiers, share_identifier, unshare_identifier
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.threats import correct_threat, log_threat
from cases.services.timeline import add_event

__all__ = [
    "ActRefused",
    "Conflict",
    "ImportOutcome",
    "Saved",
    "ThreatFacts",
    "UnevaluatedThreat",
    "VictimFacts",
    "abandon_draft",
    "add_event",
    "add_to_list",
    "answer_contact",
    "ask_contact",
    "ask_to_complete_list",
    "break_glass",
    "change_person",
    "close_case",
    "correct_threat",
    "declare_party",
    "dismiss_hint",
    "end_party",
    "find_to_link",
    "finish_tasks",
    "give_code",
    "give_reason",
    "identifier_key",
    "import_facts",
    "lift_restriction",
    "link_cases",
    "lock_case",
    "log_draft",
    "log_threat",
    "logged_from",
    "merge_cases",
    "moves",
    "notify_over",
    "open_task",
    "propose_duplicate",
    "protect_person",
    "purge_old_drafts",
    "refresh_shared_identifiers",
    "remove_from_list",
    "reopen_case",
    "restrict_case",
    "return_evaluation",
    "review_access",
    "save_draft",
    "save_evaluation_draft",
    "set_author_identifiers",
    "share_identifier",
    "start_new_evaluation",
    "stays",
    "submit_evaluation",
    "undo_merge",
    "unlink_cases",
    "unshare_identifier",
    "validate_evaluation",
    "withdraw_contact",
]
