from call_buttons.views.acts import act_on_grant, act_preview
from call_buttons.views.agenda import agenda_feed, create_my_agenda, my_agenda, revoke_my_agenda
from call_buttons.views.calendar import CalendarView
from call_buttons.views.closed_days import closed_days, remove_closed
from call_buttons.views.decisions import document, grant, grant_preview, refusal_preview, refuse
from call_buttons.views.devices import declare, device, device_census, devices, lend, loan_step, new_device, pair
from call_buttons.views.ending import prepare_end, take_note
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
from call_buttons.views.own import sms, stop_sms, wish
from call_buttons.views.remedies import contest
from call_buttons.views.requests import (
    acknowledge,
    advise,
    case_panel,
    new_request,
    open_from_message,
    renew,
    request_page,
    update_ground,
)
from call_buttons.views.settings import delegations, end_one, rules, template, template_preview, templates
from call_buttons.views.verification import verify
from call_buttons.views.withdrawing import withdraw

__all__ = [
    "CalendarView",
    "InForceView",
    "QueueView",
    "WeekView",
    "acknowledge",
    "act_on_grant",
    "act_preview",
    "activation",
    "advise",
    "agenda_feed",
    "case_panel",
    "closed_days",
    "contacts",
    "contest",
    "create_my_agenda",
    "declare",
    "delegations",
    "device",
    "device_census",
    "devices",
    "document",
    "end_one",
    "grant",
    "grant_preview",
    "hand_over",
    "handover",
    "lend",
    "loan_step",
    "lose",
    "my_agenda",
    "new_device",
    "new_request",
    "open_from_message",
    "pair",
    "prepare_end",
    "receipt",
    "refusal_preview",
    "refuse",
    "remove_closed",
    "renew",
    "request_page",
    "revoke_my_agenda",
    "rules",
    "settle_activation",
    "sign",
    "sms",
    "stop_sms",
    "take_back",
    "take_note",
    "template",
    "template_preview",
    "templates",
    "test_call",
    "update_ground",
    "verify",
    "wish",
    "withdraw",
]
