"""The order in which acts lock: the file first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.models import Case

if TYPE_CHECKING:
    from uuid import UUID


def lock_case(case_id: UUID) -> Case:
    """Lock a file before anything that hangs on it: acts on one file queue here, always in this order.

    Without its key: rows that merely refer to the file do not wait.
    """
    return Case.objects.select_for_update(of=("self",), no_key=True).select_related("departement").get(pk=case_id)
