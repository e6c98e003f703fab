"""Requests, decisions of the préfet, three-month grants and their reminders."""

from call_buttons.models.agenda import CallButtonAgenda
from call_buttons.models.decision import CallButtonDecision, DecisionCounter
from call_buttons.models.delegation import SignatureDelegation
from call_buttons.models.device import (
    CallButtonDevice,
    CallButtonDeviceEvent,
    CallButtonDeviceRules,
    CallButtonLoan,
    CallButtonStockAlert,
)
from call_buttons.models.ending import CallButtonEndAcceptance, CallButtonEndPlan
from call_buttons.models.following import CallButtonAcknowledgement, CallButtonExpiry
from call_buttons.models.grant import (
    CallButtonGrant,
    CallButtonReminder,
    CallButtonReminderMessage,
    CallButtonSuspension,
)
from call_buttons.models.handover import CallButtonActivation, CallButtonHandover, CallButtonRecipient, CallButtonTest
from call_buttons.models.request import CallButtonRequest, CallButtonRules
from call_buttons.models.template import DocumentTemplate
from call_buttons.models.waiting import CallButtonEscalation, CallButtonWithdrawal
from call_buttons.models.wish import CallButtonWish, ReminderSms

__all__ = [
    "CallButtonAcknowledgement",
    "CallButtonActivation",
    "CallButtonAgenda",
    "CallButtonDecision",
    "CallButtonDevice",
    "CallButtonDeviceEvent",
    "CallButtonDeviceRules",
    "CallButtonEndAcceptance",
    "CallButtonEndPlan",
    "CallButtonEscalation",
    "CallButtonExpiry",
    "CallButtonGrant",
    "CallButtonHandover",
    "CallButtonLoan",
    "CallButtonRecipient",
    "CallButtonReminder",
    "CallButtonReminderMessage",
    "CallButtonRequest",
    "CallButtonRules",
    "CallButtonStockAlert",
    "CallButtonSuspension",
    "CallButtonTest",
    "CallButtonWish",
    "CallButtonWithdrawal",
    "DecisionCounter",
    "DocumentTemplate",
    "ReminderSms",
    "SignatureDelegation",
]
