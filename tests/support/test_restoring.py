"""What is lost beside the database loses no slip, and what is put back in it brings back none that has expired."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
import time_machine
from django.conf import settings
from django.db import OperationalError, connection, transaction

from core import clock
from core.owner import as_owner
from support.models import Slip
from support.selectors.slips import slips_of
from support.services.errors import WrongCode
from support.services.slips import cancel, open_by_code, shuffle_slips
from support.services.writing import wait_for_slips, write_slips
from tests.support.slipping import a_desk, a_slip

COLUMNS = ", ".join(field.column for field in Slip._meta.fields)


def backup() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM support_slip")
        return cursor.fetchall()


def restore(rows: list[tuple]) -> None:
    """As a backup is put back: by the owner, whatever is there now."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM support_slip")
        cursor.executemany(
            f"INSERT INTO support_slip ({COLUMNS}) VALUES ({', '.join(['%s'] * len(Slip._meta.fields))})", rows
        )


def test_a_backup_put_back_opens_to_the_codes_it_had(committed_db: None) -> None:
    desk = a_desk()
    code = a_slip()
    kept = backup()
    cancel(code=code)
    assert not Slip.objects.exists()
    restore(kept)
    assert open_by_code(code).content.nickname == "Tilleul"
    assert len(list(slips_of(desk))) == 1


def test_a_backup_put_back_after_the_term_resurrects_nothing(committed_db: None) -> None:
    desk = a_desk()
    code = a_slip()
    kept = backup()
    with time_machine.travel(clock.real_now() + timedelta(days=32), tick=True):
        shuffle_slips()
        assert not Slip.objects.exists()
        restore(kept)
        # Before any job has run: reading refuses it by itself.
        with pytest.raises(WrongCode):
            open_by_code(code)
        assert list(slips_of(desk)) == []
        shuffle_slips()
        assert not Slip.objects.exists()


def test_redis_emptied_loses_no_slip(committed_db: None) -> None:
    a_desk()
    code = a_slip()
    with redis.Redis.from_url(settings.REDIS_URL) as queue:
        queue.flushdb()
    assert open_by_code(code).content.nickname == "Tilleul"


def test_a_process_killed_while_it_writes_loses_no_slip(committed_db: None) -> None:
    """The rewriting deletes every row before it puts them back: all of it is there, or none."""
    a_desk()
    code = a_slip()
    with pytest.raises(OperationalError), transaction.atomic():
        wait_for_slips()
        write_slips()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert open_by_code(code).content.nickname == "Tilleul"
