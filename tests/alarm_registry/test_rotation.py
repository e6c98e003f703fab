"""Keys change while the 17 searches: no search fails, no record is missing."""

from __future__ import annotations

from datetime import date
from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection

from alarm_registry.models import LookupLimits, NumberIndex, Registration
from alarm_registry.selectors.card import card_of
from alarm_registry.services import look_up_number, rotate_index_keys, withdraw_registration
from core.owner import as_owner
from core.rotation import RotationReport, rotate_all_keys, rotations
from tests import alarming, build
from tests.core.test_encryption import new_key
from tests.harness import databases

PEOPLE, SEARCHERS = 8, 3


def number_of(rank: int) -> str:
    return f"06 39 98 10 {rank:02}"


@pytest.fixture
def registrations(committed_db) -> list[Registration]:
    LookupLimits.objects.create(
        in_force_from=date(2020, 1, 2), in_five_minutes=500, in_an_hour=500, misses_in_an_hour=500, sequence=500,
        same_commune=500, pause_seconds=0,
    )  # fmt: skip
    referent = build.referent()
    return [
        alarming.a_registration(
            number_of(rank), f"02 61 91 01 {rank:02}", official=build.an_official(f"Inventée {rank}"), by=referent
        )
        for rank in range(PEOPLE)
    ]


@pytest.fixture
def both_keys(settings, registrations):
    """The settings after the first step: a new key of each kind in front, the old ones kept."""
    settings.ENCRYPTION_KEYS = [new_key("k2"), *settings.ENCRYPTION_KEYS]
    settings.TELEPHONE_INDEX_KEYS = [new_key("t2"), *settings.TELEPHONE_INDEX_KEYS]
    return settings


def rotated(*, batch: int) -> RotationReport:
    """As the command does: frozen rows are the owner's. Threads that are connected keep the application's role."""
    with as_owner():
        return rotate_all_keys(batch=batch)


class Searcher(Thread):
    """An operator who searches everybody, again and again, and reads the whole card."""

    def __init__(self, rank: int, over: Event) -> None:
        super().__init__()
        self.caller = alarming.caller(alarming.operator(email=f"op{rank}@portail.example"))
        self.over, self.searches, self.wrong = over, 0, []

    def run(self) -> None:
        try:
            while not self.over.is_set():
                for rank in range(PEOPLE):
                    self.search(number_of(rank), f"Anne Inventée {rank}")
        finally:
            connection.close()

    def search(self, number: str, name: str) -> None:
        try:
            found = look_up_number(number, caller=self.caller, forced=True)
            names = [(card.name, card.call_back.number) for card in (card_of(m.registration) for m in found.matches)]
        except Exception as error:  # noqa: BLE001 -- whatever it is, a search has failed
            self.wrong.append(repr(error))
            return
        self.searches += 1
        if names != [(name, number)]:
            self.wrong.append(f"{number}: {names}")


def searching(over: Event) -> list[Searcher]:
    searchers = [Searcher(rank, over) for rank in range(SEARCHERS)]
    for one in searchers:
        one.start()
    while not all(one.searches or one.wrong for one in searchers):
        sleep(0.01)
    return searchers


def test_searches_go_on_while_both_kinds_of_keys_change_by_batches(both_keys) -> None:
    over = Event()
    searchers = searching(over)
    before = [one.searches for one in searchers]
    try:
        report = rotated(batch=1)
    finally:
        over.set()
        for one in searchers:
            one.join()
    assert [one.wrong for one in searchers] == [[]] * SEARCHERS
    assert all(one.searches > count for one, count in zip(searchers, before, strict=True))
    assert not report.refused
    assert report.rotated["alarm_registry_registrationkey.wrapped"] == PEOPLE
    assert report.rotated["alarm_registry_numberindex.fingerprint"] == 2 * PEOPLE


def test_the_old_keys_are_needed_by_nothing_any_more(both_keys) -> None:
    rotated(batch=3)
    both_keys.ENCRYPTION_KEYS = both_keys.ENCRYPTION_KEYS[:1]
    both_keys.TELEPHONE_INDEX_KEYS = both_keys.TELEPHONE_INDEX_KEYS[:1]
    caller = alarming.caller(alarming.operator())
    for rank in range(PEOPLE):
        (match,) = look_up_number(number_of(rank), caller=caller).matches
        assert card_of(match.registration).places[0].row.town == "Olmes"
    assert set(NumberIndex.objects.values_list("key_name", flat=True)) == {"t2"}


