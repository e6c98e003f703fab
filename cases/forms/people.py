"""Choices of people: victims of a fact, mandates, members of a household."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.services import VictimFacts
from officials.selectors import household_of

if TYPE_CHECKING:
    from cases.models import Threat
    from officials.models import Mandate, Official, ProtectedPerson


def mandate_label(mandate: Mandate) -> str:
    """Two terms of one mandate are told apart by their dates."""
    since = f", depuis le {mandate.started_on:%d/%m/%Y}" if mandate.started_on else ""
    if mandate.ended_on:
        since = f", terminé le {mandate.last_day:%d/%m/%Y}"
    return f"{mandate}{since}"


def person_label(person: ProtectedPerson) -> str:
    minor = ", mineur" if person.is_minor else ""
    return f"{person.full_name} ({person.get_kinship_display()}{minor})"


def victim_choices(threat: Threat, official: Official) -> dict[str, tuple[str, VictimFacts]]:
    """Whom a correction may name: the élu of the file, his household, and the victims already there."""
    found: dict[str, tuple[str, VictimFacts]] = {}
    found[f"e:{official.pk}"] = (str(official), VictimFacts(official=official, mandate=threat.mandate))
    for person in household_of(official):
        found[f"p:{person.pk}"] = (person_label(person), VictimFacts(protected_person=person))
    for victim in threat.victims.select_related("official", "protected_person", "mandate"):
        if victim.official is not None:
            fact = VictimFacts(official=victim.official, mandate=victim.mandate)
            found[f"e:{victim.official_id}"] = (str(victim.official), fact)
        elif victim.protected_person is not None:
            fact = VictimFacts(protected_person=victim.protected_person)
            found.setdefault(f"p:{victim.protected_person_id}", (person_label(victim.protected_person), fact))
    return found
