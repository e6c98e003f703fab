"""Where the last step proposes the threats that may be the same one: shown with their reasons, never forced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.forms import WhoForm, author_identifiers
from cases.selectors import probable_duplicates
from cases.services import identifier_key
from cases.views.logging.finishing import all_forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from officials.models import Official


def duplicates_context(*, official: Official, steps: Mapping[str, Any], user: User) -> dict[str, object]:
    """What `cases/logging/_duplicates.html` shows; nothing while the facts cannot be compared yet."""
    who, facts, _, author, *_ = all_forms(official, dict(steps))
    if not (who.is_valid() and facts.is_valid() and isinstance(who, WhoForm)):
        return {}
    victims = [victim.official for victim in who.victims if victim.official]
    keys = [identifier_key(*pair) for pair in author_identifiers(author.cleaned_data)] if author.is_valid() else []
    found = probable_duplicates(
        officials=[official, *(other for other in victims if other.pk != official.pk)],
        occurred_at=facts.cleaned_data["occurred_at"],
        commune=facts.cleaned_data["commune"],
        nature=facts.cleaned_data["nature"],
        keys=keys,
        user=user,
    )
    return {"duplicates": found} if found else {}
