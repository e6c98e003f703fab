"""What a person reads, on every page that lists or opens files, against what the model says of his sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.models import User
from cases.models import Attachment, Case, CaseTask
from cases.permissions import VIEW_CASE
from tests.cases.random_acts.documents import read_original, read_undo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.cases.random_acts.sight import Sight
    from tests.cases.random_acts.stage import Stage


def check_scope(stage: Stage) -> None:
    """The one scope and the model agree on every file, for everybody."""
    sight = stage.sight
    for name, person in stage.people.items():
        fresh = User.objects.get(pk=person.pk)
        found = set(Case.objects.visible_to(fresh, VIEW_CASE).values_list("pk", flat=True))
        expected = {pk for pk, case in sight.cases.items() if sight.sees(person, case)}
        wrong = [sight.cases[pk].reference for pk in found ^ expected]
        assert found == expected, f"after {stage.trying}: {name} and the scope disagree on {wrong}"


def check_reading(stage: Stage, names: Iterable[str]) -> None:
    """The pages of these people, at the end of a sequence."""
    check_scope(stage)
    sight, cases = stage.sight, stage.all_cases()
    for name in names:
        stage.trying = f"reading by {name}"
        person = stage.people[name]
        check_lists(stage, sight, person, cases)
        for case in cases:
            check_page(stage, sight, person, case)
        for attachment in Attachment.objects.select_related("case__unit", "case__departement").order_by(
            "added_at", "pk"
        )[:1]:
            read_original(stage, person, attachment.case, attachment)


def check_lists(stage: Stage, sight: Sight, person: User, cases: list[Case]) -> None:
    client, seen = stage.clients[person.pk], [case for case in cases if sight.sees(person, case)]
    # Merged files are found under their own state only.
    url = reverse("cases:list")
    page = client.get(url).content.decode() + client.get(f"{url}?state=merged").content.decode()
    listed = {case.reference for case in cases if case.reference in page}
    assert listed == {case.reference for case in seen}, f"{stage.trying}: list of files"
    waiting = list(CaseTask.objects.filter(done_at=None).order_by("due_at", "pk"))
    everything = {task.pk for task in waiting if sight.cases[task.case_id] in seen}
    assert tasks_on(stage, person, waiting, "toutes") == everything, f"{stage.trying}: all tasks"
    mine = {task.pk for task in waiting if task.pk in everything and is_for(sight, person, task)}
    assert tasks_on(stage, person, waiting, "a-moi") == mine, f"{stage.trying}: my tasks"


def is_for(sight: Sight, person: User, task: CaseTask) -> bool:
    if task.assignee_id is not None:
        return task.assignee_id == person.pk
    return sight.holds(person, sight.cases[task.case_id], {task.role})


def tasks_on(stage: Stage, person: User, waiting: list[CaseTask], which: str) -> set:
    """Those that the pages of one list show, one page after the other."""
    url: str | None = f"{reverse('tasks:list')}?liste={which}"
    shown: set = set()
    while url:
        response = stage.clients[person.pk].get(url)
        if response.status_code == 403:
            break
        page = response.content.decode()
        shown |= {task.pk for task in waiting if reverse("tasks:detail", args=[task.pk]) in page}
        following = response.context["page"].next_cursor
        url = f"{reverse('tasks:list')}?liste={which}&cursor={following}" if following else None
    return shown


def check_page(stage: Stage, sight: Sight, person: User, case: Case) -> None:
    """A file opens for those who see it; a merged one leads to its survivor, those who see that one too."""
    url = reverse("cases:detail", args=[case.reference])
    response = stage.send(person, case, url, may=sight.reads(person, case), get=True)
    holder = sight.holder(case)
    if sight.reads(person, case):
        assert response.status_code in (200, 302), f"{stage.trying}: {case}, {response.status_code}"
        if holder.pk != case.pk:
            assert holder.reference in response.url, f"{stage.trying}: {case} leads to {response.url}"
    elif not sight.sees(person, case):
        assert response.status_code in (403, 404), f"{stage.trying}: {case}, {response.status_code}"
    if holder.pk != case.pk:
        read_undo(stage, person, case)
