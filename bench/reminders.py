"""`python -m bench.reminders`: the sweep of reminders over the terms of this database, and prints JSON.

A first sweep writes all that is already due; the next one finds nothing; then the portal's clock passes to the next
day, and the sweep of an ordinary day is measured.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from call_buttons.models import CallButtonGrant
    from core import clock

    # One offset for all three: a midnight would bring new reminders to a sweep that must find none.
    now = clock.now()
    with clock.replayed_at(now):
        report = {"grants": CallButtonGrant.objects.count(), "backlog": _sweep(), "idle": _sweep()}
    with clock.replayed_at(now + timedelta(days=1)):
        report |= {"day": _sweep(), "idle_again": _sweep()}
    json.dump(report, sys.stdout)


class _Counter:
    """Statements, and the grants whose rows were read."""

    def __init__(self) -> None:
        self.statements = self.batches = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            self.statements += 1
        self.batches += sql.startswith('INSERT INTO "call_buttons_callbuttonreminder" ')
        return execute(sql, params, many, context)


def _sweep() -> dict[str, float]:
    from django.db import connection

    from call_buttons.selectors import grants_to_remind
    from call_buttons.services import send_due_reminders

    due = grants_to_remind().count()
    counter = _Counter()
    started = time.perf_counter()
    with connection.execute_wrapper(counter):
        reminders = send_due_reminders()
    seconds = time.perf_counter() - started
    selection = 3  # the départements, their closed days, which grants miss something
    return {
        "grants_due": due,
        "reminders": reminders,
        "seconds": round(seconds, 3),
        "ms_per_reminder": round(seconds * 1000 / reminders, 3) if reminders else 0.0,
        "statements": counter.statements,
        "batches": counter.batches,
        "statements_per_batch": round((counter.statements - selection) / counter.batches, 2) if counter.batches else 0,
    }


if __name__ == "__main__":
    main()
