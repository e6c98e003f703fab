"""Every act on a file. Views, commands and tasks call these and nothing else writes."""

from cases.services.attachment_scans import AWAY, scan_attachment, scan_waiting, sweep_attachments, verify_attachments
from cases.services.attachments import AlreadyAttached, add_attachment, withdraw_attachment
from cases.services.authors import identifier_key, set_author_identifiers
from cases.services.closing import close_case, reopen_case
from cases.services.consulting import give_reason
from cases.services.contacts import answer_contact, ask_contact, withdraw_contact
from cases.services.delays import change_delay
from cases.services.digest import digest_sentence, send_due_digests
from cases.services.drafts import Saved, abandon_draft, log_draft, logged_from, purge_old_drafts, save_draft
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
from cases.services.fact_import import ImportOutcome, import_facts
from cases.services.facts import ThreatFacts, VictimFacts
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
from cases.services.parties import declare_party, end_party
from cases.services.replays import request_replay, run_waiting_replays
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
from cases.services.tasks import (
    add_task,
    assign_task,
    complete_task,
    finish_tasks,
    finish_tasks_of_closed,
    notify_over,
    open_role_tasks,
    open_task,
)
from cases.services.threats import correct_threat, log_threat
from cases.services.timeline import add_event, add_events
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
    "AWAY",
    "ActRefused",
    "AlreadyAttached",
    "Conflict",
    "ExitReview",
    "ImportOutcome",
    "Instruction",
    "Proposal",
    "QuestionFields",
    "Saved",
    "ThreatFacts",
    "UnevaluatedThreat",
    "VictimFacts",
    "abandon_draft",
    "acknowledge_vigilance",
    "add_attachment",
    "add_event",
    "add_events",
    "add_grid_question",
    "add_passage_note",
    "add_task",
    "add_to_list",
    "answer_contact",
    "ask_contact",
    "ask_to_complete_list",
    "assign_task",
    "break_glass",
    "change_delay",
    "change_person",
    "chase_vigilance",
    "close_case",
    "close_ended_orders",
    "complete_task",
    "correct_threat",
    "create_grid_draft",
    "decide_measure",
    "declare_party",
    "digest_sentence",
    "discard_grid_draft",
    "dismiss_hint",
    "edit_grid_question",
    "edit_grid_settings",
    "end_measure",
    "end_party",
    "escalate_late_evaluations",
    "find_to_link",
    "finish_tasks",
    "finish_tasks_of_closed",
    "give_code",
    "give_reason",
    "give_vigilance_order",
    "identifier_key",
    "import_facts",
    "lift_restriction",
    "link_cases",
    "lock_case",
    "log_draft",
    "log_passage",
    "log_threat",
    "logged_from",
    "merge_cases",
    "move_grid_question",
    "moves",
    "note_execution",
    "notify_over",
    "open_role_tasks",
    "open_task",
    "propose_duplicate",
    "propose_measures",
    "protect_person",
    "publish_grid",
    "purge_old_drafts",
    "reassign_measure",
    "refresh_shared_identifiers",
    "refuse_measure",
    "remove_from_list",
    "remove_grid_question",
    "reopen_case",
    "report_night_findings",
    "request_replay",
    "restrict_case",
    "return_evaluation",
    "review_access",
    "review_measure",
    "run_waiting_replays",
    "save_draft",
    "save_evaluation_draft",
    "scan_attachment",
    "scan_waiting",
    "send_due_digests",
    "set_author_identifiers",
    "share_identifier",
    "start_measure",
    "start_new_evaluation",
    "stays",
    "submit_evaluation",
    "sweep_attachments",
    "undo_merge",
    "unlink_cases",
    "unshare_identifier",
    "validate_evaluation",
    "verify_attachments",
    "withdraw_attachment",
    "withdraw_contact",
]
