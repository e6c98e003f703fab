"""Requests, decisions of the préfet, three-month grants and their reminders."""

from call_buttons.models.decision import CallButtonDecision, DecisionCounter
from call_buttons.models.delegation import SignatureDelegation
from call_buttons.models.following import CallButtonAcknowledgement, CallButtonExpiry
from call_buttons.models.grant import (
    CallButtonGrant,
    CallButtonReminder,
    CallButtonReminderMessage,
    CallButtonSuspension,
)
from call_buttons.models.request import CallButtonRequest, CallButtonRules
from call_buttons.models.template import DocumentTemplate
from call_buttons.models.wish import CallButtonWish, ReminderSms

__all__ = [
    "CallButtonAcknowledgement",
    "CallButtonDecision",
    "CallButtonExpiry",
    "CallButtonGrant",
    "CallButtonReminder",
    "CallButtonReminderMessage",
    "CallButtonRequest",
    "CallButtonRules",
    "CallButtonSuspension",
    "CallButtonWish",
    "DecisionCounter",
    "DocumentTemplate",
    "ReminderSms",
    "SignatureDelegation",
]
