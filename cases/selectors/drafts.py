from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cases.models import ThreatDraft
from cases.models.hidden import hidden_from

if TYPE_CHECKING:
    from accounts.models import User


def drafts_of(*, user: User, limit: int = 20) -> list[ThreatDraft]:
    """What `user` has begun to type and not logged, the latest first. What was typed stays closed."""
    drafts = ThreatDraft.objects.filter(user=user).select_related("official", "case").defer("data")
    # A draft in a file that has since been hidden from him would say that it exists.
    drafts = drafts.filter(Q(case=None) | ~Q(case_id__in=hidden_from(user)))
    return list(drafts.order_by("-updated_at", "pk")[:limit])
