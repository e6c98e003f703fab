from __future__ import annotations

from typing import TYPE_CHECKING

from cases.models import ThreatDraft

if TYPE_CHECKING:
    from accounts.models import User


def drafts_of(*, user: User, limit: int = 20) -> list[ThreatDraft]:
    """What `user` has begun to type and not logged, the latest first. What was typed stays closed."""
    drafts = ThreatDraft.objects.filter(user=user).select_related("official", "case").defer("data")
    return list(drafts.order_by("-updated_at", "pk")[:limit])
