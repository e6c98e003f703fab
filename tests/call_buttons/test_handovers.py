"""A device goes into somebody's hands at the counter, follows the person, and comes back."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from accounts.models import User
from call_buttons.enums import DeviceState, Truth
from call_buttons.models import CallButtonDevice, CallButtonHandover
from call_buttons.selectors.devices import device_of
from call_buttons.services import (
    ActRefused,
    Contacts,
    TestCall,
    change_contacts,
    declare_device,
    hand_over_device,
    log_activation,
)
from cases.models import CaseTask
from cases.selectors import my_tasks
from cases.services import close_case
from core import clock
from tests import build, handing

pytestmark = pytest.mark.django_db


def settle() -> None:
    """What the end of a transaction checks."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def in_stock(departement: str = "45") -> int:
    return CallButtonDevice.objects.in_stock().filter(holder=departement).count()


def renewed(grant):
    threat = grant.case.threats.get()
    build.start_again(threat)
    build.validated(threat)
    return build.granted(build.a_request(threat=threat))


def test_a_handover_takes_one_device_from_the_stock_and_plans_the_next_test() -> None:
    handing.devices(5)
    third = CallButtonDevice.objects.get(number=3)
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over(build.granted(), third)
        settle()
        task = my_tasks(handover.handed_by).get(title="Faire l'essai mensuel de l'appareil")
    assert in_stock() == 4
    third.refresh_from_db()
    assert (third.state, third.label) == (DeviceState.HANDED_OVER, "45-003")
    test = handover.tests.get()
    assert (test.outcome, test.delay_seconds) == ("ok", 18)
    assert task.due_at == build.at(2026, 2, 13, 23, 59)
    assert [one.position for one in handover.recipients.all()] == [1, 2]
    event = handover.grant.case.events.filter(sentence__startswith="Appareil remis").get()
    assert event.sentence == "Appareil remis (montre). Premier essai : réussi en 18 s."


def test_recording_a_test_moves_the_task_thirty_days_on() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over()
    with time_machine.travel(build.at(2026, 2, 10), tick=False):
        handing.tried(handover)
        handing.tried(handover)
        waiting = CaseTask.objects.waiting().filter(dedupe_key__startswith="device-test:")
        assert [task.due_at for task in waiting] == [build.at(2026, 3, 12, 23, 59)]
        done = CaseTask.objects.filter(done_at__isnull=False, dedupe_key__startswith="device-test:")
        assert {task.outcome for task in done} == {"Essai réussi en 18 s."}


def test_the_next_test_is_a_day_of_the_place() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    with time_machine.travel(build.at(2026, 1, 14, 23, 30), tick=False):  # the 15th in Réunion
        referent = build.referent(unit)
        grant = build.granted(
            build.a_request(threat=build.a_threat(user=referent)), by=build.decider(departement_code="974")
        )
        handover = handing.handed_over(grant, by=referent)
    assert f"{handover.next_test_on:%d/%m/%Y}" == "14/02/2026"


def test_a_failed_test_says_to_replace_the_device_by_tomorrow() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over(test=handing.FAILED)
        task = CaseTask.objects.waiting().get(dedupe_key__startswith="device-test:")
        assert (task.title, task.due_at) == (
            "Remplacer l'appareil ou refaire son essai", build.at(2026, 1, 15, 23, 59),
        )  # fmt: skip
        assert handover.is_to_replace
        assert device_of(handover.official).last_test_failed
        handing.tried(handover)
        handover.refresh_from_db()
    assert not handover.is_to_replace


@pytest.mark.parametrize(
    ("test", "field"),
    [
        (TestCall("ok", None), "delay_seconds"),
        (TestCall("ok", 601), "delay_seconds"),
        (TestCall("failed", note=" "), "test_note"),
    ],
)
def test_a_test_that_says_nothing_leaves_the_device_in_stock(test: TestCall, field: str) -> None:
    device = handing.a_device()
    with pytest.raises(ActRefused) as refusal:
        handing.handed_over(device=device, test=test)
    assert refusal.value.field == field
    assert in_stock() == 1
    assert not CallButtonHandover.objects.exists()


def test_a_handover_without_anybody_to_call_is_refused() -> None:
    with pytest.raises(ActRefused, match="au moins une personne"):
        handing.handed_over(contacts=Contacts([]))
    assert not CallButtonHandover.objects.exists()


def test_a_device_is_handed_over_for_a_protection_that_runs_or_begins_within_a_week() -> None:
    handing.devices(2)
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        grant = build.granted()
    with time_machine.travel(build.at(2026, 4, 2), tick=False):
        coming = renewed(grant)
        with pytest.raises(ActRefused, match="commence le 15/04/2026"):
            handing.handed_over(coming)
    with time_machine.travel(build.at(2026, 4, 8), tick=False):
        assert handing.handed_over(coming).is_open
    with time_machine.travel(build.at(2026, 7, 16), tick=False), pytest.raises(ActRefused, match="a pris fin"):
        handing.handed_over(coming)


def test_nobody_has_two_devices() -> None:
    handing.devices(2)
    handover = handing.handed_over()
    with pytest.raises(ActRefused, match="a déjà l'appareil 45-001"):
        handing.handed_over(handover.grant)


def test_a_faulty_device_and_one_of_another_prefecture_are_not_handed_over() -> None:
    handing.a_device()
    elsewhere, faulty = handing.a_device("974"), handing.a_device()
    by = handing.signed(User.objects.filter(postings__role="instructor", postings__departement="45").first())
    declare_device(device=faulty, to=DeviceState.FAULTY, why="Écran noir.", **by)
    grant = build.granted()
    for device in (elsewhere, faulty):
        with pytest.raises(ActRefused, match="n'est plus en stock dans cette préfecture"):
            handing.handed_over(grant, device)


