"""The rows of the counter of « Alarme élu » and of the person's own page, and what fills their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from alarm_registry.models import Absence, Correction, Registration
from officials.models import Official
from tests import alarming

HERE, ELSEWHERE = ("referent", "head"), ("referent_elsewhere", "head_974")
OFFICIALS = ("official", "other_official")


def _anywhere(get: int, post: int) -> tuple[dict[str, int], dict[str, int]]:
    everybody = (*HERE, *ELSEWHERE)
    return dict.fromkeys(everybody, get), dict.fromkeys(everybody, post)


def _where_a_unit_is(get: int, post: int) -> tuple[dict[str, int], dict[str, int]]:
    """In this small world no unit of Réunion could register anybody."""
    found = _anywhere(get, post)
    return found[0] | {"head_974": 404}, found[1] | {"head_974": 404}


def _of_mine(get: int, post: int) -> tuple[dict[str, int], dict[str, int]]:
    """405 is answered before the registration is looked for; else it does not exist elsewhere."""

    def answers(status: int) -> dict[str, int]:
        return dict.fromkeys(HERE, status) | dict.fromkeys(ELSEWHERE, 405 if status == 405 else 404)

    return answers(get), answers(post)


def _own(get: int, post: int) -> tuple[dict[str, int], dict[str, int]]:
    """The other élu is not registered: an act leads back to the page, which says so."""

    def answers(status: int) -> dict[str, int]:
        return {"official": status, "other_official": 405 if status == 405 else 302}

    return answers(get), answers(post)


COUNTER = {
    "alarm_registry:registrations": _anywhere(200, 405),
    "alarm_registry:new": _anywhere(200, 405),
    "alarm_registry:register": _where_a_unit_is(200, 422),
    "alarm_registry:registration": _of_mine(200, 405),
    "alarm_registry:receipt": _of_mine(200, 405),
    "alarm_registry:change": _of_mine(200, 422),
    "alarm_registry:confirm": _of_mine(405, 302),
    "alarm_registry:keep": _of_mine(405, 302),
    "alarm_registry:withdraw": _of_mine(200, 422),
    "alarm_registry:answer": _of_mine(405, 422),
    "alarm_registry:declare": _of_mine(200, 422),
    "alarm_registry:cancel": _of_mine(405, 302),
    "alarm_registry:mine": (dict.fromkeys(OFFICIALS, 200), dict.fromkeys(OFFICIALS, 405)),
    "alarm_registry:ask": _own(405, 422),
    "alarm_registry:confirm_mine": _own(405, 302),
    "alarm_registry:keep_mine": _own(405, 302),
    "alarm_registry:withdraw_mine": _own(200, 302),
    "alarm_registry:declare_mine": _own(200, 422),
    "alarm_registry:cancel_mine": _own(405, 302),
}


@dataclass
class Counter:
    registration: Registration
    correction: Correction
    absence: Absence
    # Nobody registered yet.
    newcomer: Official

    @classmethod
    def made(cls, official: Official, newcomer: Official, *, by: User) -> Counter:
        registration = alarming.a_registration(official=official, by=by)
        return cls(registration, alarming.a_correction(registration), alarming.an_absence(registration), newcomer)

    def arguments(self) -> dict[str, list[Any]]:
        found = self.registration.pk
        simple = ("registration", "receipt", "change", "confirm", "keep", "withdraw", "declare")
        return {
            **{f"alarm_registry:{name}": [found] for name in simple},
            "alarm_registry:register": [self.newcomer.pk],
            "alarm_registry:answer": [found, self.correction.pk],
            "alarm_registry:cancel": [found, self.absence.pk],
            "alarm_registry:cancel_mine": [self.absence.pk],
        }
