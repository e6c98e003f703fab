from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.enums import ScopeKind
from accounts.models import Posting, User
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.enums import Role
    from accounts.models import Unit


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


NO_FUNCTION = "sans habilitation aujourd'hui"


def functions_of(users: Iterable[User]) -> dict[int, str]:
    """What each of them is today, in words: the first posting. One query."""
    people = list(users)
    held = Posting.objects.active().filter(user__in=people).select_related("unit", "departement")
    return {one.pk: NO_FUNCTION for one in people} | {p.user_id: str(p) for p in held.order_by("-pk")}


def people_over(unit: Unit, roles: Iterable[Role], *, nation: bool = False) -> list[User]:
    """Active people who hold one of `roles` today over `unit`, directly or through its département.

    National roles only when `nation` asks for them: an analyst is not told of every file.
    """
    over = Q(unit=unit) | Q(departement=unit.departement_id, scope=ScopeKind.DEPARTEMENT)
    if nation:
        over |= Q(scope=ScopeKind.NATION)
    held = Posting.objects.active().with_roles(roles).filter(over, user__is_active=True)
    # Read first: the date of a posting is asked by the name of its table, which a sub-query would rename.
    return list(User.objects.filter(pk__in=set(held.values_list("user_id", flat=True))).order_by("pk"))
