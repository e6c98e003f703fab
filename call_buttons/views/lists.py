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
    patience,
    pending_renewals,
    pending_requests,
    renewals_behind_glass,
    requests_behind_glass,
    unanswered_reminders,
)
from call_buttons.selectors.devices import people_with_device
from call_buttons.selectors.ending import latest_plans
from cases.enums import Level
from core import clock
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import User

# Both lists of the queue are worked until empty; beyond this, the page says so.
SHOWN = 50
MOST_ENDS = 100


def waiting_for(user: User, grants: Iterable[UUID]) -> set[UUID]:
    """Those of `grants` of which a reminder waits for an answer of `user`: « Je m'en occupe » is for them."""
    return {reminder.grant_id for reminder in unanswered_reminders(grants=grants, audiences=audiences_of(user=user))}


class QueueView(TemplateView):
    """What waits for the prefecture: requests by age, and terms that approach or have passed."""

    access = VIEW_CALL_BUTTON
    template_name = "call_buttons/queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        level = self._level()
        requests = paginate_keyset(
            pending_requests(user=self.request.user, level=level),
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
            waiting=waiting_for(self.request.user, [grant.pk for grant in grants[:SHOWN]]),
            levels=Level.choices,
            level=level,
            late_before=clock.now() - patience(),
            hidden_requests=requests_behind_glass(user=self.request.user, limit=SHOWN),
            hidden_grants=renewals_behind_glass(user=self.request.user, limit=SHOWN),
            **kwargs,
        )

    def _level(self) -> int | None:
        asked = self.request.GET.get("niveau", "")
        return next((level for level in Level.values if asked == str(level)), None)


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
            waiting=waiting_for(self.request.user, [end.grant.pk for end in ends]),
            prepared={key for key, plan in latest_plans(end.grant for end in ends).items() if plan.is_complete},
            hidden_grants=hidden,
            in_paris=reads_in_paris(self.request.user),
            **kwargs,
        )


class InForceView(TemplateView):
    """Call buttons that protect somebody today, what ends first on top."""

    access = VIEW_CALL_BUTTON
    template_name = "call_buttons/in_force.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = paginate_keyset(
            grants_in_force(user=self.request.user), order=("end", "pk"), cursor=self.request.GET.get("cursor")
        )
        return super().get_context_data(page=page, **kwargs)
