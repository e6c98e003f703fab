"""What the application's SQL role cannot do to a device or a handover, even by raw SQL."""

import pytest
import time_machine
from django.db import Error, connection, transaction

from call_buttons.models import CallButtonActivation, CallButtonHandover, CallButtonTest
from tests import build, handing
from tests.call_buttons.test_database_rules import copy_of, refused

pytestmark = pytest.mark.django_db
HANDOVER = "call_buttons_callbuttonhandover"
DEVICE = "call_buttons_callbuttondevice"


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def inserted(handover: CallButtonHandover, **changes: str) -> str:
    sql, pk = copy_of(HANDOVER, CallButtonHandover, handover.pk, id="gen_random_uuid()", **changes)
    return refused(sql, pk)


def test_a_device_and_a_person_are_in_one_open_handover() -> None:
    handover = handing.handed_over()
    other = handing.a_device()
    assert "stock" in inserted(handover)
    assert "handover_one_of_person" in inserted(handover, device_id=f"'{other.pk}'")


def test_the_uniqueness_holds_by_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'handover_one_of_device'")
        assert "UNIQUE" in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"handed_at": "handed_at + interval '200 days'"}, "protection en cours"),
        ({"handed_at": "handed_at - interval '9 days'"}, "protection en cours"),
        ({"official_id": "(SELECT id FROM officials_official WHERE last_name = 'Autre')"}, "à la personne"),
        ({"device_id": f"(SELECT id FROM {DEVICE} WHERE owner_id = '974')"}, "stock de la préfecture"),
        ({"ended_at": "now()", "ended_by_id": "handed_by_id", "ended_as": "'working'"}, "commence ouverte"),
    ],
)
def test_a_handover_is_of_a_running_protection_by_a_device_of_its_prefecture(changes: dict, said: str) -> None:
    handover = handing.returned(handing.handed_over())
    handing.a_device("974")
    build.an_official("Autre")
    reopened = {"ended_at": "NULL", "ended_by_id": "NULL", "ended_as": "''", "first_grant_id": "grant_id"}
    assert said in inserted(handover, **(reopened | changes))


def test_a_handover_has_a_recipient_and_a_first_test() -> None:
    handover = handing.returned(handing.handed_over())
    reopened = {"ended_at": "NULL", "ended_by_id": "NULL", "ended_as": "''"}
    sql, pk = copy_of(HANDOVER, CallButtonHandover, handover.pk, id="gen_random_uuid()", **reopened)
    with pytest.raises(Error, match="premier essai"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [pk])
        cursor.execute("SET CONSTRAINTS call_buttons_handover_whole IMMEDIATE")


@pytest.mark.parametrize(
    "column", ["handed_at = now()", "handed_by_id = handed_by_id + 1", "device_id = gen_random_uuid()"]
)
def test_what_a_handover_says_of_its_day_does_not_change(column: str) -> None:
    handing.handed_over()
    assert "ne change pas" in refused(f"UPDATE {HANDOVER} SET {column}")


def test_a_handover_that_ended_never_changes_and_none_is_deleted() -> None:
    handover = handing.handed_over()
    refused(f"DELETE FROM {HANDOVER}")
    handing.returned(handover)
    assert "ne change plus" in refused(f"UPDATE {HANDOVER} SET version = version + 1")
    assert "ne change plus" in refused(f"UPDATE {HANDOVER} SET ended_at = NULL, ended_by_id = NULL, ended_as = ''")


def test_a_loss_has_its_day_and_its_circumstances() -> None:
    handing.handed_over()
    end = "ended_at = now(), ended_by_id = handed_by_id"
    assert "handover_end_is_whole" in refused(f"UPDATE {HANDOVER} SET {end}, ended_as = 'lost'")
    assert "handover_end_is_whole" in refused(f"UPDATE {HANDOVER} SET {end}")


def test_a_handover_follows_its_person_only() -> None:
    handover = handing.handed_over()
    user = handover.grant.case.threats.get().logged_by
    build.granted(build.a_request(threat=build.a_threat(user=user, official=build.an_official("Autre"))))
    other = "(SELECT id FROM call_buttons_callbuttongrant WHERE id <> grant_id)"
    assert "même personne" in refused(f"UPDATE {HANDOVER} SET grant_id = {other}")


def test_the_state_of_a_device_agrees_with_its_handover() -> None:
    handover = handing.handed_over()
    settle()
    assert "quelqu'un l'a en main" in refused(
        f"UPDATE {HANDOVER} SET ended_at = now(), ended_by_id = handed_by_id, ended_as = 'working'"
    )
    assert refused(f"UPDATE {DEVICE} SET state = 'in_stock', version = version + 1 WHERE id = %s", handover.device_id)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("state = 'handed_over', version = version + 1", "l'a en main"),
        ("state = 'lost'", "rang"),
        ("serial = 'AUTRE1', version = version + 1", "ne changent pas"),
        ("number = 99, version = version + 1", "ne changent pas"),
        ("holder_id = '974', version = version + 1", "par un prêt"),
        ("paired_with = 'x', version = version + 1", "historique"),
    ],
)
def test_a_device_changes_by_its_rules_and_in_its_history(change: str, said: str) -> None:
    handing.a_device()
    assert said in refused(f"UPDATE {DEVICE} SET {change}")


