"""Every act on call buttons. Views, commands and tasks call these and nothing else writes."""

from call_buttons.services.acknowledging import acknowledge_reminders
from call_buttons.services.decisions import Refusal, grant_call_button, preview_decision, refuse_call_button
from call_buttons.services.documents import Document, period_in_words
from call_buttons.services.errors import ActRefused, AlreadyDecided, PreviewOutdated, UnprintableText
from call_buttons.services.expiry import ExpiriesIncomplete, tell_expired_grants
from call_buttons.services.periods import three_months_from
from call_buttons.services.reminders import RemindersIncomplete, reminder_dates, send_due_reminders
from call_buttons.services.requests import give_opinion, request_call_button

__all__ = [
    "ActRefused",
    "AlreadyDecided",
    "Document",
    "ExpiriesIncomplete",
    "PreviewOutdated",
    "Refusal",
    "RemindersIncomplete",
    "UnprintableText",
    "acknowledge_reminders",
    "give_opinion",
    "grant_call_button",
    "period_in_words",
    "preview_decision",
    "refuse_call_button",
    "reminder_dates",
    "request_call_button",
    "send_due_reminders",
    "tell_expired_grants",
    "three_months_from",
]
