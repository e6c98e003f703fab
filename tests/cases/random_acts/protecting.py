"""Acts on protective measures, from the page of the file to the exit review."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from accounts.enums import Role
from cases.enums import LIVE_MEASURES, VIGILANCE_KINDS, MeasureState
from tests import protecting
from tests.cases.random_acts.evaluating import latest
from tests.cases.random_acts.stage import PEOPLE

if TYPE_CHECKING:
    from typing import Any

    from accounts.models import User
    from cases.models import Case, ProtectiveMeasure
    from tests.cases.random_acts.stage import Stage

FOLLOW = (Role.REFERENT, Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER)
# Decided by the unit alone, by another of the unit, by the prefecture, by the préfet only.
KINDS = ("advice", "patrols", "reinforced_vigilance", "physical_security", "close_protection")


def measure_of(stage: Stage, case: Case, luck: int, *states: str) -> ProtectiveMeasure | None:
    """One of these states; now and then any, for an act that comes too late."""
    measures = stage.holder(case).measures.order_by("proposed_at", "pk")
    if luck != 9:
        measures = measures.filter(state__in=states)
    return measures[luck % len(measures)] if measures else None


def in_days(case: Case, days: int) -> str:
    return f"{protecting.today(case) + timedelta(days=days):%Y-%m-%d}"


def propose(stage: Stage, person: User, case: Case, luck: int) -> None:
    evaluation = latest(stage, case, "validated")
    if evaluation is None:
        return
    owner = stage.people["referent" if luck % 4 else "referent_gien"]
    data: dict[str, Any] = {"submission": str(uuid4())}
    for kind in {KINDS[luck % len(KINDS)], KINDS[luck % 2]}:
        data |= {f"{kind}_take": "on", f"{kind}_owner": owner.pk, f"{kind}_target": "official"}
        data[f"{kind}_review_on"] = in_days(case, 10 + luck)
    url = reverse("cases:propose_measures", args=[case.reference, evaluation.pk])
    stage.send(person, case, url, data, may=stage.may(person, case, Role.REFERENT))


def _act(stage: Stage, person: User, case: Case, luck: int, page: str, data: dict[str, Any], *states: str) -> None:
    measure = measure_of(stage, case, luck, *states)
    if measure is None:
        return
    url = reverse(f"cases:{page}_measure", args=[case.reference, measure.pk])
    # Now and then a page read before somebody else's act.
    version = measure.version - (luck == 8)
    stage.send(person, case, url, {"version": version} | data, may=stage.may(person, case, *FOLLOW))


def decide(stage: Stage, person: User, case: Case, luck: int) -> None:
    measure = measure_of(stage, case, luck, MeasureState.PROPOSED)
    owner = measure.owner_id if measure else ""
    data = {"owner": owner, "review_on": in_days(case, 20)}
    _act(stage, person, case, luck, "decide", data, MeasureState.PROPOSED)


def refuse(stage: Stage, person: User, case: Case, luck: int) -> None:
    _act(stage, person, case, luck, "refuse", {"reason": "Trop tôt." * (luck > 1)}, MeasureState.PROPOSED)


def start(stage: Stage, person: User, case: Case, luck: int) -> None:
    """By a first day, with a last one or a review; or by the instruction to the units."""
    measure = measure_of(stage, case, luck, MeasureState.DECIDED)
    data: dict[str, Any] = {"start": in_days(case, 0), "review_on": in_days(case, 15)}
    data["last_day"] = in_days(case, 60) if luck % 2 else ""
    if luck == 4:
        data["review_on"] = data["last_day"] = ""
    if measure is not None and measure.kind in VIGILANCE_KINDS:
        data |= {
            "commune": "Orléans", "address": "3, rue des Tilleuls", "instruction": "Passer devant la maison.",
            "start_date": in_days(case, 0), "start_time": "00:01", "end_date": in_days(case, 2), "end_time": "20:00",
            "units": [stage.holder(case).unit_id],
        }  # fmt: skip
    _act(stage, person, case, luck, "start", data, MeasureState.DECIDED)


def trace(stage: Stage, person: User, case: Case, luck: int) -> None:
    data = {"text": "Passage à 22 h." * (luck > 1), "submission": str(uuid4())}
    _act(stage, person, case, luck, "execute", data, *LIVE_MEASURES)


def review(stage: Stage, person: User, case: Case, luck: int) -> None:
    data = {"reason": "Le danger dure.", "review_on": in_days(case, 25 + luck), "submission": str(uuid4())}
    _act(stage, person, case, luck, "review", data, *LIVE_MEASURES)


def reassign(stage: Stage, person: User, case: Case, luck: int) -> None:
    owner = stage.people[PEOPLE[luck % len(PEOPLE)]]
    _act(stage, person, case, luck, "reassign", {"owner": owner.pk}, MeasureState.PROPOSED, *LIVE_MEASURES)


def end(stage: Stage, person: User, case: Case, luck: int) -> None:
    data = {"reason": "danger_over", "replacement": "Rien." * (luck > 1), "what_would_return": "Une nouvelle lettre."}
    data["caller"] = str(person.pk)
    _act(stage, person, case, luck, "end", data, *LIVE_MEASURES)
