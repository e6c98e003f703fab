from call_buttons.views.closed_days import closed_days, remove_closed
from call_buttons.views.decisions import document, grant, grant_preview, refusal_preview, refuse
from call_buttons.views.devices import declare, device, device_census, devices, lend, loan_step, new_device, pair
from call_buttons.views.handovers import (
    activation,
    contacts,
    hand_over,
    handover,
    lose,
    receipt,
    settle_activation,
    sign,
    take_back,
    test_call,
)
from call_buttons.views.lists import InForceView, QueueView, WeekView
from call_buttons.views.requests import acknowledge, advise, case_panel, new_request, open_from_message, request_page

__all__ = [
    "InForceView",
    "QueueView",
    "WeekView",
    "acknowledge",
    "activation",
    "advise",
    "case_panel",
    "closed_days",
    "contacts",
    "declare",
    "device",
    "device_census",
    "devices",
    "document",
    "grant",
    "grant_preview",
    "hand_over",
    "handover",
    "lend",
    "loan_step",
    "lose",
    "new_device",
    "new_request",
    "open_from_message",
    "pair",
    "receipt",
    "refusal_preview",
    "refuse",
    "remove_closed",
    "request_page",
    "settle_activation",
    "sign",
    "take_back",
    "test_call",
]
