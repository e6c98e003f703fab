"""One person breaks the glass again and again: never stopped, and those who review it are told how many times."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from cases.models import Case, CaseAccess, CaseTask
from core import clock
from core.models import OutboxMessage
from tests import build
from tests.cases.seeing import fresh, sees
from tests.cases.test_tasks import signed_in
from tests.harness.queries import assert_constant_queries

pytestmark = pytest.mark.django_db
TOLD = "ouverture d'urgence en 24 heures par cette personne"
DAY = timedelta(hours=24)


@pytest.fixture
def head() -> User:
    return build.unit_head()


@pytest.fixture
def agent() -> User:
    return build.posted(Role.INSTRUCTOR)


def a_restricted_file(head: User, **threat) -> Case:
    threat.setdefault("user", User.objects.filter(postings__unit=build.a_unit()).first() or build.referent())
    number = Case.objects.count()
    return build.restricted(build.a_threat(official=build.an_official(f"Élue{number}"), **threat).case, by=head)


def broken(head: User, agent: User, *, moment: datetime, times: int = 1) -> CaseAccess:
    """The last of `times` accesses to as many files."""
    for number in range(times):
        case = a_restricted_file(head)
        with time_machine.travel(moment + timedelta(seconds=number), tick=False):
            access = build.glass_broken(case, fresh(agent))
    return access


def told_of(access: CaseAccess) -> list[str]:
    """What the hierarchy reads of it: the notice, the task, the review page."""
    head = access.case.restricted_by
    notice = Notification.objects.get(user=head, dedupe_key__contains=str(access.pk)).text
    task = CaseTask.objects.get(dedupe_key=f"glass:{access.pk}").title
    return [notice, task, review_of(access)]


def review_of(access: CaseAccess) -> str:
    page = signed_in(access.case.restricted_by).get(reverse("cases:review_access", args=[access.pk]))
    return unescape(page.content.decode())


def test_the_third_access_in_a_day_opens_the_file_and_says_that_it_is_the_third(head: User, agent: User) -> None:
    now = clock.now()
    access = broken(head, agent, moment=now - timedelta(minutes=1), times=3)
    assert sees(agent, access.case)
    assert all(f"3e {TOLD}" in text for text in told_of(access))
    fourth = broken(head, agent, moment=now)
    assert sees(agent, fourth.case)
    assert all(f"4e {TOLD}" in text for text in told_of(fourth))


def test_the_second_is_counted_on_the_review_page_and_alerts_nobody(head: User, agent: User) -> None:
    access = broken(head, agent, moment=clock.now(), times=2)
    assert not any(TOLD in text for text in told_of(access))
    assert "en 24 heures, celui-ci compris : 2." in review_of(access)
    assert not OutboxMessage.objects.filter(body__contains="plusieurs").exists()


@pytest.mark.parametrize(("earlier", "alerts"), [(DAY - timedelta(seconds=1), True), (DAY, False)])
def test_the_count_covers_24_hours_and_not_a_second_more(
    head: User, agent: User, earlier: timedelta, alerts: bool
) -> None:
    now = clock.now()
    broken(head, agent, moment=now - earlier)
    broken(head, agent, moment=now - timedelta(hours=2))
    access = broken(head, agent, moment=now)
    assert [TOLD in text for text in told_of(access)] == [alerts] * 3


def test_the_accesses_of_others_are_not_counted(head: User, agent: User) -> None:
    now = clock.now()
    for number in range(3):
        broken(head, build.posted(Role.INSTRUCTOR, email=f"i{number}@portail.example"), moment=now)
    assert "celui-ci compris : 1." in review_of(broken(head, agent, moment=now))


def test_the_count_crosses_territories_and_a_hierarchy_reviews_its_own_alone(head: User) -> None:
    analyst = build.posted(Role.CALAE_ANALYST)
    island = build.unit_head(departement_code="974", email="h974@portail.example")
    unit = build.a_unit("974", departement_code="974")
    far = a_restricted_file(island, user=build.referent(unit, email="r974@portail.example"))
    first = build.glass_broken(far, fresh(analyst))
    last = broken(head, analyst, moment=clock.now() + timedelta(seconds=1), times=2)
    assert f"3e {TOLD}" in review_of(last)
    assert signed_in(island).get(reverse("cases:review_access", args=[last.pk])).status_code == 404
    assert signed_in(head).get(reverse("cases:review_access", args=[first.pk])).status_code == 404
    assert signed_in(analyst).get(reverse("cases:review_access", args=[last.pk])).status_code == 403


def test_the_page_left_at_the_time_keeps_its_number_whatever_comes_next(head: User, agent: User) -> None:
    now = clock.now()
    first = broken(head, agent, moment=now - timedelta(minutes=5))
    broken(head, agent, moment=now, times=3)
    assert "celui-ci compris : 1." in review_of(first)


def test_the_parameter_decides_and_an_access_already_open_is_not_one_more(settings, head: User, agent: User) -> None:
    settings.EMERGENCY_ACCESS_ALERT_FROM = 2
    access = broken(head, agent, moment=clock.now() - timedelta(minutes=1))
    assert build.glass_broken(access.case, fresh(agent)) == access
    assert "celui-ci compris : 1." in review_of(access)
    assert f"2e {TOLD}" in told_of(broken(head, agent, moment=clock.now()))[0]


def test_the_email_says_to_check_at_once_and_names_neither_file_nor_person(head: User, agent: User) -> None:
    access = broken(head, agent, moment=clock.now(), times=3)
    body = OutboxMessage.objects.get(dedupe_key__startswith=f"glass:{access.pk}").body
    assert "plusieurs en 24 heures : contrôlez sans attendre" in body
    assert agent.last_name not in body
    assert access.case.reference not in body


def test_the_list_costs_the_same_however_many_accesses(head: User, agent: User) -> None:
    add = lambda number: broken(head, agent, moment=clock.now(), times=number)  # noqa: E731
    assert_constant_queries(signed_in(head), reverse("cases:emergency_accesses"), add)


def test_the_list_marks_what_is_repeated_and_nothing_else(head: User, agent: User) -> None:
    broken(head, agent, moment=clock.now(), times=3)
    page = signed_in(head).get(reverse("cases:emergency_accesses")).content.decode()
    assert page.count("3e en 24 heures") == 1
    assert "2e en 24 heures" not in page
