from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, IntegerField, Q, Value, When

from accounts.enums import ScopeKind
from accounts.models import Notification, Posting
from core import clock
from core.wording import PARIS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from accounts.enums import Role
    from accounts.models import NotificationQuerySet, Unit, User
    from accounts.permissions import Permission
    from territories.models import Departement


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
    # Not as a subquery: « active » is written on the table's own name.
    held = Posting.objects.active().with_roles(roles).filter(over, user__is_active=True).select_related("user")
    return list({posting.user_id: posting.user for posting in held.order_by("user_id", "pk")}.values())


def people_by_role_over(unit: Unit, roles: Iterable[Role]) -> list[tuple[User, str]]:
    """The same people, each with the role held there, by role then name."""
    over = Q(unit=unit) | Q(departement=unit.departement_id, scope=ScopeKind.DEPARTEMENT)
    held = Posting.objects.active().with_roles(roles).filter(over, user__is_active=True).select_related("user")
    found = {(posting.user, posting.role) for posting in held}
    order = [role.value for role in roles]
    return sorted(found, key=lambda pair: (order.index(pair[1]), pair[0].last_name, pair[0].first_name, pair[0].pk))


def on_duty(
    wanted: Iterable[tuple[Departement, date]], roles: Iterable[Role]
) -> dict[tuple[Departement, date], list[Posting]]:
    """Who holds one of `roles` in each département on each day, deputies last. One query whatever is asked."""
    asked = set(wanted)
    if not asked:
        return {}
    days = [day for _, day in asked]
    within = DateRange(min(days), max(days), "[]")
    held = Posting.objects.with_roles(roles).filter(
        departement__in={departement for departement, _ in asked}, period__overlap=within, user__is_active=True
    )
    # Read as they were or will be on that day: « active » is about today.
    found: dict[object, list[Posting]] = defaultdict(list)
    for posting in held.select_related("user").order_by("is_deputy", "role", "user__last_name", "pk"):
        found[posting.departement_id].append(posting)
    return {
        (departement, day): [
            posting
            for posting in found[departement.pk]
            if posting.period.lower <= day and (posting.period.upper is None or day < posting.period.upper)
        ]
        for departement, day in asked
    }


def reads_in_paris(user: User) -> bool:
    """Whether a person works on the time of Paris, for the whole nation or in a place that has it."""
    places = [
        posting.departement or (posting.unit.departement if posting.unit else None) for posting in user.active_postings
    ]
    return any(place is None or place.time_zone == PARIS for place in places)


def notifications_of(*, user: User) -> NotificationQuerySet:
    """What a person was told, what is unread first: order by `("is_read", "-at", "-pk")`."""
    is_read = Case(When(read_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    return Notification.objects.filter(user=user).annotate(is_read=is_read)


def departement_under(user: User, permission: Permission) -> Departement | None:
    """The département of the first posting by which `user` holds `permission`; None when it is a national one."""
    return next((posting.departement for posting in user.active_postings if posting.role in permission.roles), None)


def departements_under(user: User, permission: Permission) -> list[Departement]:
    """The départements in which `user` holds `permission` as such, by code: those of a centre of the 17."""
    under = (posting.departement for posting in user.active_postings if posting.role in permission.roles)
    held = {departement.pk: departement for departement in under if departement is not None}
    return [held[code] for code in sorted(held)]
