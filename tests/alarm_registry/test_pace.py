"""How fast one may search: what is slowed down, what is told, and what never waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from alarm_registry.enums import AlertKind, LookupKind
from alarm_registry.models import Lookup, LookupAlert, LookupLimits
from alarm_registry.services import TooFast, look_up_name, look_up_number, open_record
from alarm_registry.services.limits import longest_run
from core import clock
from tests import alarming, build

pytestmark = pytest.mark.django_db
LIMITS = {
    "in_five_minutes": 30, "in_an_hour": 120, "misses_in_an_hour": 25, "sequence": 5, "same_commune": 10,
    "pause_seconds": 20,
}  # fmt: skip


def kinds() -> set[str]:
    return set(LookupAlert.objects.values_list("kind", flat=True))


def search(user, number: str = "06 39 98 00 77", **more):
    return look_up_number(number, caller=alarming.caller(user), **more)


def spread(rank: int) -> str:
    """Last digits that do not follow each other."""
    return f"{rank * 37 % 100:02}"


def test_forty_searches_in_five_minutes_ask_for_a_pause_and_raise_an_alert(time_machine) -> None:
    user = alarming.operator()
    time_machine.move_to(clock.real_now(), tick=False)
    alarming.searched(user, 39, last_digits=spread)
    search(user)
    with pytest.raises(TooFast) as pause:
        search(user)
    assert pause.value.seconds == 20
    assert kinds() == {AlertKind.VOLUME}
    assert Lookup.objects.count() == 40


def test_twenty_nine_searches_in_five_minutes_are_work(time_machine) -> None:
    user = alarming.operator()
    alarming.searched(user, 28, last_digits=spread)
    search(user)
    search(user)
    assert not kinds()


def test_forty_searches_in_an_hour_are_work() -> None:
    user = alarming.operator()
    alarming.searched(user, 40, every=timedelta(seconds=80), last_digits=spread)
    search(user)
    search(user)
    assert not kinds()


def test_a_slow_stream_is_told_without_a_pause() -> None:
    user = alarming.operator()
    alarming.searched(user, 125, every=timedelta(seconds=25), last_digits=spread)
    search(user)
    assert kinds() == {AlertKind.VOLUME}


def test_after_the_pause_the_search_goes_on(time_machine) -> None:
    user = alarming.operator()
    time_machine.move_to(clock.real_now(), tick=False)
    alarming.searched(user, 40, last_digits=spread)
    search(user)
    time_machine.shift(19)
    with pytest.raises(TooFast, match="Attendez 1 seconde avant"):
        search(user)
    time_machine.shift(1)
    search(user)
    assert Lookup.objects.count() == 42


def test_an_urgent_call_passes_the_pause_and_is_told() -> None:
    user = alarming.operator()
    alarming.searched(user, 40, last_digits=spread)
    search(user)
    for _ in range(3):
        search(user, forced=True)
    assert Lookup.objects.filter(is_forced=True).count() == 3
    assert kinds() == {AlertKind.VOLUME, AlertKind.FORCED}
    assert LookupAlert.objects.get(kind=AlertKind.FORCED).searches == 3


def test_a_box_ticked_for_nothing_is_no_forced_passage() -> None:
    user = alarming.operator()
    search(user, forced=True)
    assert not Lookup.objects.get().is_forced
    assert not kinds()


@pytest.mark.parametrize(("misses", "told"), [(25, set()), (26, {AlertKind.MISSES})])
def test_many_searches_that_find_nobody_are_told(misses: int, told: set[str]) -> None:
    user = alarming.operator()
    alarming.searched(user, misses, every=timedelta(seconds=60), found=0, last_digits=spread)
    search(user)
    assert kinds() == told


@pytest.mark.parametrize(
    ("ends", "run"),
    [
        ([11, 12, 13, 14, 15], 5),
        ([15, 14, 13, 12, 11], 5),
        ([98, 99, 0, 1], 4),
        ([10, 20, 30, 40], 4),
        ([11, 11, 12, 12, 13], 3),
        ([11, 12, 40, 13, 14], 2),
        # A caller with two numbers, or three who call in turn, walks through nothing.
        ([1, 2, 1, 2, 1, 2], 2),
        ([1, 51, 1, 51], 1),
        ([7, 7, 7, 7], 1),
        ([], 0),
    ],
)
def test_numbers_that_follow_each_other_are_recognised_by_their_last_digits(ends: list[int], run: int) -> None:
    assert longest_run(ends) == run


@pytest.mark.parametrize(("count", "told"), [(4, set()), (5, {AlertKind.SEQUENCE})])
def test_numbers_that_follow_each_other_are_told(count: int, told: set[str]) -> None:
    user = alarming.operator()
    alarming.searched(user, count, last_digits=lambda rank: f"{20 + rank}")
    search(user)
    assert kinds() == told


@pytest.mark.parametrize(("people", "told"), [(10, set()), (11, {AlertKind.SAME_PLACE})])
def test_many_people_searched_by_name_in_one_commune_are_told(people: int, told: set[str]) -> None:
    user = alarming.operator()
    values = {"kind": LookupKind.NAME, "commune": build.a_commune(), "fingerprint": lambda rank: bytes([rank]) * 16}
    alarming.searched(user, people, every=timedelta(seconds=60), **values)
    search(user)
    assert kinds() == told


def test_one_person_searched_twelve_times_in_his_commune_is_one_person() -> None:
    user = alarming.operator()
    alarming.searched(user, 12, every=timedelta(seconds=60), kind=LookupKind.NAME, commune=build.a_commune())
    search(user)
    assert not kinds()


@pytest.mark.parametrize(("people", "told"), [(10, set()), (11, {AlertKind.SAME_PLACE})])
def test_many_records_of_one_commune_are_told_however_they_were_found(people: int, told: set[str]) -> None:
    user = alarming.operator()
    records = [
        alarming.a_registration(f"06 39 98 01 {rank:02}", official=build.an_official(f"Inventée {rank}"))
        for rank in range(people)
    ]
    alarming.searched(user, people, every=timedelta(seconds=60), shown=lambda rank: records[rank], last_digits=spread)
    search(user)
    assert kinds() == told


@pytest.mark.parametrize(("opened", "told"), [(4, set()), (5, {AlertKind.ELSEWHERE})])
def test_records_opened_out_of_reach_are_told(opened: int, told: set[str]) -> None:
    registration = alarming.a_registration()
    far = alarming.operator("974")
    for _ in range(opened):
        open_record(registration.pk, caller=alarming.caller(far), reason="appel dérouté")
    assert kinds() == told


def test_another_operator_s_searches_do_not_slow_me_down() -> None:
    alarming.searched(alarming.operator(email="presse@portail.example"), 60, last_digits=spread)
    search(alarming.operator())
    assert not kinds()


def test_names_and_numbers_are_counted_together() -> None:
    user = alarming.operator()
    alarming.searched(user, 30, last_digits=spread)
    look_up_name("Inventée", commune=None, caller=alarming.caller(user))
    with pytest.raises(TooFast):
        look_up_name("Inventée", commune=None, caller=alarming.caller(user))


def test_the_page_keeps_what_was_typed_and_offers_the_way_through(client: Client) -> None:
    user = alarming.operator()
    alarming.a_registration()
    alarming.searched(user, 40, last_digits=spread)
    client.force_login(user)
    client.post("/17/", {"number": "06 39 98 00 55"})
    paused = client.post("/17/", {"number": alarming.MOBILE})
    assert paused.status_code == 429
    assert alarming.MOBILE in paused.content.decode()
    assert 'type="checkbox" name="forced"' in paused.content.decode()
    urgent = client.post("/17/", {"number": alarming.MOBILE, "forced": "on"})
    assert "Se garer derrière la grange" in urgent.content.decode()


def test_a_pause_never_exceeds_a_minute_even_in_the_database() -> None:
    with pytest.raises(IntegrityError, match="lookup_pause_is_short"), transaction.atomic():
        LookupLimits.objects.create(in_force_from=clock.today("Europe/Paris"), **(LIMITS | {"pause_seconds": 61}))


def test_a_clock_that_goes_back_makes_no_longer_pause(time_machine) -> None:
    user = alarming.operator()
    alarming.searched(user, 40, last_digits=spread)
    time_machine.move_to(clock.real_now() - timedelta(minutes=20), tick=False)
    with pytest.raises(TooFast) as pause:
        search(user)
    assert pause.value.seconds <= 20
