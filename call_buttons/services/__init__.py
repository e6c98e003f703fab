"""Every act on call buttons. Views, commands and tasks call these and nothing else writes."""

from call_buttons.services.acknowledging import acknowledge_reminders
from call_buttons.services.acts import GrantAct, preview_act, sign_act
from call_buttons.services.decisions import Refusal, grant_call_button, preview_decision, refuse_call_button
from call_buttons.services.delegations import end_delegation, give_delegations
from call_buttons.services.documents import Document, period_in_words
from call_buttons.services.errors import ActRefused, AlreadyDecided, PreviewOutdated, UnprintableText
from call_buttons.services.expiry import ExpiriesIncomplete, tell_expired_grants
from call_buttons.services.ground import rest_on_later_evaluation
from call_buttons.services.periods import three_months_from
from call_buttons.services.remedies import answer_by, contest_decision
from call_buttons.services.reminders import RemindersIncomplete, reminder_dates, send_due_reminders
from call_buttons.services.requests import give_opinion, request_call_button
from call_buttons.services.rules import announce_rules
from call_buttons.services.templates import preview_template, save_template
from call_buttons.services.wishes import choose_sms, express_wish, send_reminder_sms

__all__ = [
    "ActRefused",
    "AlreadyDecided",
    "Document",
    "ExpiriesIncomplete",
    "GrantAct",
    "PreviewOutdated",
    "Refusal",
    "RemindersIncomplete",
    "UnprintableText",
    "acknowledge_reminders",
    "announce_rules",
    "answer_by",
    "choose_sms",
    "contest_decision",
    "end_delegation",
    "express_wish",
    "give_delegations",
    "give_opinion",
    "grant_call_button",
    "period_in_words",
    "preview_act",
    "preview_decision",
    "preview_template",
    "refuse_call_button",
    "reminder_dates",
    "request_call_button",
    "rest_on_later_evaluation",
    "save_template",
    "send_due_reminders",
    "send_reminder_sms",
    "sign_act",
    "tell_expired_grants",
    "three_months_from",
]
