"""`python -m bench.terms --grants 20000`: live terms over every département, with the people who follow them.

Rows are copied by the owner with the rules asleep: only the sweep of reminders is measured here, and it reads none of
what the rules would have required (an evaluation of each file, a document for each decision).
"""

from __future__ import annotations

import argparse
import hashlib
import os
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User
    from territories.models import Departement

POSTS = ("referent", "unit_head", "instructor", "decider")
DOCUMENT = b"%PDF-1.7\n% document of a measurement\n"
# One élu in five has given no address.
WITHOUT_ADDRESS = 5
START = date(2020, 1, 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--grants", type=int, default=20_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calae_portal.settings")
    django.setup()
    from django.db import connection, transaction

    from core.owner import as_owner

    with as_owner():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            Terms(Random(45)).fill(options.grants)  # noqa: S311  # the same terms each time
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


class Terms:
    def __init__(self, rng: Random) -> None:
        from core import clock

        self.rng, self.now = rng, clock.now()

    def fill(self, wanted: int) -> None:
        from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
        from cases.models import Case
        from officials.models import Official
        from territories.models import Departement

        departements = list(Departement.objects.order_by("pk"))
        people = {one.pk: self._people(one) for one in departements}
        evaluation = self._uuid()
        terms = [_Term(self, one, number) for one, number in self._spread(departements, wanted)]
        _copy(Official, (term.official_row() for term in terms))
        _copy(Case, (term.case_row(people) for term in terms))
        _copy(CallButtonRequest, (term.request_row(people, evaluation) for term in terms))
        _copy(CallButtonDecision, (term.decision_row(people) for term in terms))
        _copy(CallButtonGrant, (term.grant_row(people) for term in terms))

    @staticmethod
    def _spread(departements: list[Departement], wanted: int) -> Iterator[tuple[Departement, int]]:
        return ((departements[number % len(departements)], number) for number in range(wanted))

    def _people(self, departement: Departement) -> tuple[int, dict[str, User]]:
        """A unit, and one person for each post over it."""
        from django.db.backends.postgresql.psycopg_any import DateRange

        from accounts.enums import Force, ScopeKind
        from accounts.models import Posting, Unit, User

        unit = Unit.objects.create(
            code=f"{departement.pk}-mesure", name="Brigade de mesure", force=Force.GN, departement=departement
        )
        users = {}
        for role in POSTS:
            email = f"{role}@{departement.pk}.mesure.example"
            users[role] = User.objects.create(email=email, first_name="Camille", last_name="Mesure")
            place: dict[str, Any] = {"scope": ScopeKind.DEPARTEMENT, "departement": departement}
            if role == "referent":
                place = {"scope": ScopeKind.UNIT, "unit": unit}
            Posting.objects.create(user=users[role], role=role, period=DateRange(START, None), **place)
        return unit.pk, users

    def _uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)


class _Term:
    """A person, a file, a request, a decision, and a term that ends within the three months to come."""

    def __init__(self, terms: Terms, departement: Departement, number: int) -> None:
        self.departement, self.number = departement, number
        self.official, self.case, self.request, self.decision, self.grant = (terms._uuid() for _ in range(5))
        self.first_day = terms.now.astimezone(departement.zone).date() - timedelta(days=terms.rng.randrange(90))
        self.at = datetime.combine(self.first_day, time(12), tzinfo=departement.zone)

    def official_row(self) -> dict[str, Any]:
        from core import encryption
        from officials.models import EMAIL_INDEX, name_keys

        name = f"Mesure{self.number}"
        last_key, first_key, search_name, sort_name = name_keys(name, "Camille")
        row = {
            "id": self.official, "last_name": name, "first_name": "Camille", "sex": "F", "last_key": last_key,
            "first_key": first_key, "search_name": search_name, "sort_name": sort_name, "search_places": "",
            "telephone": "", "is_fictitious": True, "email": "", "email_index": None,
        }  # fmt: skip
        if self.number % WITHOUT_ADDRESS:
            email = f"elu{self.number}@mesure.example"
            sealed = encryption.encrypt(email, place=f"officials_official|email|{self.official}")
            row |= {"email": sealed, "email_index": encryption.blind_index(email, purpose=EMAIL_INDEX)}
        return row

    def _place(self, people: dict[str, tuple[int, dict[str, User]]]) -> dict[str, Any]:
        unit, _ = people[self.departement.pk]
        return {"official_id": self.official, "unit_id": unit, "departement_id": self.departement.pk}

    def case_row(self, people: dict[str, tuple[int, dict[str, User]]]) -> dict[str, Any]:
        reference = f"{self.first_day.year}-{self.departement.pk}-{self.number:05d}"
        row = {"id": self.case, "reference": reference, "state": "open", "opened_at": self.at, "version": 1}
        return row | self._place(people)

    def request_row(self, people: dict[str, tuple[int, dict[str, User]]], evaluation: UUID) -> dict[str, Any]:
        from core import encryption

        motive = encryption.encrypt("Mesure.", place=f"call_buttons_callbuttonrequest|motive|{self.request}")
        return self._place(people) | {
            "id": self.request, "case_id": self.case, "evaluation_id": evaluation, "state": "granted",
            "motive": motive, "requested_by_id": people[self.departement.pk][1]["referent"].pk,
            "requested_at": self.at, "opinion": "", "version": 2,
        }  # fmt: skip

    def decision_row(self, people: dict[str, tuple[int, dict[str, User]]]) -> dict[str, Any]:
        return self._place(people) | {
            "id": self.decision, "request_id": self.request, "case_id": self.case,
            "delegation_id": self.decision, "outcome": "granted", "number": f"MESURE-{self.number}",
            "decided_by_id": people[self.departement.pk][1]["decider"].pk, "signatory": "Mesure",
            "decided_at": self.at, "coded_motive": "", "orientation": "", "remedy": "Recours.", "document": DOCUMENT,
            "document_sha256": hashlib.sha256(DOCUMENT).hexdigest(),
        }  # fmt: skip

    def grant_row(self, people: dict[str, tuple[int, dict[str, User]]]) -> dict[str, Any]:
        from call_buttons.services import three_months_from

        period = three_months_from(self.first_day)
        row = {"id": self.grant, "decision_id": self.decision, "case_id": self.case, "period": period}
        row |= {"request_id": self.request, "term": period}
        return row | self._place(people)


def _copy(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    from calae_portal.demo.sets import copy_rows

    written = list(rows)
    columns = tuple(written[0])
    copy_rows(model, columns, (tuple(row[name] for name in columns) for row in written))


if __name__ == "__main__":
    main()
