"""Places, people and files, made once by the services; and the terms of a schedule, written in one transaction.

Everything that the database refuses is refused here too: only the preview and the document of the decision are spared.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction

from accounts.enums import Role
from accounts.models import User
from call_buttons.enums import SIGNED_UNDER, Outcome, RefusalMotive, RequestState
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest, SignatureDelegation
from call_buttons.services import three_months_from
from core import clock
from tests import build
from tests.by_hand import PLACES, midnight_by_hand
from tests.torture.schedule import CASES_OF_A_PLACE

if TYPE_CHECKING:
    from cases.models import Evaluation
    from tests.torture.schedule import Term

# After every schedule: the evaluations are never too old for a request, and nothing of the files falls due before.
MADE_ON = (2029, 9, 3)
DOCUMENT = b"%PDF-1.7\n% document of a schedule\n"
ROLES = {
    "referent": Role.REFERENT,
    "instructor": Role.INSTRUCTOR,
    "decider": Role.DECIDER,
    "unit_head": Role.UNIT_HEAD,
}


@dataclass(frozen=True)
class Place:
    code: str
    people: dict[str, User]
    evaluations: list[Evaluation]

    def readers(self, case: int) -> dict[str, list[str]]:
        """By audience, the addresses that must be written to."""
        found = {role: [user.email] for role, user in self.people.items()}
        head = found.pop("unit_head")
        address = address_of(self.code, case)
        roster = [*found["decider"], *found["instructor"], *head]
        return found | {"head": head, "roster": roster, "official": [address] if address else []}


def address_of(place: str, case: int) -> str:
    """One élu in two has nobody to write to."""
    return f"elu{case}@{place}.example" if case % 2 == 0 else ""


def make_places() -> dict[str, Place]:
    with clock.replayed_at(build.at(*MADE_ON)):
        return {code: _make_place(code) for code in PLACES}


def _make_place(code: str) -> Place:
    unit = build.a_unit(departement_code=code)
    people = {"referent": build.referent(unit, email=f"referent@{code}.example")}
    for name in ("instructor", "decider", "unit_head"):
        people[name] = build.posted(ROLES[name], departement_code=code, email=f"{name}@{code}.example")
    evaluations = []
    for case in range(CASES_OF_A_PLACE):
        official = build.an_official(f"Inventée {code} {case}")
        if address := address_of(code, case):
            official.email = address
            official.save(update_fields=["email"])
        threat = build.a_threat(user=people["referent"], official=official)
        evaluations.append(build.validated(threat, head=people["unit_head"]))
    return Place(code, people, evaluations)


@transaction.atomic
def protect(terms: list[Term], places: dict[str, Place]) -> list[CallButtonGrant]:
    """Ask for each term, grant it on the noon of its first day, there."""
    grants = []
    for number, term in enumerate(terms):
        place = places[term.place]
        decided_at = midnight_by_hand(term.place, term.first_day) + timedelta(hours=12)
        decision = _decided(place, place.evaluations[term.case], decided_at, f"ESSAI-{number}", Outcome.GRANTED)
        request = decision.request
        grants.append(
            CallButtonGrant.objects.create(
                decision=decision, case_id=request.case_id, official_id=request.official_id, unit_id=request.unit_id,
                departement_id=term.place, request=request, period=three_months_from(term.first_day),
            )
        )  # fmt: skip
    return grants


@transaction.atomic
def refuse_to_renew(grant: CallButtonGrant, place: Place, number: int) -> None:
    evaluation = next(one for one in place.evaluations if one.case_id == grant.case_id)
    _decided(place, evaluation, clock.now(), f"REFUS-{number}", Outcome.REFUSED, renews=grant)


def _gap_reason(renews: CallButtonGrant | None, at: datetime) -> str | None:
    """Asked once it has ended, a request says why nobody asked before."""
    if renews is None or at.astimezone(renews.departement.zone).date() < renews.period.upper:
        return None
    return "Personne n'a demandé à temps."


def _decided(
    place: Place,
    evaluation: Evaluation,
    at: datetime,
    number: str,
    outcome: Outcome,
    *,
    renews: CallButtonGrant | None = None,
) -> CallButtonDecision:
    case = evaluation.case
    request = CallButtonRequest.objects.create(
        id=uuid4(), case=case, official_id=case.official_id, unit_id=case.unit_id, departement_id=place.code,
        evaluation=evaluation, renews=renews, motive="Danger sérieux.", requested_by=place.people["referent"],
        requested_at=at - timedelta(hours=1), gap_reason=_gap_reason(renews, at - timedelta(hours=1)),
    )  # fmt: skip
    refusal = {
        "coded_motive": RefusalMotive.DANGER_ENDED, "internal_motive": "Fin du danger.",
        "communicable_motive": "Fin du danger.", "orientation": "Alarme élu.",
    }  # fmt: skip
    decision = CallButtonDecision.objects.create(
        request=request, outcome=outcome, number=number, decided_by=place.people["decider"], signatory="Essai",
        delegation=SignatureDelegation.objects.get(user=place.people["decider"], signs=SIGNED_UNDER[outcome]),
        case=case, official_id=case.official_id, unit_id=case.unit_id, departement_id=place.code,
        decided_at=at, remedy="Recours.", document=DOCUMENT, document_sha256=hashlib.sha256(DOCUMENT).hexdigest(),
        **(refusal if outcome == Outcome.REFUSED else {}),
    )  # fmt: skip
    request.state = RequestState.GRANTED if outcome == Outcome.GRANTED else RequestState.REFUSED
    request.save(update_fields=["state"])
    return decision
