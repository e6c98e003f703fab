"""No worker, no beat, no Redis: lists stay right, and those who act on them are told that reminders may be late."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from call_buttons.models import CallButtonReminder
from core import clock
from core.enums import Process
from core.heartbeat import look_again
from core.models import Heartbeat, JobRun
from tests import build
from tests.processes.grants import PLANNED, grant_them_all

pytestmark = pytest.mark.django_db
WARNING = "Les rappels peuvent être en retard."


@pytest.fixture
def stopped(settings):
    """Grants, and processes that never ran."""
    settings.DEMO = True
    grant_them_all()


def page(user, path: str, moment) -> str:
    client = Client()
    client.force_login(build.User.objects.get(pk=user.pk))
    with clock.replayed_at(moment):
        response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def names_to_renew(departement: str, moment) -> set[str]:
    decider = build.User.objects.get(email=f"decider@{departement}.example")
    content = page(decider, reverse("call_buttons:queue"), moment)
    section = content[content.index('id="a-renouveler"') :]
    return {planned.name for planned in PLANNED if re.search(rf"\b{planned.name}</a>", section)}


def test_what_is_to_renew_is_right_with_everything_stopped(stopped) -> None:
    evening = build.at(2026, 3, 14, 22, 30)  # already the 15th in La Réunion
    assert names_to_renew("45", evening) == {"Ancienne", "Samedi", "Mercredi", "Pâques"}
    assert names_to_renew("974", evening) == {"Mercredi-Réunion", "Vendredi-Réunion", "Avril-Réunion"}
    assert names_to_renew("45", evening + timedelta(hours=2)) == {"Ancienne", "Samedi", "Mercredi", "Pâques", "Avril"}
    assert not JobRun.objects.exists()
    assert not CallButtonReminder.objects.exists()


def test_an_expired_grant_stays_there_for_years(stopped) -> None:
    assert "Ancienne" in names_to_renew("45", build.at(2029, 1, 1))
    assert names_to_renew("974", build.at(2026, 2, 17, 1, zone="Indian/Reunion")) == {"Mercredi-Réunion"}


def last_seen(minutes_ago: float, *processes: Process) -> None:
    Heartbeat.objects.all().delete()
    at = clock.real_now() - timedelta(minutes=minutes_ago)
    Heartbeat.objects.bulk_create([Heartbeat(process=process, at=at) for process in processes])
    # More than ten seconds pass: what the process read before is asked again.
    look_again()


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.DECIDER, Role.ADMINISTRATOR])
def test_ten_true_minutes_of_silence_are_told_to_those_who_act(role) -> None:
    user, now = build.posted(role), clock.real_now()
    last_seen(10.1, *Process)
    assert WARNING in page(user, "/", now)
    last_seen(9, *Process)
    assert WARNING not in page(user, "/", now)
    # The demonstration's date has nothing to do with it.
    assert WARNING not in page(user, "/", now + timedelta(days=30))


@pytest.mark.parametrize("alive", list(Process))
def test_one_silent_process_is_enough(alive) -> None:
    last_seen(0, alive)
    assert WARNING in page(build.decider(), "/", clock.real_now())


@pytest.mark.parametrize("role", [Role.REFERENT, Role.UNIT_HEAD, Role.CALAE_ANALYST, Role.SECURITY_ADVISER])
def test_the_others_are_not_told(role) -> None:
    last_seen(60, *Process)
    assert WARNING not in page(
        build.posted(role, unit=build.a_unit() if role == Role.REFERENT else None), "/", clock.now()
    )