def test_the_device_follows_the_person_from_a_protection_to_the_next() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over()
    with time_machine.travel(build.at(2026, 4, 2), tick=False):
        renewal = renewed(handover.grant)
    handover.refresh_from_db()
    assert (handover.grant, handover.first_grant) == (renewal, renewal.previous)
    for day, out in (((2026, 4, 20), 0), ((2026, 7, 15, 23, 59), 0), ((2026, 7, 16, 0, 1), 1)):
        with time_machine.travel(build.at(*day), tick=False):
            assert CallButtonHandover.objects.to_return().count() == out
            assert device_of(handover.official).is_to_return == bool(out)


def test_the_end_is_that_of_the_place() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    with time_machine.travel(build.at(2026, 2, 16, zone="Indian/Reunion"), tick=False):
        referent = build.referent(unit)
        by = build.decider(departement_code="974")
        grant = build.granted(build.a_request(threat=build.a_threat(user=referent)), by=by)
        handing.handed_over(grant, by=referent)
    with time_machine.travel(build.at(2026, 5, 16, 21, 59), tick=False):
        assert not CallButtonHandover.objects.to_return().exists()
    with time_machine.travel(build.at(2026, 5, 16, 22, 0), tick=False):
        assert CallButtonHandover.objects.to_return().exists()


@pytest.mark.parametrize(("works", "state", "stock"), [(True, "in_stock", 1), (False, "faulty", 0)])
def test_a_return_puts_the_device_back_in_stock_or_aside(works: bool, state: str, stock: int) -> None:
    handover = handing.handed_over()
    handing.returned(handover, works=works, note="" if works else "Ne charge plus.")
    settle()
    handover.device.refresh_from_db()
    assert (handover.device.state, in_stock()) == (state, stock)
    assert not CaseTask.objects.waiting().filter(dedupe_key__startswith="device-").exists()
    with pytest.raises(ActRefused, match="plus entre les mains"):
        handing.tried(handover)
    with pytest.raises(ActRefused, match="plus entre les mains"):
        handing.returned(handover)


def test_a_broken_device_is_not_returned_without_a_word() -> None:
    with pytest.raises(ActRefused, match="ce qui ne va pas"):
        handing.returned(handing.handed_over(), works=False)


def test_a_lost_device_is_replaced_and_may_be_found() -> None:
    handing.devices(2)
    handover = handing.lost(handing.handed_over())
    settle()
    again = handing.handed_over(handover.grant)
    assert again.device.label == "45-002"
    by = handing.signed(User.objects.filter(postings__role="instructor").first())
    found = declare_device(device=handover.device, to=DeviceState.IN_STOCK, why="Retrouvée.", **by)
    assert [event.to_state for event in found.events.order_by("version")] == [
        "in_stock", "handed_over", "lost", "in_stock",
    ]  # fmt: skip


def test_a_false_alarm_is_often_known_later() -> None:
    handover = handing.handed_over()
    first = handing.pressed(handover)
    handing.pressed(handover, Truth.FALSE, at=first.at, settles=first)
    first.refresh_from_db()
    with pytest.raises(ActRefused, match="déjà précisée"):
        log_activation(
            handover=handover, at=first.at, truth=Truth.REAL, account="Non.", settles=first,
            **handing.signed(handover.handed_by),
        )  # fmt: skip
    sentences = handover.grant.case.events.filter(sentence__startswith="Déclenchement").values_list("sentence")
    assert sentences.count() == 2


def test_an_activation_is_of_the_time_when_the_person_had_the_device() -> None:
    handover = handing.handed_over()
    for at in (handover.handed_at - timedelta(hours=1), clock.now() + timedelta(hours=1)):
        with pytest.raises(ActRefused) as refusal:
            handing.pressed(handover, at=at)
        assert refusal.value.field == "at"


def test_two_people_who_change_the_recipients_do_not_undo_each_other() -> None:
    handover = handing.handed_over()
    by = handing.signed(handover.handed_by)
    only = Contacts(handing.RECIPIENTS[:1])
    change_contacts(handover=handover, version=handover.version, contacts=only, **by)
    with pytest.raises(ActRefused, match="pendant votre saisie"):
        change_contacts(handover=handover, version=handover.version, contacts=handing.CONTACTS, **by)
    handover.refresh_from_db()
    assert handover.recipients.filter(number=handover.recipients_list).count() == 1
    assert handover.recipients.count() == 3


def test_a_file_is_not_closed_while_its_device_is_out() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over()
    with time_machine.travel(build.at(2026, 5, 14), tick=False):
        case = handover.grant.case
        by = handing.signed(handover.handed_by)
        with pytest.raises(ActRefused, match="n'est pas rendu"):
            close_case(case=case, reason="Fin du danger.", **by)
        handing.returned(handover)
        assert close_case(case=case, reason="Fin du danger.", **by).state == "closed"


def test_the_receipt_is_signed_once() -> None:
    handover = handing.signed_receipt(handing.handed_over())
    assert handover.signer_name == "Anne Inventée"
    with pytest.raises(ActRefused, match="déjà signé"):
        handing.signed_receipt(handover)


def test_a_handover_is_refused_where_the_stock_left_meanwhile() -> None:
    device = handing.a_device()
    first = build.granted()
    threat = build.a_threat(user=first.case.threats.get().logged_by, official=build.an_official("Voisine"))
    grant = build.granted(build.a_request(threat=threat))
    handing.handed_over(first, device)
    with pytest.raises(ActRefused, match="n'a plus d'appareil en stock"):
        hand_over_device(
            grant=grant, device=device, contacts=handing.CONTACTS, test=handing.OK,
            **handing.signed(threat.logged_by),
        )  # fmt: skip
