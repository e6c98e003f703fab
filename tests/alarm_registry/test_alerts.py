"""Whom an alert reaches, once, and how it is closed."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role
from accounts.models import Notification, Posting, User
from alarm_registry.enums import AlertKind
from alarm_registry.models import LookupAlert
from alarm_registry.services import answer_alert
from alarm_registry.services.alerts import raise_alert
from core import clock
from core.acts import ActRefused
from core.models import JournalEntry
from tests import alarming, build
from tests.alarm_registry.test_pace import kinds, search, spread


def raised(user: User | None = None, kind: AlertKind = AlertKind.VOLUME, searches: int = 31) -> LookupAlert:
    return raise_alert(alarming.caller(user or alarming.operator()), kind, searches)


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).values_list("text", flat=True))


def answered(alert: LookupAlert, by: User, words: str = "Vu avec lui : afflux d'appels.") -> LookupAlert:
    return answer_alert(alert=alert, answer=words, user=by, actor=build.actor(by))


@pytest.mark.django_db
def test_an_alert_is_raised_once_while_it_is_open_and_keeps_its_greatest_count() -> None:
    supervisor, user = alarming.supervisor(), alarming.operator()
    for searches in (31, 45, 40):
        raised(user, searches=searches)
    assert LookupAlert.objects.get().searches == 45
    assert told(supervisor) == ["Recherches du 17 à contrôler : beaucoup de recherches en peu de temps"]


@pytest.mark.django_db
def test_another_reason_and_another_operator_have_alerts_of_their_own() -> None:
    user, homonym = alarming.operator(), alarming.operator(email="homonyme@portail.example")
    raised(user)
    raised(user, AlertKind.MISSES)
    raised(homonym)
    assert LookupAlert.objects.count() == 3


def test_two_searches_at_once_raise_one_alert(committed_db) -> None:
    supervisor, user = alarming.supervisor(), alarming.operator()
    caller, together, done = alarming.caller(user), Barrier(4), []

    def alert() -> None:
        together.wait()
        done.append(raise_alert(caller, AlertKind.VOLUME, 31).pk)
        connection.close()

    threads = [Thread(target=alert) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [LookupAlert.objects.get().pk] * 4
    assert len(told(supervisor)) == 1


@pytest.mark.django_db
def test_supervisors_of_the_centre_are_told_and_no_one_else() -> None:
    today = clock.today("Europe/Paris")
    here, second = alarming.supervisor(), alarming.supervisor(email="deux@portail.example")
    expired = alarming.supervisor(email="ancien@portail.example", end=today)
    coming = alarming.supervisor(email="futur@portail.example", start=today + timedelta(days=1))
    elsewhere, admin = alarming.supervisor("41"), build.posted(Role.ADMINISTRATOR)
    left = alarming.supervisor(email="parti@portail.example")
    User.objects.filter(pk=left.pk).update(is_active=False)
    raised()
    assert told(here)
    assert told(second)
    assert [told(one) for one in (expired, coming, elsewhere, admin, left)] == [[], [], [], [], []]


@pytest.mark.django_db
def test_without_a_supervisor_the_administrators_are_told() -> None:
    admin = build.posted(Role.ADMINISTRATOR)
    expired = alarming.supervisor(end=clock.today("Europe/Paris"))
    raised()
    assert told(admin) == ["Recherches du 17 à contrôler, et aucun superviseur pour le centre du Loiret"]
    assert not told(expired)
    assert Notification.objects.get(user=admin).path == "/17/limites/#sans-superviseur"


@pytest.mark.django_db
def test_nobody_is_told_of_his_own_searches_nor_answers_them() -> None:
    both = alarming.operator()
    build.add_posting(both, Role.SUPERVISOR_17, departement_code="45")
    both, other = User.objects.get(pk=both.pk), alarming.supervisor()
    alert = raised(both)
    assert not told(both)
    assert told(other)
    with pytest.raises(ActRefused, match="vos propres recherches"):
        answered(alert, both)
    with pytest.raises(IntegrityError, match="lookup_alert_of_another"), transaction.atomic():
        LookupAlert.objects.filter(pk=alert.pk).update(seen_by=both, seen_at=clock.now(), answer="Rien.")


@pytest.mark.django_db
def test_an_answer_closes_the_alert_once_and_is_journaled() -> None:
    supervisor = alarming.supervisor()
    alert = answered(raised(), supervisor)
    assert (alert.seen_by, alert.answer) == (supervisor, "Vu avec lui : afflux d'appels.")
    assert JournalEntry.objects.get(object_type="alarm_registry.lookupalert").actor_id == supervisor.pk
    with pytest.raises(ActRefused, match="déjà reçu une suite, de Camille Invente"):
        answered(alert, supervisor)


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "why"), [("  ", "en une ligne"), ("a" * 301, "300 signes")])
def test_an_answer_is_one_line(words: str, why: str) -> None:
    with pytest.raises(ActRefused, match=why) as refused:
        answered(raised(), alarming.supervisor(), words)
    assert refused.value.field == "answer"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"answer": "Autre chose."}, {"searches": 1}, {"seen_at": None}])
def test_an_answered_alert_does_not_change(change: dict) -> None:
    alert = answered(raised(), alarming.supervisor())
    with pytest.raises(IntegrityError, match=r"ne change plus"), transaction.atomic():
        LookupAlert.objects.filter(pk=alert.pk).update(**change)


@pytest.mark.django_db
def test_an_alert_keeps_whom_and_what_it_is_about() -> None:
    alert, other = raised(), alarming.operator(email="autre@portail.example")
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
        LookupAlert.objects.filter(pk=alert.pk).update(operator=other)


@pytest.mark.django_db
def test_what_was_answered_is_told_again_for_what_came_since_alone(time_machine) -> None:
    time_machine.move_to(clock.real_now(), tick=False)
    user, supervisor = alarming.operator(), alarming.supervisor()
    alarming.searched(user, 40, last_digits=spread)
    search(user)
    answered(LookupAlert.objects.get(), supervisor)
    time_machine.shift(30)
    search(user)
    assert not LookupAlert.objects.open().exists()
    time_machine.shift(280)
    alarming.searched(user, 31, last_digits=spread)
    search(user)
    assert LookupAlert.objects.open().count() == 1
    assert kinds() == {AlertKind.VOLUME}


@pytest.mark.django_db
def test_a_posting_that_ended_a_minute_ago_tells_nothing(time_machine) -> None:
    supervisor, admin = alarming.supervisor(), build.posted(Role.ADMINISTRATOR)
    time_machine.move_to(build.at(2026, 12, 2, 0, 1), tick=False)
    Posting.objects.filter(user=supervisor).update(period=("2020-01-01", "2026-12-02"))
    raised()
    assert not told(supervisor)
    assert told(admin)
