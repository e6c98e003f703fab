"""What hangs on doubles in the small world: files of other élus at Olivet, so that the rest of it does not move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from cases.models import AuthorIdentifier, Case, CaseLink, ContactRequest, DuplicateHint, FactImport
from cases.services import ask_contact, link_cases, merge_cases, propose_duplicate, set_author_identifiers
from core import clock
from tests import build


@dataclass
class Doubles:
    one: Case
    other: Case
    absorbed: Case
    link: CaseLink
    hint: DuplicateHint
    identifier: AuthorIdentifier
    contact: ContactRequest
    fact_import: FactImport

    @classmethod
    def made(cls, referent: User, elsewhere: User, head: User, instructor: User) -> Doubles:
        official = build.an_official("Double", "Jeanne")
        one, other, gone = (build.a_threat(user=referent, official=official) for _ in range(3))
        far = build.a_threat(user=elsewhere, official=build.an_official("Lointaine", "Ida"))
        mine = set_author_identifiers(threat=one, identifiers=[("telephone", "06 39 98 00 01")])[0]
        set_author_identifiers(threat=far, identifiers=[("telephone", "+33 6 39 98 00 01")])
        by_head, by_referent = (
            {"user": head, "actor": build.actor(head)},
            {"user": referent, "actor": build.actor(referent)},
        )
        merge_cases(absorbed=gone.case, survivor=other.case, doubles={gone.pk: other.pk}, reason="Double.", **by_head)
        return cls(
            one=one.case,
            other=other.case,
            absorbed=gone.case,
            link=link_cases(case=one.case, other=far.case, kind="same_author", reason="Même numéro.", **by_head),
            hint=propose_duplicate(new=one.case, known=other.case, reasons=["même élu"]),
            identifier=mine,
            contact=ask_contact(case=one.case, identifier=mine, unit=far.case.unit, **by_referent),
            fact_import=FactImport.objects.create(
                departement_id="45",
                filename="faits.csv",
                sha256="0" * 64,
                at=clock.now(),
                by=instructor,
                accepted=0,
                known=0,
            ),
        )

    def arguments(self) -> dict[str, list[Any]]:
        one = self.one.reference
        return {
            "cases:hint": [self.hint.pk],
            "cases:dismiss_hint": [self.hint.pk],
            "cases:contact": [self.contact.pk],
            "cases:fact_import": [self.fact_import.pk],
            "cases:links": [one],
            "cases:link": [one],
            "cases:unlink": [one, self.link.pk],
            "cases:ask_contact": [one, self.identifier.pk],
            "cases:withdraw_contact": [one, self.contact.pk],
            "cases:merge_choose": [one],
            "cases:merge": [one, self.other.reference],
            "cases:undo_merge": [self.absorbed.reference],
        }
