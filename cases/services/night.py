"""The nightly check tells the hierarchy, once a finding and a day. The page reads the same findings at any hour."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from cases.enums import TaskKind
from cases.selectors.night import night_check
from cases.services.tasks import notify_over, open_task
from core import clock

# Far above what one night may find: the job is bounded, and says when it was cut.
MOST = 5_000


def report_night_findings() -> int:
    """Open one task a finding for the hierarchy, and tell it each day that the finding lasts. Gives the count."""
    now = clock.now()
    count = 0
    for group in night_check(limit=MOST):
        for finding in group.findings:
            zone = finding.case.departement.zone
            today = clock.today(zone)
            # A finding that was put right and comes back another month asks again.
            task_key = f"night:{finding.key}:{today:%Y%m}"
            with transaction.atomic():
                open_task(
                    case=finding.case,
                    kind=TaskKind.OTHER,
                    title=f"Contrôle de nuit : {group.title[0].lower()}{group.title[1:]}",
                    role=Role.UNIT_HEAD,
                    due_at=max(now, datetime.combine(today, time(18), tzinfo=zone)) + timedelta(days=1),
                    path=finding.path,
                    dedupe_key=task_key,
                )
                notify_over(
                    case=finding.case,
                    roles=[Role.UNIT_HEAD],
                    text="le contrôle de nuit signale un point à régler",
                    path=reverse("vigilance:night_check"),
                    dedupe_key=f"{task_key}:{today:%d}",
                )
            count += 1
    return count
