"""Reads of élus. (Added first by the lead: current_mandates, quality_of, email_of, matching_official_ids. Keep them.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import clock
from core.text import search_text
from officials.models import Mandate, Official

if TYPE_CHECKING:
    from uuid import UUID

# A search that finds more people than this is too wide to filter files with.
MATCH_LIMIT = 200


def current_mandates(official: Official) -> list[Mandate]:
    """Mandates held today, as far as is known."""
    today = clock.today("Europe/Paris")
    queryset = official.mandates.current(today).select_related("commune__departement", "departement", "region")
    return list(queryset.order_by("started_on", "pk"))


def quality_of(official: Official) -> str:
    """« maire de …, conseiller départemental … », as a document names the person; empty without mandate."""
    return ", ".join(str(mandate) for mandate in current_mandates(official))


def email_of(official: Official) -> str:
    """Where to write to the élu: the address of his account, or the one that he gave; empty when none is known."""
    if official.user is not None:
        return official.user.email
    return official.email or ""


def matching_official_ids(text: str) -> list[UUID]:
    """Ids of the élus whose name contains every word typed, without accents, bounded."""
    queryset = Official.objects.all()
    for word in search_text(text).split():
        queryset = queryset.filter(search_name__contains=word)
    return list(queryset.order_by("sort_name", "pk").values_list("pk", flat=True)[:MATCH_LIMIT])