def test_without_its_key_a_fingerprint_finds_nobody(registrations, settings) -> None:
    """The near miss: a rotation that was forgotten is seen, and the old key set back finds everybody again."""
    old = settings.TELEPHONE_INDEX_KEYS
    caller = alarming.caller(alarming.operator())
    settings.TELEPHONE_INDEX_KEYS = [new_key("t2")]
    assert not look_up_number(number_of(0), caller=caller).matches
    settings.TELEPHONE_INDEX_KEYS = [settings.TELEPHONE_INDEX_KEYS[0], *old]
    assert look_up_number(number_of(0), caller=caller).matches


def test_a_second_rotation_finds_nothing_to_do(both_keys) -> None:
    assert (rotate_index_keys(batch=5), rotate_index_keys(batch=5)) == (2 * PEOPLE, 0)


def test_what_is_registered_meanwhile_is_under_the_new_key(both_keys) -> None:
    alarming.a_registration("06 39 98 10 77", official=build.an_official("Tardive"))
    rotate_index_keys()
    assert set(NumberIndex.objects.values_list("key_name", flat=True)) == {"t2"}
    assert look_up_number("06 39 98 10 77", caller=alarming.caller(alarming.operator())).matches


def test_a_number_that_does_not_open_is_reported_and_stops_nobody(both_keys, owner_cursor) -> None:
    owner_cursor.execute(
        "UPDATE alarm_registry_registerednumber a SET number = b.number FROM alarm_registry_registerednumber b"
        " WHERE a.registration_id = b.registration_id AND a.rank = 1 AND b.rank = 2 AND a.registration_id ="
        " (SELECT id FROM alarm_registry_registration ORDER BY registered_at LIMIT 1)"
    )
    report = RotationReport()
    assert rotate_index_keys(batch=2, report=report) == 2 * PEOPLE - 1
    (refused,) = report.refused
    assert "alarm_registry_registerednumber|number" in refused
    assert "06 39" not in refused


def test_withdrawals_and_a_rotation_at_once_leave_neither_deadlock_nor_ghost(both_keys, registrations) -> None:
    failures: list[str] = []
    connected = Event()

    def withdraw() -> None:
        connection.ensure_connection()
        connected.set()
        for one in registrations[::2]:
            try:
                withdraw_registration(registration=one, actor=build.actor(one.registered_by))
            except Exception as error:  # noqa: BLE001 -- none is expected
                failures.append(repr(error))
        connection.close()

    leaving = Thread(target=withdraw)
    leaving.start()
    connected.wait()
    rotated(batch=1)
    leaving.join()
    rotated(batch=1)
    assert not failures
    assert NumberIndex.objects.filter(key_name="t2").count() == PEOPLE
    assert not NumberIndex.objects.exclude(key_name="t2").exists()


def test_the_command_changes_both_kinds_in_a_process_of_its_own(registrations, settings, worker_database) -> None:
    encryption = [new_key("k2"), *settings.ENCRYPTION_KEYS]
    index = [new_key("t2"), *settings.TELEPHONE_INDEX_KEYS]
    printed = databases.manage(
        "rotate_keys",
        database=worker_database,
        ENCRYPTION_KEYS=",".join(encryption),
        TELEPHONE_INDEX_KEYS=",".join(index),
    )
    assert f"alarm_registry_registrationkey.wrapped : {PEOPLE} valeur(s) refaite(s)" in printed
    assert f"alarm_registry_numberindex.fingerprint : {2 * PEOPLE} valeur(s) refaite(s)" in printed
    settings.ENCRYPTION_KEYS, settings.TELEPHONE_INDEX_KEYS = encryption[:1], index[:1]
    assert look_up_number(number_of(3), caller=alarming.caller(alarming.operator())).matches


def test_each_app_adds_its_rotation_once() -> None:
    assert rotations == [rotate_index_keys]
