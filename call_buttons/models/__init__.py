"""Requests, decisions of the préfet, three-month grants and their reminders; devices and their handovers."""

from call_buttons.models.decision import CallButtonDecision, DecisionCounter
from call_buttons.models.device import (
    CallButtonDevice,
    CallButtonDeviceEvent,
    CallButtonDeviceRules,
    CallButtonLoan,
    CallButtonStockAlert,
)
from call_buttons.models.following import CallButtonAcknowledgement, CallButtonExpiry
from call_buttons.models.grant import CallButtonGrant, CallButtonReminder
from call_buttons.models.handover import (
    CallButtonActivation,
    CallButtonHandover,
    CallButtonRecipient,
    CallButtonTest,
)
from call_buttons.models.request import CallButtonRequest, CallButtonRules

__all__ = [
    "CallButtonAcknowledgement",
    "CallButtonActivation",
    "CallButtonDecision",
    "CallButtonDevice",
    "CallButtonDeviceEvent",
    "CallButtonDeviceRules",
    "CallButtonExpiry",
    "CallButtonGrant",
    "CallButtonHandover",
    "CallButtonLoan",
    "CallButtonRecipient",
    "CallButtonReminder",
    "CallButtonRequest",
    "CallButtonRules",
    "CallButtonStockAlert",
    "CallButtonTest",
    "DecisionCounter",
]
