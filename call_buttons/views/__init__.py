from call_buttons.views.closed_days import closed_days, remove_closed
from call_buttons.views.decisions import document, grant, grant_preview, refusal_preview, refuse
from call_buttons.views.lists import InForceView, QueueView, WeekView
from call_buttons.views.requests import acknowledge, advise, case_panel, new_request, open_from_message, request_page

__all__ = [
    "InForceView",
    "QueueView",
    "WeekView",
    "acknowledge",
    "advise",
    "case_panel",
    "closed_days",
    "document",
    "grant",
    "grant_preview",
    "new_request",
    "open_from_message",
    "refusal_preview",
    "refuse",
    "remove_closed",
    "request_page",
]
