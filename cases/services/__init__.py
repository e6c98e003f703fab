"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.authors import identifier_key, set_author_identifiers
from cases.services.closing import close_case, reopen_case
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
from cases.services.merging import merge_cases, undo_merge
from cases.services.moving import moves, stays
from cases.services.night import report_night_findings
from cases.services.shared import refresh_shared_identifiers, share_identifier, unshare_identifier
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.threats import correct_threat, log_threat
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
    "ImportOutcome",
    "Instruction",
    "Proposal",
    "Saved",
    "ThreatFacts",
    "UnevaluatedThreat",
    "VictimFacts",
    "abandon_draft",
    "acknowledge_vigilance",
    "add_event",
    "add_passage_note",
    "answer_contact",
    "ask_contact",
    "change_person",
    "chase_vigilance",
    "close_case",
    "close_ended_orders",
    "correct_threat",
    "decide_measure",
    "dismiss_hint",
    "end_measure",
    "find_to_link",
    "finish_tasks",
    "give_code",
    "give_vigilance_order",
    "identifier_key",
    "import_facts",
    "link_cases",
    "lock_case",
    "log_draft",
    "log_passage",
    "log_threat",
    "logged_from",
    "merge_cases",
    "moves",
    "note_execution",
    "notify_over",
    "open_task",
    "propose_duplicate",
    "propose_measures",
    "protect_person",
    "purge_old_drafts",
    "reassign_measure",
    "refresh_shared_identifiers",
    "refuse_measure",
    "reopen_case",
    "report_night_findings",
    "return_evaluation",
    "review_measure",
    "save_draft",
    "save_evaluation_draft",
    "set_author_identifiers",
    "share_identifier",
    "start_measure",
    "start_new_evaluation",
    "stays",
    "submit_evaluation",
    "undo_merge",
    "unlink_cases",
    "unshare_identifier",
    "validate_evaluation",
    "withdraw_contact",
]
