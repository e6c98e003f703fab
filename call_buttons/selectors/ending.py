"""Reads of prepared ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.enums import Role
from accounts.selectors import people_over
from call_buttons.models import CallButtonEndPlan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import User
    from call_buttons.models import CallButtonGrant


def latest_plan(grant: CallButtonGrant) -> CallButtonEndPlan | None:
    return grant.end_plans.select_related("written_by", "caller").order_by("-version").first()


def latest_plans(grants: Iterable[CallButtonGrant]) -> dict[UUID, CallButtonEndPlan]:
    """The last version of each of these grants that has one, in one query."""
    plans = CallButtonEndPlan.objects.filter(grant__in=list(grants)).order_by("grant_id", "-version")
    return {plan.grant_id: plan for plan in plans.distinct("grant_id")}


def possible_callers(grant: CallButtonGrant) -> list[User]:
    """The référents of the unit: one of them calls the person once the protection has ended."""
    return people_over(grant.unit, [Role.REFERENT])


def wrote_end(*, user: User, grant: CallButtonGrant) -> bool:
    """Whether `user` wrote one of the versions: another person then takes note of the end."""
    return CallButtonEndPlan.objects.filter(grant=grant, written_by=user).exists()
