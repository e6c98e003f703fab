"""What a file asks of somebody: whose it is, how it ends, and who may not touch it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from cases.enums import TaskKind
from cases.models import CaseEvent, CaseTask
from cases.selectors import late_tasks, my_tasks, tasks_for_list, waiting_counts
from cases.services import ActRefused, add_task, assign_task, close_case, complete_task
from core import clock
from tests import build
from tests.harness.queries import assert_constant_queries

pytestmark = pytest.mark.django_db
TYPED = "00000000-0000-4000-8000-000000000001"


def fresh(user):
    return build.User.objects.get(pk=user.pk)


def a_quiet_threat(**more):
    """A threat whose file asks nothing else: the task of its evaluation is done."""
    threat = build.a_threat(**more)
    CaseTask.objects.filter(case=threat.case).update(done_at=clock.now())
    return threat


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def give(task, to, *, by, seen=None):
    return assign_task(task=task, to=to, seen_assignee=seen, user=by, actor=build.actor(by))


def test_a_task_of_a_role_is_mine_where_i_hold_that_role_and_nowhere_else() -> None:
    threat = a_quiet_threat()
    task = build.a_task(threat.case)
    colleague = build.referent(email="collegue@portail.example")
    elsewhere = build.referent(build.a_unit("2", name="Brigade de Gien"))
    head, gone = build.unit_head(), build.referent(email="parti@portail.example", end=build.date(2021, 1, 1))
    assert list(my_tasks(threat.logged_by)) == list(my_tasks(colleague)) == [task]
    assert [list(my_tasks(user)) for user in (elsewhere, head, gone)] == [[], [], []]
    assert list(tasks_for_list(user=head, which="toutes")) == [task]
    assert not tasks_for_list(user=elsewhere, which="toutes").exists()


def test_who_holds_two_roles_has_the_tasks_of_each_only_where_he_holds_it() -> None:
    here = a_quiet_threat()
    gien = a_quiet_threat(user=build.referent(build.a_unit("2", name="Brigade de Gien")))
    both = build.referent(email="deux@portail.example")
    build.add_posting(both, Role.UNIT_HEAD)
    mine = build.a_task(here.case)
    build.a_task(gien.case)
    for_heads = build.a_task(gien.case, role=Role.UNIT_HEAD)
    assert set(my_tasks(fresh(both))) == {mine, for_heads}


def test_a_task_that_names_somebody_leaves_the_lists_of_the_others() -> None:
    threat = a_quiet_threat()
    mine, colleague = threat.logged_by, build.referent(email="collegue@portail.example")
    task = build.a_task(threat.case)
    give(task, colleague, by=mine)
    assert list(my_tasks(fresh(colleague))) == [task]
    assert not my_tasks(fresh(mine)).exists()
    assert Notification.objects.get(user=colleague).text == f"{threat.case.reference} : une tâche vous est confiée"
    assert CaseEvent.objects.filter(kind="task_assigned").count() == 1


def test_who_was_beaten_to_a_task_is_told_and_takes_nothing_away() -> None:
    threat = a_quiet_threat()
    mine, colleague = threat.logged_by, build.referent(email="collegue@portail.example", first_name="Alix")
    task = build.a_task(threat.case)
    give(task, colleague, by=colleague)
    with pytest.raises(ActRefused, match="Alix"):
        give(task, mine, by=mine)
    give(task, mine, by=mine, seen=colleague.pk)
    assert CaseTask.objects.waiting().get().assignee == mine


def test_a_task_is_not_given_to_somebody_without_its_role_there() -> None:
    threat = a_quiet_threat()
    task = build.a_task(threat.case)
    elsewhere = build.referent(build.a_unit("2", name="Brigade de Gien"))
    for person in (elsewhere, build.unit_head(), build.referent(email="x@portail.example", end=build.date(2021, 1, 1))):
        with pytest.raises(ActRefused, match="n'a pas"):
            give(task, person, by=threat.logged_by)


def test_a_task_is_ticked_once_with_a_line_on_what_was_done() -> None:
    threat = a_quiet_threat()
    user, task = threat.logged_by, build.a_task(threat.case)
    values = {"task": task, "user": user, "actor": build.actor(user)}
    with pytest.raises(ActRefused, match="une ligne"):
        complete_task(outcome="   ", **values)
    assert complete_task(outcome="Appelée, tout va bien.", **values).done_by == user
    with pytest.raises(ActRefused, match="déjà faite par Camille"):
        complete_task(outcome="Encore.", **values)
    other = build.a_task(threat.case, kind=TaskKind.REVIEW_MEASURE)
    with pytest.raises(ActRefused, match="d'elle-même"):
        complete_task(task=other, outcome="Fait.", user=user, actor=build.actor(user))


def added(case, user, **changes):
    values = {"title": "Rappeler la mairie", "due_on": clock.today("Europe/Paris"), "role": Role.REFERENT}
    values |= {"submission": TYPED} | changes
    return add_task(case=case, user=user, actor=build.actor(user), **values)


def test_a_task_typed_twice_is_one_and_lasts_until_the_evening_of_the_file() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    threat = a_quiet_threat(user=build.referent(unit))
    day = clock.today("Indian/Reunion") + timedelta(days=1)
    task = added(threat.case, threat.logged_by, due_on=day)
    assert added(threat.case, threat.logged_by, due_on=day) == task
    assert task.due_at == build.at(day.year, day.month, day.day, 23, 59, zone="Indian/Reunion")
    with pytest.raises(ActRefused, match="passée"):
        added(threat.case, threat.logged_by, due_on=day - timedelta(days=2), submission=uuid4())


def test_closing_ends_what_makes_no_sense_any_more_and_keeps_the_call_after_a_measure() -> None:
    threat = a_quiet_threat()
    build.validated(threat)
    ended, kept = build.a_task(threat.case), build.a_task(threat.case, kind=TaskKind.EXIT_CALL)
    user = threat.logged_by
    close_case(case=threat.case, reason="Fini.", user=user, actor=build.actor(user))
    assert list(CaseTask.objects.waiting()) == [kept]
    ended.refresh_from_db()
    assert (ended.done_by, ended.outcome) == (user, "Dossier clos.")
    with pytest.raises(ActRefused, match="clos"):
        added(threat.case, user)


def test_the_database_itself_says_to_which_unit_a_task_belongs() -> None:
    threat = a_quiet_threat()
    task = build.a_task(threat.case)
    elsewhere = build.a_unit("2", name="Brigade de Gien")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_casetask SET unit_id = %s, departement_id = '974'", [elsewhere.pk])
    task.refresh_from_db()
    assert (task.unit, task.departement_id) == (threat.case.unit, "45")


def test_late_ones_come_first_on_the_home_page_without_the_evaluations() -> None:
    threat = a_quiet_threat()
    late = build.a_task(threat.case, days=-1)
    build.a_task(threat.case, kind=TaskKind.EVALUATE, days=-1)
    build.a_task(threat.case)
    assert late_tasks(user=threat.logged_by) == [late]
    page = signed_in(threat.logged_by).get("/").content.decode()
    assert "Autres tâches en retard" in page


def test_the_counters_of_the_page_say_what_waits() -> None:
    threat = a_quiet_threat()
    user = threat.logged_by
    for _ in range(3):
        build.a_task(threat.case)
    build.a_task(threat.case, assignee=user)
    assert waiting_counts(fresh(user)) == (4, 1)
    page = signed_in(user).get("/habilitations/").content.decode()
    assert "Notifications (1 non lue)" in page
    assert 'Mes tâches (4<span class="fr-sr-only"> en attente</span>)' in page


def test_the_list_of_tasks_costs_the_same_for_one_three_or_thirty() -> None:
    threat = a_quiet_threat()
    assert_constant_queries(
        signed_in(threat.logged_by),
        reverse("tasks:list"),
        lambda number: [build.a_task(threat.case) for _ in range(number)],
    )


def test_a_task_is_added_ticked_and_taken_from_the_pages() -> None:
    threat = a_quiet_threat()
    client = signed_in(threat.logged_by)
    form = reverse("cases:add_task", args=[threat.case.reference])
    typed = {"title": "Rappeler la mairie", "due_on": "2026-02-30", "who": "referent", "submission": TYPED}
    refused = client.post(form, typed)
    assert refused.status_code == 422
    assert "2026-02-30" in refused.content.decode()
    typed["due_on"] = f"{clock.today('Europe/Paris'):%Y-%m-%d}"
    assert client.post(form, typed).status_code == 302
    task = CaseTask.objects.waiting().get()
    assert "Rappeler la mairie" in client.get(reverse("cases:detail", args=[threat.case.reference])).content.decode()
    assert client.post(reverse("tasks:assign", args=[task.pk]), {"who": "me"}).status_code == 302
    assert client.post(reverse("tasks:done", args=[task.pk]), {"outcome": ""}).status_code == 422
    assert client.post(reverse("tasks:done", args=[task.pk]), {"outcome": "Fait."}).status_code == 302
    task.refresh_from_db()
    assert (task.assignee, task.outcome) == (threat.logged_by, "Fait.")
