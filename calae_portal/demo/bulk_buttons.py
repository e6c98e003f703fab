"""Some thousands of call buttons, on the evaluations that the bulk made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.enums import Role
from accounts.models import Posting
from calae_portal.demo import words
from calae_portal.demo.sets import copy_rows, run
from call_buttons.enums import SIGNED_UNDER, Opinion, Outcome, RequestState, Signing
from call_buttons.models import (
    CallButtonDecision,
    CallButtonGrant,
    CallButtonRequest,
    DecisionCounter,
    SignatureDelegation,
)
from call_buttons.services import three_months_from
from core import encryption

if TYPE_CHECKING:
    from random import Random

REFUSED_SHARE = 0.15
# Grants that ended with nothing decided: a few, as in life.
FORGOTTEN_SHARE = 0.03
DOCUMENT = b"%PDF-1.7\n% document of a measurement\n"
REMEDY = "Recours gracieux ou contentieux dans les deux mois."

EVALUATED = """
SELECT DISTINCT ON (c.official_id) e.id, e.case_id, c.official_id, c.unit_id, c.departement_id, e.validated_at,
    e.evaluated_by_id, d.time_zone
FROM cases_evaluation e
JOIN cases_case c ON c.id = e.case_id JOIN territories_departement d ON d.code = c.departement_id
WHERE e.state = 'validated' AND e.saved_by = '' AND c.state = 'open'
    AND NOT EXISTS (SELECT FROM call_buttons_callbuttonrequest r WHERE r.official_id = c.official_id)
ORDER BY c.official_id, e.id LIMIT %s
"""


# A renewal rests on an evaluation of its own: the same answers, given again.
EVALUATE_AGAIN = """
INSERT INTO cases_evaluation (id, case_id, threat_id, number, grid_id, state, opened_at, opening_reason, due_at,
    answers, computed_score, computed_level, red_factors, suggested_measures, signed_level, evaluated_by_id,
    submitted_at, returned_reason, version, saved_by, threat_version)
SELECT n.id, e.case_id, e.threat_id, e.number + 1, e.grid_id, 'todo', n.at, 'renouvellement à préparer',
    n.at + interval '3 days', e.answers, e.computed_score, e.computed_level, e.red_factors, e.suggested_measures,
    e.signed_level, e.evaluated_by_id, n.at + interval '1 day', '', 2, '', e.threat_version
