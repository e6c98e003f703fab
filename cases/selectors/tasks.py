"""Tasks that wait for somebody, and those who may take them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, Value
from django.db.models.functions import JSONObject

from accounts.enums import Role
from accounts.models import Notification, User
from accounts.permissions import FILE_ROLES, Permission
from accounts.selectors import people_over
from cases.enums import TaskKind
from cases.models import CaseTask
from cases.permissions import VIEW_CASE
from cases.selectors.evaluations import HOME_LIMIT
from core import clock

if TYPE_CHECKING:
    from cases.models import Case
    from cases.models.task import CaseTaskQuerySet

SOON = timedelta(days=7)
# Beyond, the menu says « 99+ ».
COUNTED = 100
# One permission a role: the one implementation of scope says where somebody holds it.
_HOLDING = {role: Permission(f"cases.tasks_of_{role}", "agir sur cette tâche", role) for role in FILE_ROLES}
_HOLDING_OR_HEAD = {
    role: Permission(f"cases.act_on_task_of_{role}", "agir sur cette tâche", role, Role.UNIT_HEAD)
    for role in FILE_ROLES
}


def my_tasks(user: User) -> CaseTaskQuerySet:
    """Waiting tasks that name `user`, or that wait for a role that he holds over the file and name nobody."""
    waiting = CaseTask.objects.waiting()
    roles = sorted({posting.role for posting in user.active_postings} & set(FILE_ROLES))
    if len(roles) == 1:
        # The usual case, asked by every page: what the person sees is where the role is held, so scope is said once.
        mine = Q(assignee=user) | Q(role=roles[0], assignee__isnull=True)
        return waiting.visible_to(user, VIEW_CASE).filter(mine)
    found = waiting.visible_to(user, VIEW_CASE).filter(assignee=user)
    for role in roles:
        found |= waiting.visible_to(user, _HOLDING[Role(role)]).filter(role=role, assignee__isnull=True)
    return found


def may_act_on(user: User, task: CaseTask) -> bool:
    """A task is in the hands of those who hold its role over the file, and of the hierarchy of the unit."""
    return CaseTask.objects.visible_to(user, task_permission(task)).filter(pk=task.pk).exists()


def task_permission(task: CaseTask) -> Permission:
    """The right to tick `task` or to give it to somebody."""
    return _HOLDING_OR_HEAD.get(Role(task.role), VIEW_CASE)


def for_list(tasks: CaseTaskQuerySet) -> CaseTaskQuerySet:
    """With what a list shows."""
    return tasks.select_related("case__official", "unit", "departement", "assignee")


def tasks_for_list(*, user: User, which: str) -> CaseTaskQuerySet:
    """Waiting tasks by tab: « a-moi », « retard », « 7-jours » are mine, « toutes » are those of my files."""
    now = clock.now()
    if which == "toutes":
        return for_list(CaseTask.objects.waiting().visible_to(user, VIEW_CASE))
    mine = for_list(my_tasks(user))
    if which == "retard":
        return mine.filter(due_at__lt=now)
    if which == "7-jours":
        return mine.filter(due_at__gte=now, due_at__lt=now + SOON)
    return mine


def late_tasks(*, user: User, limit: int = HOME_LIMIT) -> list[CaseTask]:
    """Mine that are late. Evaluations have their own list on the home pages."""
    late = my_tasks(user).filter(due_at__lt=clock.now()).exclude(kind=TaskKind.EVALUATE)
    return list(for_list(late).order_by("due_at", "pk")[: limit + 1])


def waiting_tasks_of(case: Case) -> ArraySubquery:
    """What a file still asks, to be read beside something else: the page of a file counts its queries."""
    columns = {name: name for name in ("id", "kind", "title", "role", "due_at", "assignee_id")}
    names = {"first_name": "assignee__first_name", "last_name": "assignee__last_name"}
    waiting = CaseTask.objects.waiting().filter(case_id=case.pk).order_by("due_at", "pk")
    return ArraySubquery(waiting.values(json=JSONObject(**columns, **names))[: HOME_LIMIT * 3])


def tasks_of_case(case: Case, read: list[dict[str, Any]] | None = None) -> list[CaseTask]:
    """What a file still asks, the oldest term first; from what `waiting_tasks_of` read, when it was."""
    if read is None:
        waiting = case.tasks.waiting().select_related("assignee").order_by("due_at", "pk")
        return list(waiting[: HOME_LIMIT * 3])
    return [_task(values) for values in read]


def _task(values: dict[str, Any]) -> CaseTask:
    """Never saved: what a line of the page shows."""
    first, last = values.pop("first_name"), values.pop("last_name")
    named = values.pop("assignee_id")
    task = CaseTask(**values | {"id": UUID(values["id"]), "due_at": datetime.fromisoformat(values["due_at"])})
    if named:
        task.assignee = User(pk=named, first_name=first, last_name=last)
    return task


def colleagues_for(task: CaseTask) -> list[User]:
    """Those to whom a task may be given."""
    return people_over(task.case.unit, [Role(task.role)])


def waiting_counts(user: User) -> tuple[int, int]:
    """How many tasks and unread notifications wait for `user`, in one query a request, each counted up to COUNTED."""
    known: tuple[int, int] | None = getattr(user, "_waiting_counts", None)
    if known is not None:
        return known
    unread = Notification.objects.filter(user=user).unread().order_by().values_list(Value("n"))[:COUNTED]
    tasks = my_tasks(user).order_by().values_list(Value("t"))[:COUNTED]
    found = [row[0] for row in unread.union(tasks, all=True)]
    counts = found.count("t"), found.count("n")
    user._waiting_counts = counts  # type: ignore[attr-defined]  # `request.user` is a new object at each request
    return counts
