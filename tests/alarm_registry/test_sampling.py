"""Ten consultations of last month in each centre, drawn once, confirmed once."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import Role
from accounts.models import Notification, User
from alarm_registry.models import Lookup, LookupSample, Registration
from alarm_registry.services import draw_samples, review_sample
from core.acts import ActRefused
from core.models import JournalEntry
from tests import alarming, build

NOVEMBER = build.at(2026, 11, 10)
DECEMBER = build.at(2026, 12, 3)


@pytest.fixture
def november(db, time_machine):
    time_machine.move_to(NOVEMBER, tick=False)
    return time_machine


def consulted(count: int, by: User | None = None, registration: Registration | None = None) -> list[Lookup]:
    registration = registration or Registration.objects.first() or alarming.a_registration()
    return alarming.searched(by or alarming.operator(), count, shown=registration)


def drawn_in_december(november) -> LookupSample:
    consulted(3)
    november.move_to(DECEMBER, tick=False)
    draw_samples()
    return LookupSample.objects.order_by("rank")[0]


def reviewed(sample: LookupSample, by: User, verdict: str = "justified", note: str = "") -> LookupSample:
    return review_sample(sample=sample, verdict=verdict, note=note, user=by, actor=build.actor(by))


def test_ten_of_last_month_are_drawn_and_the_supervisor_is_told(november) -> None:
    supervisor = alarming.supervisor()
    consulted(25)
    november.move_to(DECEMBER, tick=False)
    assert draw_samples() == 10
    samples = LookupSample.objects.order_by("rank")
    assert [one.rank for one in samples] == list(range(1, 11))
    assert {one.month for one in samples} == {date(2026, 11, 1)}
    assert len({one.lookup_id for one in samples}) == 10
    text = Notification.objects.get(user=supervisor).text
    assert text == "Contrôle du 17 : 10 consultations à confirmer (novembre 2026)"


def test_a_second_draw_finds_the_first(november) -> None:
    consulted(25)
    november.move_to(DECEMBER, tick=False)
    assert (draw_samples(), draw_samples()) == (10, 0)


def test_fewer_are_drawn_when_there_are_fewer(november) -> None:
    consulted(4)
    november.move_to(DECEMBER, tick=False)
    assert draw_samples() == 4


def test_searches_that_showed_nobody_are_not_consultations(november) -> None:
    alarming.searched(alarming.operator(), 8)
    november.move_to(DECEMBER, tick=False)
    assert draw_samples() == 0


def test_neither_this_month_nor_the_one_before_last_is_drawn(november) -> None:
    user, registration = alarming.operator(), alarming.a_registration()
    for month in (10, 11, 12):
        november.move_to(build.at(2026, month, 2), tick=False)
        consulted(2, user, registration)
    november.move_to(DECEMBER, tick=False)
    draw_samples()
    assert {one.lookup.at.month for one in LookupSample.objects.all()} == {11}


def test_a_month_is_that_of_the_centre(november) -> None:
    """On 1 December at 2 h in Saint-Denis it is still November in Paris."""
    island, mainland = alarming.operator("974"), alarming.operator()
    november.move_to(build.at(2026, 12, 1, 2, zone="Indian/Reunion"), tick=False)
    consulted(1, island)
    consulted(1, mainland)
    november.move_to(DECEMBER, tick=False)
    draw_samples()
    assert {one.departement_id for one in LookupSample.objects.all()} == {"45"}


def test_each_centre_has_its_own_ten(november) -> None:
    consulted(12)
    consulted(12, alarming.operator("41"))
    november.move_to(DECEMBER, tick=False)
    assert draw_samples() == 20


def test_draws_in_parallel_draw_ten(committed_db, time_machine) -> None:
    time_machine.move_to(NOVEMBER, tick=False)
    consulted(30)
    time_machine.move_to(DECEMBER, tick=False)
    together, drawn = Barrier(3), []

    def draw() -> None:
        together.wait()
        drawn.append(draw_samples())
        connection.close()

    threads = [Thread(target=draw) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == [0, 0, 10]
    assert LookupSample.objects.count() == 10


def test_a_consultation_is_confirmed_once_and_journaled(november) -> None:
    sample, supervisor = drawn_in_december(november), alarming.supervisor()
    reviewed(sample, supervisor)
    assert JournalEntry.objects.get(object_type="alarm_registry.lookupsample").actor_id == supervisor.pk
    with pytest.raises(ActRefused, match="déjà été contrôlée"):
        reviewed(sample, supervisor, "to_explain", "Pas d'appel à cette heure.")
    with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
        LookupSample.objects.filter(pk=sample.pk).update(verdict="to_explain", note="Autre.")


@pytest.mark.parametrize(
    ("verdict", "note", "field"),
    [("to_explain", " ", "note"), ("", "", "verdict"), ("perhaps", "", "verdict"), ("justified", "a" * 301, "note")],
)
def test_a_verdict_says_what_is_to_be_explained(november, verdict: str, note: str, field: str) -> None:
    with pytest.raises(ActRefused) as refused:
        reviewed(drawn_in_december(november), alarming.supervisor(), verdict, note)
    assert refused.value.field == field


def test_nobody_confirms_his_own_consultation(november) -> None:
    sample = drawn_in_december(november)
    operator = sample.lookup.operator
    build.add_posting(operator, Role.SUPERVISOR_17, departement_code="45")
    operator = User.objects.get(pk=operator.pk)
    with pytest.raises(ActRefused, match="est la vôtre"):
        reviewed(sample, operator)
    with pytest.raises(IntegrityError, match="ses propres consultations"), transaction.atomic():
        LookupSample.objects.filter(pk=sample.pk).update(
            verdict="justified", reviewed_at=DECEMBER, reviewed_by=operator
        )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"departement_id": "41"}, "de son centre"),
        ({"month": date(2026, 10, 1)}, "de son mois"),
        ({"rank": 11}, "lookup_sample_ten_at_most"),
        ({"rank": 1}, "lookup_sample_once"),
    ],
)
def test_the_database_refuses_a_draw_that_is_not_one(november, changes: dict, why: str) -> None:
    drawn_in_december(november)
    november.move_to(NOVEMBER, tick=False)
    lookup = consulted(1, User.objects.get(postings__role=Role.OPERATOR_17))[0]
    values = {"departement_id": "45", "month": date(2026, 11, 1), "rank": 9, "lookup": lookup} | changes
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        LookupSample.objects.create(**values)
    assert LookupSample.objects.create(**(values | {"departement_id": "45", "month": date(2026, 11, 1), "rank": 8}))
