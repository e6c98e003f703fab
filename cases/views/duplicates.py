"""What is shown of known files while a threat is being logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.selectors import probable_duplicates

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User
    from cases.services import ThreatFacts
    from officials.models import Official


def duplicates_context(
    *,
    user: User,
    officials: Collection[Official],
    facts: ThreatFacts,
    keys: Collection[bytes] = (),
    but: UUID | None = None,
) -> dict[str, object]:
    """The context of `cases/logging/_duplicates.html`. `keys` come from `services.identifier_key`."""
    found = probable_duplicates(
        officials=officials,
        occurred_at=facts.occurred_at,
        commune=facts.commune,
        nature=facts.nature,
        keys=keys,
        user=user,
        but=but,
    )
    return {"duplicates": found}
