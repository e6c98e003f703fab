"""Every act on call buttons. Views, commands and tasks call these and nothing else writes."""

from call_buttons.services.acknowledging import acknowledge_reminders
from call_buttons.services.acts import GrantAct, preview_act, sign_act
from call_buttons.services.agenda import agenda_file, create_agenda, journal_refused_agenda, revoke_agenda
from call_buttons.services.decisions import Refusal, grant_call_button, preview_decision, refuse_call_button
from call_buttons.services.delegations import end_delegation, give_delegations
from call_buttons.services.device_chasing import chase_devices
from call_buttons.services.device_tests import TestCall, log_activation, record_test
from call_buttons.services.devices import add_device, declare_device, pair_device
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
from call_buttons.services.withdrawing import withdraw_request

__all__ = [
    "ActRefused",
    "AlreadyDecided",
    "Contacts",
    "Document",
    "EndAnswers",
    "EndChanged",
    "EscalationsIncomplete",
    "ExpiriesIncomplete",
    "GrantAct",
    "PreviewOutdated",
    "Recipient",
    "Refusal",
    "RemindersIncomplete",
    "TestCall",
    "UnprintableText",
    "accept_end",
    "acknowledge_reminders",
    "add_device",
    "agenda_file",
    "announce_rules",
    "answer_by",
    "call_after",
    "change_contacts",
    "chase_devices",
    "check_end_open",
    "choose_sms",
    "contest_decision",
    "create_agenda",
    "declare_device",
    "end_delegation",
    "end_opens_on",
    "escalate_waiting_requests",
    "express_wish",
    "give_delegations",
    "give_opinion",
    "grant_call_button",
    "hand_over_device",
    "journal_refused_agenda",
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
    "revoke_agenda",
    "save_end_plan",
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
    "withdraw_request",
]
