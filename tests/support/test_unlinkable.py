"""No join leads from a slip to an account, an address or a case: with every right on the database, the sessions, the
journal, the outbox, Redis and the logs. Two runs that differ only by who writes give the same rows but for chance.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
import redis
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from core import clock
from core.jobs import find_job
from core.models import JournalEntry
from support.models import Slip, SupportCount
from support.services.answering import confirm_meeting
from support.services.slips import cancel, open_by_code, shuffle_slips
from support.tasks import shuffle
from tests import build
from tests.support.slipping import a_desk, a_slip, in_days, left

pytestmark = pytest.mark.django_db
OURS = {"support_slip", "support_supportcount", "support_supportdelay"}
# Chance, and nothing else, makes these.
RANDOM = {"support_slip": {"id", "locator", "code_box", "desk_box", "content"}, "support_supportcount": {"id"}}


def every_table() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [name for (name,) in cursor.fetchall() if name != "django_migrations"]
        found = {}
        for name in names:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{name}" t ORDER BY 1')  # names of the catalogue
            found[name] = [text for (text,) in cursor.fetchall()]
    return found


def every_key() -> set[bytes]:
    return set(redis.Redis.from_url(settings.REDIS_URL).keys("*"))


def without_chance(name: str, text: str) -> dict[str, object]:
    return {key: value for key, value in json.loads(text).items() if key not in RANDOM.get(name, ())}


def changes(client: Client) -> tuple[dict[str, list[dict[str, object]]], dict[str, list[str]]]:
    """What leaving a slip, reading it and moving it change in every table, then as it was written."""
    before, keys = every_table(), every_key()
    code = left(client)
    mine = reverse("support:my_slip")
    client.get(reverse("support:talk"))
    client.post(mine, {"act": "open", "code": code})
    client.post(mine, {"act": "move", "code": code, "parts": ["morning"]})
    client.post(mine, {"act": "open", "code": "0000-0000-0000-0000"})
    after = every_table()
    assert every_key() == keys
    changed = {name: sorted(set(rows) - set(before[name])) for name, rows in after.items()}
    assert all(set(before[name]) <= set(after[name]) for name in after if name not in OURS)
    changed = {name: rows for name, rows in changed.items() if rows}
    return {name: [without_chance(name, row) for row in rows] for name, rows in changed.items()}, changed


def test_two_runs_that_differ_by_who_writes_leave_the_same_rows(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    a_desk()
    official = build.posted(Role.OFFICIAL, email="elue@mairie.example")
    runs = []
    for signed_in in (False, True):
        client = Client(
            REMOTE_ADDR="198.51.100.77" if signed_in else "203.0.113.9",
            headers={"User-Agent": f"Navigateur-{signed_in}", "X-Forwarded-For": "198.51.100.78"},
        )
        if signed_in:
            client.force_login(official)
        caplog.clear()
        point = transaction.savepoint()
        runs.append(changes(client))
        transaction.savepoint_rollback(point)
        assert "soutien" not in caplog.text
        assert not [
            record for record in caplog.records if record.name.startswith(("django.request", "django_structlog"))
        ]
    assert runs[0][0] == runs[1][0]
    assert set(runs[0][0]) <= OURS
    for trace in ("198.51.100.7", "203.0.113.9", "Navigateur", "besoin d'en", "elue@"):
        assert trace not in json.dumps(runs[1][1])


def test_a_dump_holds_neither_the_nickname_nor_the_code_nor_the_hour() -> None:
    desk = a_desk()
    code = a_slip(nickname="Zibeline", words="Mes nuits sont courtes.", departement="974")
    confirm_meeting(desk=desk, slip_id=open_by_code(code).id, moment=in_days(3), words="À la permanence bleue.")
    dump = json.dumps(every_table())
    for told in ("Zibeline", "Mes nuits sont", "permanence bleue", code, code.replace("-", ""), desk.private.hex()):
        assert told not in dump
        assert told.encode().hex() not in dump
    columns = {field.name: field.get_internal_type() for field in Slip._meta.fields}
    assert set(columns.values()) == {"UUIDField", "BinaryField", "DateField"}
    assert not [field for field in Slip._meta.fields if field.is_relation]
    assert not [field for model in (Slip, SupportCount) for field in model._meta.related_objects]


def rows() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, id::text FROM support_slip ORDER BY ctid")
        return cursor.fetchall()


def test_after_each_write_every_row_has_one_transaction_and_a_place_of_chance(committed_db: None) -> None:
    a_desk()
    places = []
    made: list[str] = []
    for number in range(12):
        code = a_slip(nickname=f"Arbre {number}")
        made.append(str(open_by_code(code).id))
        assert len({xmin for xmin, _ in rows()}) == 1
    for _ in range(3):
        shuffle_slips()
        places.append([key for _, key in rows()])
        assert len({xmin for xmin, _ in rows()}) == 1
        assert sorted(places[-1]) == sorted(made)
    # By chance equal once in 12! = 479,001,600 times.
    assert made not in places
    assert places[0] != places[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM support_supportcount")
        assert cursor.fetchone() == (1,)
    cancel(code=code)
    assert len({xmin for xmin, _ in rows()}) == 1


def test_the_applications_role_writes_slips_by_the_function_alone() -> None:
    a_desk()
    a_slip()
    for table in sorted(OURS):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id", f"TRUNCATE {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Slip.objects.bulk_create([Slip(locator=b"l" * 32)])
    assert Slip.objects.count() == 1


def test_the_journal_knows_of_no_slip(django_capture_on_commit_callbacks) -> None:
    desk = a_desk()
    before = JournalEntry.objects.count()
    code = left(Client())
    slip = open_by_code(code).id
    confirm_meeting(desk=desk, slip_id=slip, moment=in_days(2), words="")
    cancel(code=code)
    assert JournalEntry.objects.count() == before


def test_the_administrators_pages_list_no_slip() -> None:
    desk = a_desk()
    slip = open_by_code(a_slip(nickname="Tilleulargenté")).id
    confirm_meeting(desk=desk, slip_id=slip, moment=in_days(2), words="")
    for role in (Role.ADMINISTRATOR, Role.CALAE_ANALYST, Role.DECIDER):
        client = Client()
        client.force_login(build.posted(role, email=f"{role}@portail.example"))
        for name in (
            "home",
            "operations:journal",
            "operations:outbox",
            "operations:jobs",
            "cases:list",
            "officials:search",
        ):
            page = client.get(reverse(name), {"q": "Tilleulargenté"}).content.decode()
            assert "<td>Tilleul" not in page
            assert str(slip) not in page


def test_the_job_erases_what_expired_and_says_no_number() -> None:
    a_desk()
    a_slip()
    job = find_job("support_slips")
    assert job is not None
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert not any(sign.isdigit() for sign in shuffle())
    assert not Slip.objects.exists()


def test_emptying_redis_loses_no_slip() -> None:
    a_desk()
    code = a_slip()
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    assert Client().post(reverse("support:my_slip"), {"act": "open", "code": code}).status_code == 200
