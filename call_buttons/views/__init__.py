from call_buttons.views.agenda import agenda_feed, create_my_agenda, my_agenda, revoke_my_agenda
from call_buttons.views.calendar import CalendarView
from call_buttons.views.closed_days import closed_days, remove_closed
from call_buttons.views.decisions import document, grant, grant_preview, refusal_preview, refuse
from call_buttons.views.ending import prepare_end, take_note
from call_buttons.views.lists import InForceView, QueueView, WeekView
from call_buttons.views.requests import acknowledge, advise, case_panel, new_request, open_from_message, request_page
from call_buttons.views.withdrawing import withdraw

__all__ = [
    "CalendarView",
    "InForceView",
    "QueueView",
    "WeekView",
    "acknowledge",
    "advise",
    "agenda_feed",
    "case_panel",
    "closed_days",
    "create_my_agenda",
    "document",
    "grant",
    "grant_preview",
    "my_agenda",
    "new_request",
    "open_from_message",
    "prepare_end",
    "refusal_preview",
    "refuse",
    "remove_closed",
    "request_page",
    "revoke_my_agenda",
    "take_note",
    "withdraw",
]
