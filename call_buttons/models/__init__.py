"""Requests, decisions of the préfet, three-month grants and their reminders."""

from call_buttons.models.decision import CallButtonDecision, DecisionCounter
from call_buttons.models.grant import CallButtonGrant, CallButtonReminder
from call_buttons.models.request import CallButtonRequest, CallButtonRules

__all__ = [
    "CallButtonDecision",
    "CallButtonGrant",
    "CallButtonReminder",
    "CallButtonRequest",
    "CallButtonRules",
    "DecisionCounter",
]
