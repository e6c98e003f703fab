"""What the form of a threat asks beyond the fact: household, offences, what names the author, procedure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calae_portal.demo import words
from cases.enums import ONLINE_CHANNELS, Answer, AuthorKnowledge, Channel, Complaint, IdentifierKind, Reach
from cases.models import Offence
from cases.services import ThreatFacts, VictimFacts
from core.journal import SYSTEM
from officials.enums import Kinship
from officials.services import PersonFacts, add_protected_person

if TYPE_CHECKING:
    from random import Random

    from officials.models import Official

PLATFORMS = {
    Channel.SOCIAL: ("Facebook", "X", "Instagram"),
    Channel.SMS: ("SMS", "WhatsApp"),
    Channel.EMAIL: ("courriel",),
}
SAFE = ("portable, après 18 h, ne pas laisser de message", "au travail, avant midi", "par SMS seulement")
# The élu whom a journey gives a family of its own must have none before.
FAMILY_SHARE = 0.08


def with_details(facts: ThreatFacts, official: Official, rng: Random) -> ThreatFacts:
    """The same facts, told more fully. Every number comes from the range kept for fiction."""
    online = facts.channel in ONLINE_CHANNELS
    known = facts.author_knowledge != AuthorKnowledge.UNKNOWN
    identifiers = _identifiers(rng, online=online) if known and rng.random() < 0.5 else ()
    return replace(
        facts,
        platform=rng.choice(PLATFORMS[Channel(facts.channel)]) if online else "",
        online_reach=rng.choice((Reach.PUBLIC, Reach.PRIVATE)) if online else "",
        still_online=rng.choice((Answer.YES, Answer.NO, Answer.UNKNOWN)) if online else "",
        antecedents=rng.choice(Answer.values) if known else Answer.UNKNOWN,
        offences=_offences(facts, rng),
        identifiers=identifiers,
        procedure_number=f"{facts.occurred_at:%Y}/{rng.randint(100, 9999):05d}"
        if facts.complaint == Complaint.FILED
        else None,
        victims=_victims(facts, official, rng),
    )


def _offences(facts: ThreatFacts, rng: Random) -> tuple[str, ...]:
    day = facts.occurred_at.astimezone(facts.commune.departement.zone).date()
    fitting = Offence.objects.in_force_on(day).fitting(facts.nature).order_by("rank").values_list("code", flat=True)
    codes = list(fitting[:3])
    return tuple(codes[: rng.randint(0, 2)])


def _identifiers(rng: Random, *, online: bool) -> tuple[tuple[str, str], ...]:
    if online:
        return ((IdentifierKind.HANDLE, f"@colere_{rng.randint(100, 999)}"),)
    return ((IdentifierKind.TELEPHONE, f"06 39 98 {rng.randint(10, 99)} {rng.randint(10, 99)}"),)


def _victims(facts: ThreatFacts, official: Official, rng: Random) -> tuple[VictimFacts, ...] | None:
    if rng.random() >= FAMILY_SHARE:
        return None
    adult = rng.random() < 0.6
    facts_of_person = PersonFacts(
        kinship=Kinship.SPOUSE if adult else Kinship.CHILD,
        first_name=rng.choice(words.FIRST_NAMES_WOMEN + words.FIRST_NAMES_MEN),
        last_name=official.last_name if adult else "",
        is_minor=not adult,
        birth_year=None if adult else facts.occurred_at.year - rng.randint(6, 16),
        telephone=f"06 39 98 {rng.randint(10, 99)} {rng.randint(10, 99)}" if adult else "",
        safe_contact=rng.choice(SAFE) if adult else "",
    )
    person = add_protected_person(official=official, facts=facts_of_person, actor=SYSTEM)
    return (VictimFacts(official=official, mandate=facts.mandate), VictimFacts(protected_person=person))
