"""Who follows a grant or a request, for whole batches: one query for everybody who holds a post over it today."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.enums import Role
from accounts.models import Posting, User
from call_buttons.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable

    from call_buttons.models import CallButtonGrant, CallButtonRequest


class PeopleOver:
    """The active people in post over grants or requests: their unit's référents, their hierarchy, their prefecture."""

    def __init__(self, rows: Iterable[CallButtonGrant | CallButtonRequest]) -> None:
        batch = list(rows)
        over = Q(unit__in={row.unit_id for row in batch})
        over |= Q(departement__in={row.departement_id for row in batch})
        roles = [Role.REFERENT, Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER]
        held = Posting.objects.active().with_roles(roles).filter(over, user__is_active=True).select_related("user")
        self._found: dict[tuple[str, object], dict[int, User]] = defaultdict(dict)
        for posting in held.order_by("pk"):
            self._found[posting.role, posting.unit_id or posting.departement_id][posting.user_id] = posting.user

    def everybody(self) -> set[int]:
        return {user for found in self._found.values() for user in found}

    def _holding(self, role: Role, *places: object) -> dict[int, User]:
        return {pk: user for place in places for pk, user in self._found[role, place].items()}

    def referents(self, grant: CallButtonGrant | CallButtonRequest) -> list[User]:
        return list(self._holding(Role.REFERENT, grant.unit_id).values())

    def heads(self, grant: CallButtonGrant | CallButtonRequest) -> list[User]:
        """Of the unit, and of the units of the département."""
        return list(self._holding(Role.UNIT_HEAD, grant.unit_id, grant.departement_id).values())

    def audience(self, grant: CallButtonGrant | CallButtonRequest, audience: Audience) -> list[User]:
        """Those whom a reminder to `audience` reaches. The roster is the prefecture and the hierarchy over the file:
        the head of another unit has no business in it.
        """
        departement = grant.departement_id
        if audience == Audience.REFERENT:
            return self.referents(grant)
        if audience == Audience.INSTRUCTOR:
            return list(self._holding(Role.INSTRUCTOR, departement).values())
        if audience == Audience.DECIDER:
            return list(self._holding(Role.DECIDER, departement).values())
        prefecture = self._holding(Role.DECIDER, departement) | self._holding(Role.INSTRUCTOR, departement)
        return list((prefecture | {user.pk: user for user in self.heads(grant)}).values())
