"""The rows of the operator and of the supervisor of the 17, and what fills their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta

from accounts.models import User
from alarm_registry.enums import AlertKind
from alarm_registry.models import Lookup, LookupAlert, LookupSample
from alarm_registry.services.alerts import raise_alert
from core import clock
from tests import alarming

OPERATOR, SUPERVISORS = ("operator",), ("supervisor", "supervisor_974")


def _same(personas: tuple[str, ...], get: int, post: int) -> tuple[dict[str, int], dict[str, int]]:
    return dict.fromkeys(personas, get), dict.fromkeys(personas, post)


def _of_my_centre(get: int, post: int) -> tuple[dict[str, int], dict[str, int]]:
    return {"supervisor": get, "supervisor_974": 404}, {"supervisor": post, "supervisor_974": 404}


SUPERVISING = {
    "alarm_registry:search": _same(OPERATOR, 200, 422),
    "alarm_registry:search_name": _same(OPERATOR, 200, 422),
    "alarm_registry:choose": _same(OPERATOR, 405, 404),
    "alarm_registry:handled": _same(OPERATOR, 405, 404),
    "alarm_registry:supervision": _same(SUPERVISORS, 200, 405),
    "alarm_registry:alert": _of_my_centre(200, 422),
    "alarm_registry:sample": _of_my_centre(200, 422),
    "alarm_registry:limits": _same(("administrator",), 200, 422),
}


@dataclass
class Supervised:
    alert: LookupAlert
    sample: LookupSample

    @classmethod
    def made(cls, operator: User, shown: Any) -> Supervised:
        """An open alert, and a consultation of last month to confirm."""
        alert = raise_alert(alarming.caller(operator), AlertKind.VOLUME, 31)
        caller = alarming.caller(operator)
        at = clock.now() - relativedelta(months=1)
        lookup = Lookup.objects.create(
            at=at,
            operator=operator,
            asked_by=caller.actor.label,
            departement=caller.departement,
            kind="number",
            last_digits="01",
            found=1,
            shown=shown,
        )
        month = at.astimezone(caller.departement.zone).date().replace(day=1)
        return cls(
            alert, LookupSample.objects.create(month=month, departement=caller.departement, rank=1, lookup=lookup)
        )

    def arguments(self) -> dict[str, list[Any]]:
        return {"alarm_registry:alert": [self.alert.pk], "alarm_registry:sample": [self.sample.pk]}
