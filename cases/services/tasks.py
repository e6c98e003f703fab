"""What a file asks of somebody: opened once, finished once, told in the product. Pages and other apps call these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.selectors import people_over
from accounts.services import notify
from cases.models import CaseTask
from cases.selectors import able_to_open
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.enums import Role
    from accounts.models import User
    from cases.enums import TaskKind
    from cases.models import Case


@transaction.atomic
def open_task(
    *,
    case: Case,
    kind: TaskKind,
    title: str,
    role: Role,
    due_at: datetime,
    path: str,
    dedupe_key: str,
    assignee: User | None = None,
) -> CaseTask:
    """Ask something of `role` in a file (of `assignee` when one is named), once per `dedupe_key`.

    The second call with the same key gives the first task back, done or not. `title` is neutral: no fact, no name.
    """
    task, created = CaseTask.objects.get_or_create(
        dedupe_key=dedupe_key[:200],
        defaults={
            "case": case,
            "kind": kind,
            "title": title[:200],
            "role": role,
            "assignee": assignee,
            "path": path,
            "due_at": due_at,
            "created_at": clock.now(),
        },
    )
    if created and assignee is not None and able_to_open(case, [assignee]):
        text = f"{case.reference} : {title[0].lower()}{title[1:]}"
        notify(users=[assignee], text=text, path=path, dedupe_key=f"task:{task.pk}")
    return task


def finish_tasks(*, case: Case, prefix: str, user: User | None, outcome: str = "") -> int:
    """Mark as done the waiting tasks of a file whose key starts with `prefix`. Gives how many there were."""
    waiting = CaseTask.objects.waiting().filter(case=case, dedupe_key__startswith=prefix)
    return waiting.update(done_at=clock.now(), done_by=user, outcome=outcome[:300])


def finish_task(*, dedupe_key: str, user: User | None, outcome: str) -> None:
    """Mark one task as done, in whichever file a merge has put it since."""
    waiting = CaseTask.objects.waiting().filter(dedupe_key=dedupe_key)
    waiting.update(done_at=clock.now(), done_by=user, outcome=outcome[:300])


def notify_over(*, case: Case, roles: Iterable[Role], text: str, path: str, dedupe_key: str) -> list[User]:
    """Tell those who hold one of `roles` over the unit of the file, or over its département. Gives who was told.

    Never those from whom the file is hidden.
    """
    people = able_to_open(case, people_over(case.unit, roles))
    notify(users=people, text=f"{case.reference} : {text}", path=path, dedupe_key=dedupe_key)
    return people
