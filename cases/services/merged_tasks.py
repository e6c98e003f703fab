"""Tasks across a merge and its undo: each waits in the file of what it asks, and leads to its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.models import CaseTask

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cases.models import Case, CaseMerge


def move_tasks(merge: CaseMerge, *, set_aside: Collection[str]) -> dict[str, dict[str, Any]]:
    """Tasks keep their person and term; their address follows the file. Gives each with what it was before.

    Those of evaluations `set_aside` end: nobody evaluates a double.
    """
    moved: dict[str, dict[str, Any]] = {}
    tasks = list(CaseTask.objects.filter(case=merge.absorbed))
    for task in tasks:
        moved[str(task.pk)] = {"path": task.path}
        if task.done_at is None and _is_about(task, set_aside):
            moved[str(task.pk)]["ended"] = True
            task.done_at, task.done_by, task.outcome = merge.at, merge.by, "menace en double"
        task.case_id = merge.survivor_id
        task.path = _led_to(task.path, merge.absorbed, merge.survivor)
    CaseTask.objects.bulk_update(tasks, ["case", "path", "done_at", "done_by", "outcome"])
    return moved


def give_tasks_back(merge: CaseMerge, *, moved: Mapping[str, Mapping[str, Any]], about: Collection[str]) -> None:
    """The tasks that came, as they were; and those opened since `about` an evaluation or a measure that goes back."""
    tasks = []
    for task in CaseTask.objects.filter(case=merge.survivor):
        before = moved.get(str(task.pk))
        if before is None and not _is_about(task, about):
            continue
        task.case_id = merge.absorbed_id
        task.path = before["path"] if before else _led_to(task.path, merge.survivor, merge.absorbed)
        if before and before.get("ended"):
            task.done_at, task.done_by, task.outcome = None, None, ""
        tasks.append(task)
    CaseTask.objects.bulk_update(tasks, ["case", "path", "done_at", "done_by", "outcome"])


def _is_about(task: CaseTask, keys: Collection[str]) -> bool:
    """A task names in its own key what it asks about."""
    return not set(keys).isdisjoint(task.dedupe_key.split(":"))


def _led_to(path: str, origin: Case, destination: Case) -> str:
    return path.replace(f"/{origin.reference}/", f"/{destination.reference}/")
