from __future__ import annotations

from typing import TYPE_CHECKING

from core import clock

if TYPE_CHECKING:
    from accounts.models import Posting, User


def postings_by_time(*, user: User) -> dict[str, list[Posting]]:
    """Postings of a person: `current`, `coming` and `past`, the latest first."""
    current = {posting.pk for posting in user.active_postings}
    today = clock.today("Europe/Paris")
    groups: dict[str, list[Posting]] = {"current": [], "coming": [], "past": []}
    for posting in user.postings.select_related("unit", "departement").order_by("-period", "pk"):
        if posting.pk in current:
            groups["current"].append(posting)
        elif posting.period.lower > today:
            groups["coming"].append(posting)
        else:
            groups["past"].append(posting)
    return groups
