"""Devices to give back and tests to make are asked for each week, until it is done, whatever is run."""

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import Notification
from call_buttons.models import CallButtonHandover
from call_buttons.services import chase_devices
from call_buttons.tasks import chase
from cases.models import CaseTask
from cases.services import complete_task
from tests import build, handing

pytestmark = pytest.mark.django_db


@pytest.fixture
def handover(db: None) -> CallButtonHandover:
    """Of a protection to 14 April 2026, tested each month."""
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        build.posted(Role.INSTRUCTOR)
        made = handing.handed_over()
    for day in ((2026, 2, 13), (2026, 3, 15), (2026, 4, 14)):
        with time_machine.travel(build.at(*day), tick=False):
            handing.tried(made)
    return made


def run_on(*moment: int) -> int:
    with time_machine.travel(build.at(*moment), tick=False):
        return chase_devices()


def tasks(role: str = "referent") -> list[CaseTask]:
    return list(CaseTask.objects.filter(dedupe_key__startswith="device-return:", role=role).order_by("created_at"))


def told() -> list[str]:
    notices = Notification.objects.filter(dedupe_key__startswith="device-").order_by("pk")
    return [f"{notice.user.email.partition('.')[0]} {notice.text.partition(' : ')[2]}" for notice in notices]


def test_nothing_is_asked_before_the_local_midnight_of_the_end(handover) -> None:
    assert run_on(2026, 4, 14, 23, 59) == 0
    assert run_on(2026, 4, 15, 0, 0) == 1
    (task,) = tasks()
    assert (task.title, task.due_at) == ("Faire rendre l'appareil", build.at(2026, 4, 15, 23, 59))
    assert told() == ["referent un appareil est à faire rendre"]


def test_it_is_told_again_each_week_and_never_twice_by_two_runs(handover) -> None:
    for day in (15, 15, 18, 21):
        run_on(2026, 4, day)
    assert len(told()) == 1
    run_on(2026, 4, 22)
    run_on(2026, 4, 22)
    assert len(told()) == 2
    # The first task still waits: it is not asked twice.
    assert len(tasks()) == 1


def test_a_task_ticked_while_the_device_is_out_comes_back_the_next_week(handover) -> None:
    run_on(2026, 4, 15)
    with time_machine.travel(build.at(2026, 4, 16), tick=False):
        complete_task(task=tasks()[0], outcome="Vu.", **handing.signed(handover.handed_by))
    run_on(2026, 4, 21)
    assert len(tasks()) == 1
    run_on(2026, 4, 22)
    assert len(tasks()) == 2


def test_after_thirty_days_the_prefecture_is_asked_too(handover) -> None:
    run_on(2026, 5, 14)
    assert tasks("instructor") == []
    run_on(2026, 5, 15)
    assert [task.title for task in tasks("instructor")] == ["Un appareil n'est pas rendu : voir avec l'unité"]
    assert "instructor un appareil n'est pas rendu" in told()


def test_a_device_that_is_back_is_asked_for_no_more(handover) -> None:
    run_on(2026, 5, 15)
    with time_machine.travel(build.at(2026, 5, 16), tick=False):
        handing.returned(handover)
    assert run_on(2026, 6, 1) == 0
    assert not CaseTask.objects.waiting().filter(dedupe_key__startswith="device-").exists()


def test_a_renewal_asks_for_nothing_to_be_given_back(handover) -> None:
    with time_machine.travel(build.at(2026, 4, 2), tick=False):
        threat = handover.grant.case.threats.get()
        build.start_again(threat)
        build.validated(threat)
        build.granted(build.a_request(threat=threat))
    run_on(2026, 5, 1)
    assert tasks() == []


def test_a_late_test_is_told_the_next_day_and_its_ticked_task_comes_back() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over()
    assert run_on(2026, 2, 13, 23, 0) == 1
    assert told() == []
    with time_machine.travel(build.at(2026, 2, 13, 23, 30), tick=False):
        asked = CaseTask.objects.get(dedupe_key__startswith="device-test:")
        complete_task(task=asked, outcome="Plus tard.", **handing.signed(handover.handed_by))
    run_on(2026, 2, 14)
    assert told() == ["referent un essai d'appareil est en retard"]
    waiting = CaseTask.objects.waiting().get(dedupe_key__startswith="device-test:")
    assert waiting.title == "Faire l'essai en retard de l'appareil"


def test_who_is_concerned_by_the_file_is_not_told(handover) -> None:
    colleague = build.referent(email="collegue@portail.example")
    build.declared(handover.grant.case, colleague)
    run_on(2026, 4, 15)
    assert told() == ["referent un appareil est à faire rendre"]


def test_the_job_says_what_it_looked_at(handover) -> None:
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        assert chase() == "Aucun appareil à relancer."
    with time_machine.travel(build.at(2026, 4, 20), tick=False):
        assert chase() == "1 appareil(s) à rendre ou à essayer."
