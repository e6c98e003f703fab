"""Every act on call buttons. Views, commands and tasks call these and nothing else writes."""

from call_buttons.services.acknowledging import acknowledge_reminders
from call_buttons.services.agenda import agenda_file, create_agenda, journal_refused_agenda, revoke_agenda
from call_buttons.services.decisions import Refusal, grant_call_button, preview_decision, refuse_call_button
from call_buttons.services.documents import Document, period_in_words
from call_buttons.services.ending import (
    EndAnswers,
    EndChanged,
    accept_end,
    call_after,
    check_end_open,
    end_opens_on,
    save_end_plan,
)
from call_buttons.services.errors import ActRefused, AlreadyDecided, PreviewOutdated, UnprintableText
from call_buttons.services.escalating import EscalationsIncomplete, escalate_waiting_requests
from call_buttons.services.expiry import ExpiriesIncomplete, tell_expired_grants
from call_buttons.services.periods import three_months_from
from call_buttons.services.reminders import RemindersIncomplete, reminder_dates, send_due_reminders
from call_buttons.services.requests import give_opinion, request_call_button
from call_buttons.services.withdrawing import withdraw_request

__all__ = [
    "ActRefused",
    "AlreadyDecided",
    "Document",
    "EndAnswers",
    "EndChanged",
    "EscalationsIncomplete",
    "ExpiriesIncomplete",
    "PreviewOutdated",
    "Refusal",
    "RemindersIncomplete",
    "UnprintableText",
    "accept_end",
    "acknowledge_reminders",
    "agenda_file",
    "call_after",
    "check_end_open",
    "create_agenda",
    "end_opens_on",
    "escalate_waiting_requests",
    "give_opinion",
    "grant_call_button",
    "journal_refused_agenda",
    "period_in_words",
    "preview_decision",
    "refuse_call_button",
    "reminder_dates",
    "request_call_button",
    "revoke_agenda",
    "save_end_plan",
    "send_due_reminders",
    "tell_expired_grants",
    "three_months_from",
    "withdraw_request",
]
