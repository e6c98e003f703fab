"""What is to be done in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.scope import posting_over
from cases.permissions import ADD_TASK
from cases.selectors import tasks_of_case

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    return {
        "tasks": tasks_of_case(case, getattr(case, "waiting_tasks", None)),
        "may_add_task": case.is_open and posting_over(request.user, ADD_TASK, case) is not None,
    }
