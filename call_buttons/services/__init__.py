"""Every act on call buttons. Views, commands and tasks call these and nothing else writes."""

from call_buttons.services.acknowledging import acknowledge_reminders
from call_buttons.services.decisions import Refusal, grant_call_button, preview_decision, refuse_call_button
from call_buttons.services.device_chasing import chase_devices
from call_buttons.services.device_tests import TestCall, log_activation, record_test
from call_buttons.services.devices import add_device, declare_device, pair_device
from call_buttons.services.documents import Document, period_in_words
from call_buttons.services.errors import ActRefused, AlreadyDecided, PreviewOutdated, UnprintableText
from call_buttons.services.expiry import ExpiriesIncomplete, tell_expired_grants
from call_buttons.services.handovers import (
    Contacts,
    Recipient,
    change_contacts,
    hand_over_device,
    lose_device,
    report_empty_stock,
    return_device,
    sign_receipt,
    why_not_handed_over,
)
from call_buttons.services.loans import lend_device, receive_loan, send_loan_back, take_loan_back
from call_buttons.services.periods import three_months_from
from call_buttons.services.receipts import receipt_of
from call_buttons.services.reminders import RemindersIncomplete, reminder_dates, send_due_reminders
from call_buttons.services.requests import give_opinion, request_call_button

__all__ = [
    "ActRefused",
    "AlreadyDecided",
    "Contacts",
    "Document",
    "ExpiriesIncomplete",
    "PreviewOutdated",
    "Recipient",
    "Refusal",
    "RemindersIncomplete",
    "TestCall",
    "UnprintableText",
    "acknowledge_reminders",
    "add_device",
    "change_contacts",
    "chase_devices",
    "declare_device",
    "give_opinion",
    "grant_call_button",
    "hand_over_device",
    "lend_device",
    "log_activation",
    "lose_device",
    "pair_device",
    "period_in_words",
    "preview_decision",
    "receipt_of",
    "receive_loan",
    "record_test",
    "refuse_call_button",
    "reminder_dates",
    "report_empty_stock",
    "request_call_button",
    "return_device",
    "send_due_reminders",
    "send_loan_back",
    "sign_receipt",
    "take_loan_back",
    "tell_expired_grants",
    "three_months_from",
    "why_not_handed_over",
]
