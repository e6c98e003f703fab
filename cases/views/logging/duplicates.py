"""Where the last step proposes the threats that may be the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.models import ThreatDraft


def duplicates_context(draft: ThreatDraft) -> dict[str, object]:
    """What `cases/logging/_duplicates.html` shows."""
    return {}