FROM cases_evaluation e
JOIN unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS n(id, previous, at) ON n.previous = e.id
"""
SUBMIT_AGAIN = "UPDATE cases_evaluation SET state = 'submitted' WHERE id = ANY(%s::uuid[])"
VALIDATE_AGAIN = """
UPDATE cases_evaluation e
SET state = 'validated', validated_by_id = first.validated_by_id, validated_at = e.submitted_at + interval '9 hours'
FROM unnest(%s::uuid[], %s::uuid[]) AS n(id, previous) JOIN cases_evaluation first ON first.id = n.previous
WHERE e.id = n.id
"""


@dataclass
class Asked:
    """A request, and what was decided."""

    id: UUID
    case: UUID
    evaluation: UUID
    official: UUID
    unit: int
    departement: str
    zone: str
    requested_by: int
    requested_at: datetime
    decided_at: datetime
    outcome: Outcome
    renews: UUID | None = None
    decision: UUID | None = None


class _Filling:
    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng, self.now = rng, now
        self.numbers = {(row.year, row.departement_id): row.last for row in DecisionCounter.objects.all()}
        staff = Posting.objects.active().filter(role__in=(Role.INSTRUCTOR, Role.DECIDER)).order_by("pk")
        self.staff = {(posting.role, posting.departement_id): posting.user_id for posting in staff}
        held = SignatureDelegation.objects.filter(signs__in=[Signing.GRANT, Signing.REFUSAL])
        self.delegations = {(row.user_id, row.signs): row.pk for row in held}

    def uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def first_requests(self, wanted: int) -> list[Asked]:
        with connection.cursor() as cursor:
            cursor.execute(EVALUATED, [wanted])
            rows = cursor.fetchall()
        found = []
        for evaluation, case, official, unit, departement, validated_at, evaluated_by, zone in rows:
            requested_at = min(validated_at + timedelta(hours=self.rng.randint(1, 60)), self.now)
            found.append(
                Asked(
                    self.uuid(), case, evaluation, official, unit, departement, zone, evaluated_by, requested_at,
                    requested_at + timedelta(days=self.rng.randint(2, 8)),
                    Outcome.REFUSED if self.rng.random() < REFUSED_SHARE else Outcome.GRANTED,
                )
            )  # fmt: skip
        return found

    def renewals(self, grants: list[tuple[Asked, UUID, Any]]) -> list[Asked]:
        """The requests that ended most of the periods: refused, since the danger had gone."""
        found = []
        previous, opened = [], []
        for asked, grant, period in grants:
            decided_at = datetime.combine(period.upper - timedelta(days=5), self.now.timetz())
            if decided_at < self.now and self.rng.random() > FORGOTTEN_SHARE:
                previous.append(asked.evaluation)
                opened.append(decided_at - timedelta(days=9))
                found.append(
                    Asked(
                        self.uuid(), asked.case, self.uuid(), asked.official, asked.unit, asked.departement,
                        asked.zone, asked.requested_by, decided_at - timedelta(days=6), decided_at, Outcome.REFUSED,
                        renews=grant,
                    )
                )  # fmt: skip
        evaluations = [asked.evaluation for asked in found]
        run(EVALUATE_AGAIN, evaluations, previous, opened)
        run(SUBMIT_AGAIN, evaluations)
        run(VALIDATE_AGAIN, evaluations, previous)
        return found

    def write_requests(self, requests: list[Asked]) -> None:
        columns = (
            "id", "case_id", "official_id", "unit_id", "departement_id", "evaluation_id", "renews_id", "state",
            "motive", "requested_by_id", "requested_at", "opinion", "opinion_by_id", "opinion_at", "version",
        )  # fmt: skip
        copy_rows(CallButtonRequest, columns, map(self._request, requests))

    def _request(self, asked: Asked) -> tuple[Any, ...]:
        advised = asked.requested_at + timedelta(days=1)
        motive = encryption.encrypt(
            self.rng.choice(words.REQUEST_MOTIVES), place=f"call_buttons_callbuttonrequest|motive|{asked.id}"
        )
        opinion: tuple[Any, ...] = ("", None, None)
        if advised < self.now:
            opinion = (Opinion.FAVOURABLE.value, self.staff[Role.INSTRUCTOR, asked.departement], advised)
        return (asked.id, asked.case, asked.official, asked.unit, asked.departement, asked.evaluation, asked.renews,
                RequestState.PENDING.value, motive, asked.requested_by, asked.requested_at, *opinion, 1)  # fmt: skip

    def write_decisions(self, requests: list[Asked]) -> list[Asked]:
        decided = [asked for asked in requests if asked.decided_at < self.now]
        columns = (
            "id", "request_id", "outcome", "number", "decided_by_id", "delegation_id", "signatory",
            "decided_at", "coded_motive", "internal_motive", "communicable_motive", "orientation", "remedy", "document",
            "document_sha256",
        )  # fmt: skip
        copy_rows(CallButtonDecision, columns, map(self._decision, decided))
        run(
            "UPDATE call_buttons_callbuttonrequest r SET state = d.outcome, version = r.version + 1"
            " FROM call_buttons_callbuttondecision d WHERE d.request_id = r.id AND r.state = 'pending'"
        )
        return decided

    def _decision(self, asked: Asked) -> tuple[Any, ...]:
        asked.decision = self.uuid()
        key = (self.local_day(asked).year, asked.departement)
        self.numbers[key] = self.numbers.get(key, 0) + 1
        motives: tuple[Any, ...] = ("", None, None, "")
        if asked.outcome == Outcome.REFUSED:
            coded, internal, communicable, orientation = words.ENDINGS[0]
            place = "call_buttons_callbuttondecision|{}|" + str(asked.decision)
            motives = (coded, encryption.encrypt(internal, place=place.format("internal_motive")),
                       encryption.encrypt(communicable, place=place.format("communicable_motive")),
                       orientation)  # fmt: skip
        decider = self.staff[Role.DECIDER, asked.departement]
        return (asked.decision, asked.id, asked.outcome.value, f"{key[1]}-{key[0]}-BA-{self.numbers[key]:05d}",
                decider, self.delegations[decider, SIGNED_UNDER[asked.outcome]], "Signataire de démonstration",
                asked.decided_at,
                *motives, REMEDY, DOCUMENT, hashlib.sha256(DOCUMENT).hexdigest())  # fmt: skip

    def write_grants(self, decided: list[Asked]) -> list[tuple[Asked, UUID, Any]]:
        granted = [
            (asked, self.uuid(), three_months_from(self.local_day(asked)))
            for asked in decided
            if asked.outcome == Outcome.GRANTED
        ]
        copy_rows(
            CallButtonGrant,
            ("id", "decision_id", "case_id", "official_id", "unit_id", "departement_id", "period"),
            (
                (key, asked.decision, asked.case, asked.official, asked.unit, asked.departement, period)
                for asked, key, period in granted
            ),
        )
        return granted

    def write_numbers(self) -> None:
        for (year, departement), last in self.numbers.items():
            DecisionCounter.objects.update_or_create(year=year, departement_id=departement, defaults={"last": last})

    def local_day(self, asked: Asked) -> date:
        return asked.decided_at.astimezone(ZoneInfo(asked.zone)).date()


def fill_call_buttons(*, wanted: int, rng: Random, now: datetime) -> None:
    filling = _Filling(rng, now)
    requests = filling.first_requests(wanted)
    filling.write_requests(requests)
    granted = filling.write_grants(filling.write_decisions(requests))
    renewals = filling.renewals(granted)
    filling.write_requests(renewals)
    filling.write_decisions(renewals)
    filling.write_numbers()
