from call_buttons.views.acts import act_on_grant, act_preview
from call_buttons.views.closed_days import closed_days, remove_closed
from call_buttons.views.decisions import document, grant, grant_preview, refusal_preview, refuse
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

__all__ = [
    "InForceView",
    "QueueView",
    "WeekView",
    "acknowledge",
    "act_on_grant",
    "act_preview",
    "advise",
    "case_panel",
    "closed_days",
    "contest",
    "delegations",
    "document",
    "end_one",
    "grant",
    "grant_preview",
    "new_request",
    "open_from_message",
    "refusal_preview",
    "refuse",
    "remove_closed",
    "renew",
    "request_page",
    "rules",
    "sms",
    "stop_sms",
    "template",
    "template_preview",
    "templates",
    "update_ground",
    "verify",
    "wish",
]
