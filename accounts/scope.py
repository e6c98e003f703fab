"""The one implementation of who sees what, in SQL.

A model says how it reaches a unit, a département or its own person (`scope_lookups`); nothing else in the
project compares a posting with an object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.enums import ScopeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Posting, User
    from accounts.permissions import Permission


# On the user of the request: rows that a fetch has given him, by model.
_SHOWN = "_rows_shown"


class ScopedQuerySet(models.QuerySet):
    """A queryset whose rows belong to units, départements and persons.

    `scope_lookups` gives, for each kind of scope the model knows, the lookup that leads to the anchor's id.
    A kind that is absent gives nothing.
    """

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {}

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Rows on which an active posting of `user` holds `permission`."""
        territory = self._territory_of(user, permission)
        own = self._own_of(user, permission)
        narrowed = self._narrowed_for(user)
        if territory is None:
            return self.filter(own) if own else self.none()
        if own:
            return self.filter((territory & narrowed) | own) if territory & narrowed else self
        return self.filter(territory & narrowed)

    def in_territory_of(self, user: User, permission: Permission) -> Self:
        """Rows of the units, départements or nation of `user`, before `_narrowed_for`: to be counted, never shown."""
        territory = self._territory_of(user, permission)
        return self.none() if territory is None else self.filter(territory)

    def _narrowed_for(self, user: User) -> Q:
        """What an agent must not see though it is in his territory. It never takes a person's own file away."""
        return Q()

    def shows(self, user: User, row: models.Model) -> bool:
        """False when `_narrowed_for` hides `row` from `user` as an agent. Costs nothing once the row was fetched."""
        if row.pk in user.__dict__.get(_SHOWN, {}).get(self.model, ()):
            return True
        narrowed = self._narrowed_for(user)
        return not narrowed or self.filter(narrowed, pk=row.pk).exists()

    def remember_shown(self, user: User, row: models.Model) -> None:
        """`visible_to` has just given `row` to `user`: no need to ask again in this request."""
        # A person who also has his own space may have seen it there only.
        if all(posting.scope != ScopeKind.OWN for posting in user.active_postings):
            user.__dict__.setdefault(_SHOWN, {}).setdefault(self.model, set()).add(row.pk)

    def _own_of(self, user: User, permission: Permission) -> Q:
        held = any(p.scope == ScopeKind.OWN and p.role in permission.roles for p in user.active_postings)
        known = ScopeKind.OWN in self.scope_lookups
        return Q(**{self.scope_lookups[ScopeKind.OWN]: user.pk}) if held and known else Q()

    def _territory_of(self, user: User, permission: Permission) -> Q | None:
        """The condition of the agent's postings: empty for the nation, None when they give nothing."""
        condition = Q()
        units: list[int] = []
        departements: list[str] = []
        for posting in user.active_postings:
            if posting.role not in permission.roles:
                continue
            if posting.scope == ScopeKind.NATION:
                return Q()
            if posting.scope == ScopeKind.UNIT and posting.unit_id is not None:
                units.append(posting.unit_id)
            elif posting.scope == ScopeKind.DEPARTEMENT and posting.departement_id is not None:
                departements.append(posting.departement_id)
        if units and ScopeKind.UNIT in self.scope_lookups:
            condition |= _one_or_many(self.scope_lookups[ScopeKind.UNIT], units)
        if departements and ScopeKind.DEPARTEMENT in self.scope_lookups:
            condition |= _one_or_many(self.scope_lookups[ScopeKind.DEPARTEMENT], departements)
        return condition or None


def _one_or_many(lookup: str, ids: list) -> Q:
    # An equality, not a list of one, lets PostgreSQL walk the index in the order of the page.
    return Q(**{lookup: ids[0]}) if len(ids) == 1 else Q(**{f"{lookup}__in": ids})


def postings_over(user: User, permission: Permission, row: models.Model) -> Iterator[Posting]:
    """The postings by which `user` holds `permission` on `row`. They decide nothing: `visible_to` has, before."""
    queryset = row._meta.default_manager.all()  # type: ignore[union-attr]  # a model with a ScopedQuerySet
    for posting in user.active_postings:
        if posting.role not in permission.roles or not _covers(posting, user, queryset.scope_lookups, row):
            continue
        if posting.scope == ScopeKind.OWN or queryset.shows(user, row):
            yield posting


def posting_over(user: User, permission: Permission, row: models.Model) -> Posting | None:
    """The first of them, to be named in the journal or under a signature. A test holds it and `visible_to` together."""
    return next(postings_over(user, permission, row), None)


def _covers(posting: Posting, user: User, lookups: dict[ScopeKind, str], row: models.Model) -> bool:
    if posting.scope == ScopeKind.NATION:
        return True
    anchor = {
        ScopeKind.UNIT: posting.unit_id,
        ScopeKind.DEPARTEMENT: posting.departement_id,
        ScopeKind.OWN: user.pk,
    }.get(ScopeKind(posting.scope))
    lookup = lookups.get(ScopeKind(posting.scope))
    return lookup is not None and anchor is not None and _follow(row, lookup) == anchor


def _follow(row: Any, lookup: str) -> Any:
    for name in lookup.split("__"):
        row = getattr(row, name)
    return row
