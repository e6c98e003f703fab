"""Reminders that nobody answers climb: référent, instructor, decision-maker, roster. Each rung once."""

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.models import CallButtonAcknowledgement, CallButtonGrant, CallButtonReminder
from call_buttons.services import send_due_reminders
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db
# To Saturday 16 May 2026: 16 April, 1, 9, 13 May, and the last useful day, Friday 15.
D30, D15, D7, D3, LAST = (2026, 4, 16), (2026, 5, 1), (2026, 5, 9), (2026, 5, 13), (2026, 5, 15)


@pytest.fixture
def grant() -> CallButtonGrant:
    with time_machine.travel(build.at(2026, 2, 16), tick=False):
        build.posted(Role.INSTRUCTOR)
        return build.granted()


def sweep(*days: tuple[int, int, int]) -> None:
    for day in days:
        with time_machine.travel(build.at(*day), tick=False):
            send_due_reminders()
            send_due_reminders()


def answer(grant: CallButtonGrant, role: Role, day: tuple[int, int, int]):
    user = User.objects.filter(postings__role=role).first()
    return post(grant, user, day)


def post(grant: CallButtonGrant, user: User, day: tuple[int, int, int]):
    with time_machine.travel(build.at(*day), tick=False):
        client = Client()
        client.force_login(user)
        return client.post(reverse("call_buttons:acknowledge", args=[grant.request_id]))


def climbed(grant: CallButtonGrant) -> list[tuple[str, str]]:
    return list(grant.reminders.filter(climbed=True).order_by("due_on", "pk").values_list("kind", "audience"))


def test_silence_climbs_one_rung_at_each_moment_and_each_is_written_once(grant) -> None:
    sweep(D30)
    assert climbed(grant) == []
    sweep(D15, D7, D3)
    assert climbed(grant) == [("d15", "instructor"), ("d7", "decider"), ("d3", "roster")]
    sweep(LAST)
    assert climbed(grant)[3:] == [("last_working_day", "decider"), ("last_working_day", "roster")]
    assert CallButtonReminder.objects.count() == 5 * 3 + 2 + 2


def test_an_answer_stops_the_climb_and_silence_starts_it_again_from_the_bottom(grant) -> None:
    sweep(D30)
    assert answer(grant, Role.REFERENT, D30).status_code == 302
    sweep(D15)
    assert climbed(grant) == []
    sweep(D7)
    assert climbed(grant) == [("d7", "instructor")]


def test_the_rung_reached_answers_and_a_lower_one_no_longer_does(grant) -> None:
    sweep(D30, D15)
    answer(grant, Role.REFERENT, D15)
    sweep(D7)
    assert climbed(grant) == [("d15", "instructor"), ("d7", "decider")]
    answer(grant, Role.DECIDER, D7)
    sweep(D3)
    assert len(climbed(grant)) == 2


def test_on_the_last_useful_day_an_answer_does_not_keep_it_from_the_decision_maker(grant) -> None:
    sweep(D30, D15, D7, D3)
    for role in (Role.REFERENT, Role.INSTRUCTOR, Role.DECIDER):
        answer(grant, role, D3)
    sweep(LAST)
    sent = OutboxMessage.objects.filter(dedupe_key__contains=":last_working_day:")
    keys = [message.dedupe_key.split(":")[3] for message in sent]
    assert sorted(keys) == ["decider", "instructor", "referent", "roster", "roster", "roster"]


def test_each_person_is_told_once_a_moment_in_the_product(grant) -> None:
    sweep(LAST)
    decider = User.objects.get(postings__role=Role.DECIDER)
    told = Notification.objects.filter(user=decider, dedupe_key__startswith="reminder:")
    assert [notice.path.endswith("#rappels") for notice in told] == [True]


def test_the_button_shows_until_it_is_pressed_and_a_second_press_is_refused(grant) -> None:
    sweep(D30)
    referent = grant.decision.request.requested_by
    page, week = reverse("call_buttons:request", args=[grant.request_id]), reverse("call_buttons:week")

    def shown(url: str, day: tuple[int, int, int] = D30) -> bool:
        with time_machine.travel(build.at(*day), tick=False):
            client = Client()
            client.force_login(User.objects.get(pk=referent.pk))
            return "Je m'en occupe" in client.get(url).content.decode()

    assert shown(page)
    assert not shown(week)
    assert shown(week, D3)
    post(grant, referent, D30)
    assert not shown(page)
    assert not shown(week, D3)
    post(grant, referent, D30)
    assert CallButtonAcknowledgement.objects.count() == 1
    assert grant.case.events.filter(sentence__contains="s'en occupe").count() == 1


def test_who_is_not_of_the_audience_answers_nothing(grant) -> None:
    sweep(D30)
    head, decider = (User.objects.get(postings__role=role) for role in (Role.UNIT_HEAD, Role.DECIDER))
    refused = {
        build.posted(Role.CALAE_ANALYST): 403,
        build.decider(departement_code="974"): 404,
        build.referent(build.a_unit("2", name="Brigade de Gien")): 404,
        build.referent(email="ancien@portail.example", end=build.date(2026, 4, 1)): 403,
        # Of the roster, to whom nothing has climbed yet; and a decider, likewise.
        head: 302,
        decider: 302,
    }
    assert {user: post(grant, user, D30).status_code for user in refused} == refused
    assert not CallButtonAcknowledgement.objects.exists()


def test_the_database_keeps_one_answer_as_it_was_given(grant) -> None:
    sweep(D30)
    answer(grant, Role.REFERENT, D30)
    given = CallButtonAcknowledgement.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CallButtonAcknowledgement.objects.create(reminder=given.reminder, user=given.user, at=given.at)
