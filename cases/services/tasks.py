"""What a file asks of somebody: opened once, finished once, told in the product. Pages and other apps call these."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import notify
from cases.enums import ENDED_BY_CLOSING, TICKED_BY_HAND, CaseState, EventKind, TaskKind
from cases.models import CaseTask
from cases.selectors import able_to_open
from cases.services.errors import ActRefused
from cases.services.locking import lock_case
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from cases.models import Case
    from core.journal import Actor

# A task for a day may be done until the evening of that day, where the file is.
END_OF_DAY = time(23, 59)


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
        _tell(task, case, assignee, f"task:{task.pk}")
    return task


def open_role_tasks(
    *, kind: TaskKind, title: str, role: Role, asked: Iterable[tuple[Case, datetime, str, str]]
) -> None:
    """Ask the same thing of `role` in many files (file, term, page, key), each once per key, by one insertion."""
    now = clock.now()
    CaseTask.objects.bulk_create(
        [
            CaseTask(
                case=case,
                kind=kind,
                title=title[:200],
                role=role,
                path=path,
                due_at=due_at,
                created_at=now,
                dedupe_key=key[:200],
            )
            for case, due_at, path, key in asked
        ],
        ignore_conflicts=True,
    )


def _tell(task: CaseTask, case: Case, person: User, dedupe_key: str) -> None:
    # Never the words that somebody typed: only those of the portal are sure to be neutral.
    what = task.title if task.kind != TaskKind.OTHER else "une tâche vous est confiée"
    notify(
        users=[person],
        text=f"{case.reference} : {what[0].lower()}{what[1:]}",
        path=task.path,
        dedupe_key=dedupe_key,
    )


def finish_tasks(*, case: Case, prefix: str, user: User | None, outcome: str = "") -> int:
    """Mark as done the waiting tasks of a file whose key starts with `prefix`. Gives how many there were."""
    waiting = CaseTask.objects.waiting().filter(case=case, dedupe_key__startswith=prefix)
    return waiting.update(done_at=clock.now(), done_by=user, outcome=outcome[:300])


def finish_tasks_of_closed(*, case: Case, user: User) -> int:
    """When a file is closed: end the waiting tasks that make no sense any more. Joins the caller's transaction."""
    waiting = CaseTask.objects.waiting().filter(case=case, kind__in=ENDED_BY_CLOSING)
    return waiting.update(done_at=clock.now(), done_by=user, outcome="Dossier clos.")


@transaction.atomic
def add_task(
    *,
    case: Case,
    title: str,
    due_on: date,
    role: Role,
    assignee: User | None = None,
    submission: UUID,
    user: User,
    actor: Actor,
) -> CaseTask:
    """Note something to do in a file by the end of a local day: for a role, or for a person who holds it.

    `submission` names the page it was typed on: sent twice, it makes one task. Raises ActRefused when the file is
    closed, when the day is past, or when the person does not hold the role over the file.
    """
    case = lock_case(case.pk)
    key = f"manual:{submission}"
    if (known := CaseTask.objects.filter(dedupe_key=key, case=case).first()) is not None:
        return known
    if case.state != CaseState.OPEN:
        raise ActRefused("Ce dossier est clos : rouvrez-le pour y ajouter une tâche.")
    if due_on < clock.today(case.departement.time_zone):
        raise ActRefused("Cette date est passée.", field="due_on")
    if assignee is not None:
        _check_holds(case, role, assignee)
    task = open_task(
        case=case,
        kind=TaskKind.OTHER,
        title=title.strip(),
        role=role,
        due_at=datetime.combine(due_on, END_OF_DAY, tzinfo=case.departement.zone),
        path=reverse("cases:detail", args=[case.reference]) + "#taches",
        dedupe_key=key,
        assignee=None if assignee == user else assignee,
    )
    if assignee == user:
        # Who gives himself something to do needs no notification.
        CaseTask.objects.filter(pk=task.pk).update(assignee=user)
        task.assignee = user
    add_event(
        case=case,
        kind=EventKind.TASK_ADDED,
        sentence=f"Tâche ajoutée : {task.title} ({assignee or task.get_role_display()}).",
        user=user,
        actor=actor,
    )
    return task


def _check_holds(case: Case, role: Role, person: User) -> None:
    if person not in people_over(case.unit, [role]):
        raise ActRefused("Cette personne n'a pas, ou plus, ce rôle sur ce dossier.", field="who")


def _locked(task: CaseTask) -> tuple[CaseTask, Case]:
    case = lock_case(task.case_id)
    locked = CaseTask.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("assignee", "done_by").get(pk=task.pk), case


def _refuse_done(task: CaseTask) -> None:
    if task.done_at is not None:
        raise ActRefused(f"Cette tâche est déjà faite{f' par {task.done_by}' if task.done_by else ''}.")


@transaction.atomic
def complete_task(*, task: CaseTask, outcome: str, user: User, actor: Actor) -> CaseTask:
    """Tick a task by hand, with a line on what was done.

    Raises ActRefused when it is done already, without that line, or when its own act ends it.
    """
    task, case = _locked(task)
    _refuse_done(task)
    if task.kind not in TICKED_BY_HAND:
        raise ActRefused("Cette tâche se termine d'elle-même quand ce qu'elle demande est fait.")
    if not outcome.strip():
        raise ActRefused("Écrivez en une ligne ce qui a été fait.", field="outcome")
    task.done_at, task.done_by, task.outcome = clock.now(), user, outcome.strip()[:300]
    task.save(update_fields=["done_at", "done_by", "outcome"])
    add_event(case=case, kind=EventKind.TASK_DONE, sentence=f"Tâche faite : {task.title}.", user=user, actor=actor)
    return task


@transaction.atomic
def assign_task(*, task: CaseTask, to: User | None, seen_assignee: int | None, user: User, actor: Actor) -> CaseTask:
    """Give a task to a colleague, to oneself, or back to all those who hold its role.

    `seen_assignee` is whom the page showed. Raises ActRefused when somebody else took it meanwhile, when it is done,
    or when `to` does not hold its role over the file.
    """
    task, case = _locked(task)
    _refuse_done(task)
    if task.assignee_id == (to.pk if to else None):
        return task
    if task.assignee_id != seen_assignee:
        raise ActRefused(f"Cette tâche vient d'être confiée à {task.assignee or 'toute l’unité'} : relisez la liste.")
    if to is not None:
        _check_holds(case, Role(task.role), to)
    task.assignee = to
    task.save(update_fields=["assignee"])
    event = add_event(
        case=case,
        kind=EventKind.TASK_ASSIGNED,
        sentence=f"Tâche confiée à {to or task.get_role_display()} : {task.title}.",
        user=user,
        actor=actor,
    )
    if to is not None and to != user:
        _tell(task, case, to, f"task:{task.pk}:{event.pk}")
    return task


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
