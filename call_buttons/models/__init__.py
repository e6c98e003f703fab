"""Requests, decisions of the préfet, three-month grants and their reminders."""

from call_buttons.models.decision import CallButtonDecision, DecisionCounter
from call_buttons.models.following import CallButtonAcknowledgement, CallButtonExpiry
from call_buttons.models.grant import CallButtonGrant, CallButtonReminder
from call_buttons.models.request import CallButtonRequest, CallButtonRules

__all__ = [
    "CallButtonAcknowledgement",
    "CallButtonDecision",
    "CallButtonExpiry",
    "CallButtonGrant",
    "CallButtonReminder",
    "CallButtonRequest",
    "CallButtonRules",
    "DecisionCounter",
]
