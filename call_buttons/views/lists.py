from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.generic import TemplateView

from accounts.permissions import has_permission
from accounts.selectors import reads_in_paris
from call_buttons.permissions import SEE_STOCK, VIEW_CALL_BUTTON
from call_buttons.selectors import (
    audiences_of,
    ends_of_week,
    ends_of_week_behind_glass,
    grants_in_force,
    grants_to_renew,
    pending_renewals,
    pending_requests,
    renewals_behind_glass,
    requests_behind_glass,
    unanswered_reminders,
)
from call_buttons.selectors.devices import people_with_device
from core import clock
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from call_buttons.models import CallButtonReminder
    from call_buttons.selectors import EndOfWeek

# Both lists of the queue are worked until empty; beyond this, the page says so.
SHOWN = 50
MOST_ENDS = 100


class QueueView(TemplateView):
    """What waits for the prefecture: requests by age, and terms that approach or have passed."""

    access = VIEW_CALL_BUTTON
    template_name = "call_buttons/queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        requests = paginate_keyset(
            pending_requests(user=self.request.user),
            order=("requested_at", "pk"),
            cursor=self.request.GET.get("cursor"),
            size=SHOWN,
        )
        grants = list(grants_to_renew(user=self.request.user)[: SHOWN + 1])
        return super().get_context_data(
            requests=requests,
            grants=grants[:SHOWN],
            more_grants=len(grants) > SHOWN,
            renewals=pending_renewals(grants[:SHOWN]),
            holders=people_with_device(user=self.request.user, officials=[grant.official_id for grant in grants]),
            sees_stock=has_permission(self.request.user, SEE_STOCK),
            hidden_requests=requests_behind_glass(user=self.request.user, limit=SHOWN),
            hidden_grants=renewals_behind_glass(user=self.request.user, limit=SHOWN),
            now=clock.now(),
            **kwargs,
        )


class WeekView(TemplateView):
    """« Fins de mesure de la semaine »: by last useful day, and who is there to decide on it."""

    access = VIEW_CALL_BUTTON
    template_name = "call_buttons/week.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ends, more = ends_of_week(user=self.request.user, limit=MOST_ENDS)
        hidden, more_hidden = ends_of_week_behind_glass(user=self.request.user, limit=SHOWN)
        return super().get_context_data(
            ends=ends,
            more=more or more_hidden,
            renewals=pending_renewals([end.grant for end in ends]),
            waiting={reminder.grant_id for reminder in self._unanswered(ends)},
            hidden_grants=hidden,
            in_paris=reads_in_paris(self.request.user),
            **kwargs,
        )

    def _unanswered(self, ends: list[EndOfWeek]) -> list[CallButtonReminder]:
        mine = audiences_of(user=self.request.user)
        return unanswered_reminders(grants=[end.grant.pk for end in ends], audiences=mine)


class InForceView(TemplateView):
    """Call buttons that protect somebody today, what ends first on top."""

    access = VIEW_CALL_BUTTON
    template_name = "call_buttons/in_force.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = paginate_keyset(
            grants_in_force(user=self.request.user), order=("end", "pk"), cursor=self.request.GET.get("cursor")
        )
        return super().get_context_data(page=page, **kwargs)
