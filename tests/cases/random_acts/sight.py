"""Who may see and act, worked out apart from the portal: from postings, declarations and lists, by their sentences.

Nothing here calls the scope, the selectors or the functions of the database.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from accounts.enums import Role
from cases.models import Case, CaseAccess, CaseParty
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Posting, User

FILE_ROLES = frozenset({Role.REFERENT, Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER, Role.CALAE_ANALYST})


class Sight:
    """The files as they are now, and what each person may do with them."""

    def __init__(self, postings: dict[int, list[Posting]]) -> None:
        self.postings = postings
        self.cases = {case.pk: case for case in Case.objects.all()}
        declared = CaseParty.objects.filter(ended_at=None).values_list("user_id", "case_id")
        self.barred = {(user, self.holder(self.cases[case]).pk) for user, case in declared}
        now, self.listed = clock.now(), set()
        self.today: date = clock.today("Europe/Paris")
        for access in CaseAccess.objects.filter(removed_at=None):
            if access.until is None or access.until > now:
                self.listed.add((access.user_id, access.case_id))

    def holder(self, case: Case) -> Case:
        """The file that holds the facts of `case` now: itself, or the one at the end of its merges."""
        while case.merged_into_id:
            case = self.cases[case.merged_into_id]
        return case

    def is_hidden(self, person: User, case: Case) -> bool:
        """Concerned by the facts, wherever a merge put them; or off the list of the file that holds them."""
        holder = self.holder(case)
        shut = any(one.is_restricted and (person.pk, one.pk) not in self.listed for one in (case, holder))
        return shut or (person.pk, holder.pk) in self.barred

    def in_office(self, person: User, role: str) -> bool:
        return any(posting.role == role and self._runs(posting) for posting in self.postings[person.pk])

    def holds(self, person: User, case: Case, roles: Iterable[str]) -> bool:
        """A posting of today with one of `roles`, over the unit of the file, its département or the nation."""
        return any(posting.role in roles and self._covers(posting, case) for posting in self.postings[person.pk])

    def sees(self, person: User, case: Case) -> bool:
        return self.holds(person, case, FILE_ROLES) and not self.is_hidden(person, case)

    def reads(self, person: User, case: Case) -> bool:
        """The facts of a merged file are read in its survivor, by those of the survivor."""
        return self.sees(person, case) and self.sees(person, self.holder(case))

    def may(self, person: User, case: Case, roles: Iterable[str]) -> bool:
        """Act in a file, also from an address older than its merge."""
        both = (case, self.holder(case))
        return self.reads(person, case) and all(self.holds(person, one, roles) for one in both)

    def _runs(self, posting: Posting) -> bool:
        first, end = posting.period.lower, posting.period.upper
        return (first is None or first <= self.today) and (end is None or end > self.today)

    def _covers(self, posting: Posting, case: Case) -> bool:
        if not self._runs(posting):
            return False
        if posting.unit_id:
            return posting.unit_id == case.unit_id
        if posting.departement_id:
            return posting.departement_id == case.departement_id
        return posting.scope == "nation"
