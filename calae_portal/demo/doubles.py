"""One fact told twice at Olivet, for the hierarchy to compare; and one author whom Olivet and Gien both know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.models import Unit
from calae_portal.demo.lives import signed_by
from cases.enums import AuthorKnowledge, Channel, Complaint, EvaluationState, IdentifierKind, Urgency
from cases.models import Evaluation, Threat
from cases.selectors import probable_duplicates
from cases.services import (
    ThreatFacts,
    log_threat,
    propose_duplicate,
    refresh_shared_identifiers,
    set_author_identifiers,
)

if TYPE_CHECKING:
    from calae_portal.demo.lives import World

# Two ways to write one number, from the range kept for fiction.
NUMBER = ("06 39 98 71 04", "+33 6 39 98 71 04")
STORY = "La secrétaire de mairie rapporte les mêmes faits, racontés par un agent d'accueil."
NEXT_HOURS = timedelta(hours=2)


def tell_twice(world: World) -> None:
    """Joins the seed's transaction, once all the lives are played."""
    refresh_shared_identifiers()
    known, far = (_waiting(world, seat) for seat in ("Olivet", "Gien"))
    referent = world.people.referent_of(known.case.unit)
    signed = signed_by(referent)
    facts = ThreatFacts(
        occurred_at=known.occurred_at - NEXT_HOURS,
        commune=known.commune,
        nature=known.nature,
        channel=Channel.TELEPHONE,
        description=STORY,
        author_knowledge=AuthorKnowledge.SUSPECTED,
        complaint=Complaint.PLANNED,
        urgency=Urgency.NORMAL,
        mandate=known.mandate,
    )
    number = UUID(int=world.random("double").getrandbits(128), version=4)
    unit = Unit.objects.select_related("departement").get(pk=known.case.unit_id)
    again = log_threat(official=known.case.official, unit=unit, facts=facts, submission=number, **signed)
    alike = probable_duplicates(
        officials=[known.case.official],
        occurred_at=facts.occurred_at,
        commune=facts.commune,
        nature=facts.nature,
        user=world.people.staff("hier", unit.departement_id),
        but=again.pk,
    )
    for candidate in alike.candidates:
        propose_duplicate(new=again.case, known=candidate.case, reasons=candidate.reasons)
    for threat, value in zip((known, far), NUMBER, strict=True):
        set_author_identifiers(threat=threat, identifiers=[(IdentifierKind.TELEPHONE, value)])


def _waiting(world: World, seat: str) -> Threat:
    """The latest threat that waits for its evaluation at the unit of that town."""
    held = [unit for unit in world.places.units["45"] if unit.commune and unit.commune.name == seat]
    waiting = Evaluation.objects.filter(state=EvaluationState.TODO, answers={}, case__unit__in=held)
    return (
        Threat.objects.filter(pk__in=waiting.values("threat"))
        .select_related("case__official", "case__unit", "commune__departement", "mandate__departement")
        .order_by("-logged_at", "pk")[:1]
        .get()
    )
