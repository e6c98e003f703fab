"""`python -m bench.alarm_rotation`: how many records a second `rotate_keys` renews, and how many an encryption and an
update alone would, in the same batches; prints JSON. On a copy of the measured database: it ends with other keys.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

import django

from bench.alarm_load import with_new_keys
from dev.places import ROOT

BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20, help="durée de chaque mesure")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "calae_portal.settings"
    os.environ |= with_new_keys()
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    django.setup()
    rotated = rotation_a_second(options.seconds)
    alone = update_a_second(options.seconds)
    json.dump({"rotated": round(rotated), "alone": round(alone)}, sys.stdout)


def rotation_a_second(seconds: float) -> float:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "rotate_keys"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not (first := _renewed()) and process.poll() is None:
            time.sleep(0.1)
        if process.poll():
            raise SystemExit(f"rotate_keys s'est arrêté (code {process.returncode}).")
        started = time.monotonic()
        while time.monotonic() - started < seconds and process.poll() is None:
            time.sleep(0.1)
        return (_renewed() - first) / (time.monotonic() - started)
    finally:
        process.kill()
        process.wait()


def _renewed() -> int:
    """Records whose key is wrapped by the new key of the ring."""
    from alarm_registry.models import RegistrationKey
    from core.encryption import current_prefix

    return RegistrationKey.objects.filter(wrapped__startswith=current_prefix()).count()


def update_a_second(seconds: float) -> float:
    """Nothing is read, opened or locked: one encryption a row, and the update of a batch."""
    from django.db import connection, transaction

    from alarm_registry.models import RegistrationKey
    from core import encryption

    column = RegistrationKey._meta.get_field("wrapped")
    keys = list(RegistrationKey.objects.order_by("-pk").values_list("pk", flat=True)[: 200 * BATCH])
    sample: Any = "x" * 44
    done, started = 0, time.monotonic()
    for first in range(0, len(keys), BATCH):
        if time.monotonic() - started > seconds:
            break
        batch = keys[first : first + BATCH]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.key_rotation', 'on', true)")
            cursor.executemany(
                f"UPDATE {RegistrationKey._meta.db_table} SET wrapped = %s WHERE id = %s",  # noqa: S608
                [(encryption.encrypt(sample, place=column.place(key)), key) for key in batch],
            )
        done += len(batch)
    return done / (time.monotonic() - started)


if __name__ == "__main__":
    main()
