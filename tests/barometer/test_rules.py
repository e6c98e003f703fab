"""The database refuses what the application's own role tries on a frozen month."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from barometer.models import FrozenFigure, FrozenMonth
from barometer.selectors import frozen_figures
from barometer.services import freeze_month
from tests.barometer.portal import MARCH, at, log

INSERT_MONTH = (
    "INSERT INTO barometer_frozenmonth"
    " (month, definition_version, unit, definitions, cut_off, frozen_at, total, sha256, transaction)"
    " VALUES (%s, 1, 'faits', 'mots', %s, %s, %s, %s, %s) RETURNING id"
)
INSERT_FIGURE = (
    "INSERT INTO barometer_frozenfigure (month_id, dimension, key, label, value) VALUES (%s, 'nature', %s, 'x', %s)"
)
AFTER = "2026-05-01 08:00+02"


def run(sql: str, *values: object) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0] if cursor.description else None


def sha(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def insert_month(month="2026-04-01", *, total=0, digest="0" * 64, cut_off=AFTER, number=0):
    return run(INSERT_MONTH, month, cut_off, cut_off, total, digest, number)


@pytest.fixture
def frozen(committed_db) -> FrozenMonth:
    with at(2026, 3, 10, 8):
        log()
    with at(2026, 4, 2, 8):
        return freeze_month(month=MARCH)[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE barometer_frozenmonth SET total = 3",
        "UPDATE barometer_frozenfigure SET value = 3",
        "DELETE FROM barometer_frozenfigure",
        "DELETE FROM barometer_frozenmonth",
        "TRUNCATE barometer_frozenmonth CASCADE",
        "ALTER TABLE barometer_frozenfigure DISABLE TRIGGER ALL",
        "DROP TRIGGER barometer_frozenfigure_rules ON barometer_frozenfigure",
    ],
)
def test_the_application_changes_nothing_of_a_frozen_month(frozen, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner|droit refusé"):
        run(statement)
    assert frozen_figures(MARCH).sha256 == frozen.sha256


@pytest.mark.parametrize("table", ["barometer_frozenmonth", "barometer_frozenfigure"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_even_the_owner_of_the_tables_is_refused(frozen, owner_cursor, table, statement):
    with pytest.raises(Exception, match="ne changent plus"):
        owner_cursor.execute(statement.format(table))


def test_a_frozen_month_does_not_grow_later(frozen):
    with pytest.raises(DatabaseError, match="ne reçoit plus de chiffre"):
        run(INSERT_FIGURE, frozen.pk, "late", 0)
    with pytest.raises(DatabaseError, match="ne reçoit plus de chiffre"):
        FrozenFigure.objects.create(month=frozen, dimension="nature", key="late", label="x", value=0)


def test_the_number_of_the_transaction_is_not_what_the_client_says(committed_db):
    with pytest.raises(DatabaseError, match="somme le total"), transaction.atomic():
        month = insert_month(number=-1)
        run(INSERT_FIGURE, month, "a", 1)  # accepted: same transaction, whatever number was given


def test_a_month_is_frozen_once(frozen):
    with pytest.raises(DatabaseError, match="unique"):
        insert_month("2026-03-01")


@pytest.mark.parametrize(("total", "value"), [(0, 1), (2, 1)])
def test_a_breakdown_that_does_not_add_up_to_the_total_is_refused(committed_db, total, value):
    digest = sha(f"2026-04-01|1|{total}", f"nature|a|x|{value}")
    with pytest.raises(DatabaseError, match="somme le total"), transaction.atomic():
        run(INSERT_FIGURE, insert_month(total=total, digest=digest), "a", value)
    assert not FrozenMonth.objects.exists()


def test_a_month_without_figures_is_refused(committed_db):
    with pytest.raises(DatabaseError, match="somme le total"), transaction.atomic():
        insert_month(digest=sha("2026-04-01|1|0"))


def test_a_fingerprint_of_other_figures_is_refused(committed_db):
    with pytest.raises(DatabaseError, match="empreinte"), transaction.atomic():
        run(INSERT_FIGURE, insert_month(total=1, digest=sha("2026-04-01|1|1", "nature|b|x|1")), "a", 1)


def test_a_month_that_keeps_every_rule_is_accepted(committed_db):
    """The near miss of the refusals above."""
    with transaction.atomic():
        run(INSERT_FIGURE, insert_month(total=1, digest=sha("2026-04-01|1|1", "nature|a|x|1")), "a", 1)
    assert FrozenMonth.objects.get().total == 1


def test_a_month_that_is_not_over_in_paris_is_refused(db):
    with pytest.raises(DatabaseError, match="quand il est terminé"), transaction.atomic():
        insert_month(cut_off="2026-04-30 21:59:59+00")
    with transaction.atomic():
        month = insert_month(cut_off="2026-04-30 22:00:00+00", digest=sha("2026-04-01|1|0", "nature|a|x|0"))
        run(INSERT_FIGURE, month, "a", 0)  # midnight in Paris


@pytest.mark.parametrize("given", [{"month": "2026-04-02"}, {"digest": "0" * 63}])
def test_a_month_is_named_by_its_first_day_and_carries_a_fingerprint(db, given):
    with pytest.raises(DatabaseError, match="frozen_month_"), transaction.atomic():
        insert_month(**{"month": "2026-04-01", "cut_off": "2026-06-01 08:00+02", **given})