def test_the_table_of_transitions_is_that_of_the_database() -> None:
    device = handing.a_device()
    handing.lost(handing.handed_over(device=device))
    settle()
    assert "cet état" in refused(f"UPDATE {DEVICE} SET state = 'handed_over', version = version + 1")
    assert "cet état" in refused(f"UPDATE {DEVICE} SET state = 'on_the_way', version = version + 1")
    refused(f"DELETE FROM {DEVICE}")


def test_a_serial_is_plain_and_unique_and_a_number_once_in_its_prefecture() -> None:
    device = handing.a_device()
    new = {"id": "gen_random_uuid()"}
    for changes, said in (
        ({"number": "7"}, "serial"),
        ({"serial": "'AUTRE1'"}, "device_number_once"),
        ({"serial": "'bx-1'", "number": "7"}, "device_serial_is_plain"),
        ({"serial": "'AUTRE1'", "number": "7", "state": "'lost'"}, "entre en stock"),
    ):
        sql, pk = copy_of(DEVICE, type(device), device.pk, **new, **changes)
        assert said in refused(sql, pk)


@pytest.mark.parametrize("table", ["deviceevent", "recipient", "test", "activation", "devicerules"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_happened_is_append_only(table: str, act: str) -> None:
    handing.pressed(handing.handed_over())
    refused(act.format(f"call_buttons_callbutton{table}"))


@pytest.mark.parametrize(
    "changes",
    [
        {"delay_seconds": "601"},
        {"delay_seconds": "NULL"},
        {"outcome": "'failed'"},
        {"outcome": "'failed'", "delay_seconds": "NULL"},
    ],
)
def test_a_test_says_what_happened(changes: dict[str, str]) -> None:
    test = handing.handed_over().tests.get()
    sql, pk = copy_of("call_buttons_callbuttontest", CallButtonTest, test.pk, id="gen_random_uuid()", **changes)
    assert "test_says_what_happened" in refused(sql, pk)


def test_nothing_is_tested_or_called_once_the_device_is_back() -> None:
    handover = handing.returned(handing.handed_over())
    for table, model, row in (
        ("test", CallButtonTest, handover.tests.get()),
        ("recipient", type(handover.recipients.first()), handover.recipients.first()),
    ):
        sql, pk = copy_of(f"call_buttons_callbutton{table}", model, row.pk, id="gen_random_uuid()")
        assert "plus entre les mains" in refused(sql, pk)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"at": "at - interval '2 days'"}, "entre la remise"),
        ({"at": "at + interval '1 day'"}, "entre la remise"),
        ({"settles_id": "id", "truth": "'unknown'"}, "On ne précise"),
        ({"settles_id": "id", "truth": "'real'", "at": "at - interval '1 second'"}, "On ne précise"),
    ],
)
def test_an_activation_is_of_its_time_and_settled_once(changes: dict[str, str], said: str) -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        handover = handing.handed_over()
    with time_machine.travel(build.at(2026, 1, 15), tick=False):
        row = handing.pressed(handover)
    sql, pk = copy_of(
        "call_buttons_callbuttonactivation", CallButtonActivation, row.pk, id="gen_random_uuid()", **changes
    )
    assert said in refused(sql, pk)


def test_a_loan_is_of_the_owner_to_another_and_once_at_a_time() -> None:
    loan = handing.lent()
    table = "call_buttons_callbuttonloan"
    sql, pk = copy_of(table, type(loan), loan.pk, id="gen_random_uuid()")
    assert "loan_one_open" in refused(sql, pk)
    sql, pk = copy_of(table, type(loan), loan.pk, id="gen_random_uuid()", lender_id="'974'", borrower_id="'45'")
    assert "qui est à elle" in refused(sql, pk)
    sql, pk = copy_of(table, type(loan), loan.pk, id="gen_random_uuid()", borrower_id="'45'")
    assert "loan_to_another" in refused(sql, pk)
    assert "ne change pas" in refused(f"UPDATE {table} SET until = until + 1")
    refused(f"DELETE FROM {table}")


def test_one_alert_at_a_time_for_a_prefecture_and_a_closed_one_stays_so() -> None:
    build.granted()
    table = "call_buttons_callbuttonstockalert"
    assert "stock_alert_one_open" in refused(
        f"INSERT INTO {table} (id, departement_id, opened_at) VALUES (gen_random_uuid(), '45', now())"
    )
    handing.a_device()
    assert "ne change plus" in refused(f"UPDATE {table} SET closed_at = NULL")
