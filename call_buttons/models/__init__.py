"""Requests, decisions of the préfet, three-month grants and their reminders."""

from call_buttons.models.agenda import CallButtonAgenda
from call_buttons.models.decision import CallButtonDecision, DecisionCounter
from call_buttons.models.ending import CallButtonEndAcceptance, CallButtonEndPlan
from call_buttons.models.following import CallButtonAcknowledgement, CallButtonExpiry
from call_buttons.models.grant import CallButtonGrant, CallButtonReminder
from call_buttons.models.request import CallButtonRequest, CallButtonRules
from call_buttons.models.waiting import CallButtonEscalation, CallButtonWithdrawal

__all__ = [
    "CallButtonAcknowledgement",
    "CallButtonAgenda",
    "CallButtonDecision",
    "CallButtonEndAcceptance",
    "CallButtonEndPlan",
    "CallButtonEscalation",
    "CallButtonExpiry",
    "CallButtonGrant",
    "CallButtonReminder",
    "CallButtonRequest",
    "CallButtonRules",
    "CallButtonWithdrawal",
    "DecisionCounter",
]
