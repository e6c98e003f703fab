"""Lists of files. Each costs a constant number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch

from cases.models import Case, Evaluation
from cases.models.hidden import hidden_from
from cases.permissions import VIEW_CASE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from accounts.models import Unit, User
    from cases.models.file import CaseQuerySet


def for_list(cases: CaseQuerySet) -> CaseQuerySet:
    """With what a list shows, in a constant number of queries."""
    unfinished = Evaluation.objects.unfinished().only("case_id", "state", "due_at").order_by("due_at", "pk")
    return cases.select_related("official", "unit", "departement").prefetch_related(
        Prefetch("evaluations", queryset=unfinished, to_attr="unfinished_evaluations")
    )


def only_unevaluated(cases: CaseQuerySet) -> CaseQuerySet:
    """Files in which a threat waits for its evaluation to be done or validated."""
    return cases.filter(Exists(Evaluation.objects.unfinished().filter(case_id=OuterRef("pk"))))


def only_overdue(cases: CaseQuerySet, now: datetime) -> CaseQuerySet:
    """Files in which such an evaluation is late."""
    late = Evaluation.objects.unfinished().filter(case_id=OuterRef("pk"), due_at__lt=now)
    return cases.filter(Exists(late))


def cases_for_list(*, user: User) -> CaseQuerySet:
    """Files that `user` may consult, with what a list shows."""
    return for_list(Case.objects.visible_to(user, VIEW_CASE))


def open_cases_of(*, user: User, official_id: UUID) -> list[Case]:
    """Open files of an élu that `user` may see: shown before a new one is created."""
    cases = cases_for_list(user=user).open().filter(official_id=official_id)
    return list(cases.order_by("-opened_at", "-pk"))


def open_cases_by_official(*, user: User, official_ids: Iterable[UUID]) -> dict[UUID, list[Case]]:
    """The same for several élus, in two queries."""
    found: dict[UUID, list[Case]] = {}
    queryset = cases_for_list(user=user).open().filter(official_id__in=list(official_ids))
    for case in queryset.order_by("-opened_at", "-pk"):
        found.setdefault(case.official_id, []).append(case)
    return found


def units_with_open_cases(*, user: User, official_ids: Iterable[UUID]) -> dict[UUID, list[Unit]]:
    """Units with an open file of these élus that `user` does not see: whom to call, and nothing of the file."""
    seen = Case.objects.visible_to(user, VIEW_CASE)
    elsewhere = Case.objects.open().filter(official_id__in=list(official_ids)).exclude(pk__in=seen.values("pk"))
    # That a hidden file exists at all is already too much.
    elsewhere = elsewhere.exclude(pk__in=hidden_from(user))
    found: dict[UUID, list[Unit]] = {}
    for case in elsewhere.select_related("unit").order_by("unit__name", "pk"):
        units = found.setdefault(case.official_id, [])
        if case.unit not in units:
            units.append(case.unit)
    return found
