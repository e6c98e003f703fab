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
    from accounts.models import Posting, User
    from accounts.permissions import Permission


class ScopedQuerySet(models.QuerySet):
    """A queryset whose rows belong to units, départements and persons.

    `scope_lookups` gives, for each kind of scope the model knows, the lookup that leads to the anchor's id.
    A kind that is absent gives nothing.
    """

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {}

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Rows on which an active posting of `user` holds `permission`."""
        condition = Q()
        units: list[int] = []
        departements: list[str] = []
        for posting in user.active_postings:
            if posting.role not in permission.roles:
                continue
            if posting.scope == ScopeKind.NATION:
                return self
            if posting.scope == ScopeKind.UNIT and posting.unit_id is not None:
                units.append(posting.unit_id)
            elif posting.scope == ScopeKind.DEPARTEMENT and posting.departement_id is not None:
                departements.append(posting.departement_id)
            elif posting.scope == ScopeKind.OWN and ScopeKind.OWN in self.scope_lookups:
                condition |= Q(**{self.scope_lookups[ScopeKind.OWN]: user.pk})
        if units and ScopeKind.UNIT in self.scope_lookups:
            condition |= _one_or_many(self.scope_lookups[ScopeKind.UNIT], units)
        if departements and ScopeKind.DEPARTEMENT in self.scope_lookups:
            condition |= _one_or_many(self.scope_lookups[ScopeKind.DEPARTEMENT], departements)
        return self.filter(condition) if condition else self.none()


def _one_or_many(lookup: str, ids: list) -> Q:
    # An equality, not a list of one, lets PostgreSQL walk the index in the order of the page.
    return Q(**{lookup: ids[0]}) if len(ids) == 1 else Q(**{f"{lookup}__in": ids})


def posting_over(user: User, permission: Permission, row: models.Model) -> Posting | None:
    """The posting by which `user` holds `permission` on `row`, to be named in the journal or under a signature.

    It decides nothing: `visible_to` has, before. A test holds the two together.
    """
    lookups = row._meta.default_manager.all().scope_lookups  # type: ignore[union-attr]  # a model with a ScopedQuerySet
    for posting in user.active_postings:
        if posting.role not in permission.roles:
            continue
        anchor = {
            ScopeKind.UNIT: posting.unit_id,
            ScopeKind.DEPARTEMENT: posting.departement_id,
            ScopeKind.OWN: user.pk,
        }.get(ScopeKind(posting.scope))
        if posting.scope == ScopeKind.NATION or (
            posting.scope in lookups
            and anchor is not None
            and _follow(row, lookups[ScopeKind(posting.scope)]) == anchor
        ):
            return posting
    return None


def _follow(row: Any, lookup: str) -> Any:
    for name in lookup.split("__"):
        row = getattr(row, name)
    return row
