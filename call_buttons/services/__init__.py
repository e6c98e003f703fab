"""Every act on call buttons. Views, commands and tasks call these and nothing else writes."""

from call_buttons.services.acknowledging import acknowledge_reminders
from call_buttons.services.acts import GrantAct, preview_act, sign_act
from call_buttons.services.decisions import Refusal, grant_call_button, preview_decision, refuse_call_button
from call_buttons.services.delegations import end_delegation, give_delegations
from call_buttons.services.device_chasing import chase_devices
from call_buttons.services.device_tests import TestCall, log_activation, record_test
from call_buttons.services.devices import add_device, declare_device, pair_device
from call_buttons.services.documents import Document, period_in_words
from call_buttons.services.errors import ActRefused, AlreadyDecided, PreviewOutdated, UnprintableText
from call_buttons.services.expiry import ExpiriesIncomplete, tell_expired_grants
from call_buttons.services.ground import rest_on_later_evaluation
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
from call_buttons.services.remedies import answer_by, contest_decision
from call_buttons.services.reminders import RemindersIncomplete, reminder_dates, send_due_reminders
from call_buttons.services.requests import give_opinion, request_call_button
from call_buttons.services.rules import announce_rules
from call_buttons.services.templates import preview_template, save_template
from call_buttons.services.wishes import choose_sms, express_wish, send_reminder_sms

__all__ = [
    "ActRefused",
    "AlreadyDecided",
    "Contacts",
    "Document",
    "ExpiriesIncomplete",
    "GrantAct",
    "PreviewOutdated",
    "Recipient",
    "Refusal",
    "RemindersIncomplete",
    "TestCall",
    "UnprintableText",
    "acknowledge_reminders",
    "add_device",
    "announce_rules",
    "answer_by",
    "change_contacts",
    "chase_devices",
    "choose_sms",
    "contest_decision",
    "declare_device",
    "end_delegation",
    "express_wish",
    "give_delegations",
    "give_opinion",
    "grant_call_button",
    "hand_over_device",
    "lend_device",
    "log_activation",
    "lose_device",
    "pair_device",
    "period_in_words",
    "preview_act",
    "preview_decision",
    "preview_template",
    "receipt_of",
    "receive_loan",
    "record_test",
    "refuse_call_button",
    "reminder_dates",
    "report_empty_stock",
    "request_call_button",
    "rest_on_later_evaluation",
    "return_device",
    "save_template",
    "send_due_reminders",
    "send_loan_back",
    "send_reminder_sms",
    "sign_act",
    "sign_receipt",
    "take_loan_back",
    "tell_expired_grants",
    "three_months_from",
    "why_not_handed_over",
]
