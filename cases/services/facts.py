"""What the référent types about one fact, and its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cases.enums import ONLINE_CHANNELS, Answer
from cases.models.threat import EARLIEST_FACT
from cases.services.errors import ActRefused
from core import clock

if TYPE_CHECKING:
    from datetime import date, datetime

    from cases.models import Threat
    from officials.models import Mandate, Official, ProtectedPerson
    from territories.models import Commune


@dataclass(frozen=True)
class VictimFacts:
    """Whom a fact aims at: an élu, at one mandate, or a protected person."""

    official: Official | None = None
    mandate: Mandate | None = None
    protected_person: ProtectedPerson | None = None

    @property
    def key(self) -> tuple[object, object]:
        person = self.protected_person
        return (self.official.pk if self.official else None, person.pk if person else None)


@dataclass(frozen=True)
class ThreatFacts:
    """What the référent types about one fact. `occurred_at` is aware; texts are kept as typed.

    `victims`, `offences` (codes), `identifiers` (kind, value) and `procedure_number`: None says « as it is », which for
    a new threat is the élu of the file, and nothing else.
    """

    occurred_at: datetime
    commune: Commune
    nature: str
    channel: str
    description: str
    author_knowledge: str
    complaint: str
    urgency: str
    mandate: Mandate | None = None
    place: str = ""
    platform: str = ""
    online_reach: str = ""
    still_online: str = ""
    author_description: str = ""
    antecedents: str = Answer.UNKNOWN
    complaint_on: date | None = None
    reported_under_cpp40: bool = False
    cpp40_on: date | None = None
    victims: tuple[VictimFacts, ...] | None = None
    offences: tuple[str, ...] | None = None
    identifiers: tuple[tuple[str, str], ...] | None = None
    procedure_number: str | None = None

    @classmethod
    def of(cls, threat: Threat) -> ThreatFacts:
        """The facts of a threat as they stand, to correct some of them."""
        same: dict[str, Any] = {name: getattr(threat, name) for name in PLAIN_FIELDS}
        texts: dict[str, Any] = {name: getattr(threat, name) or "" for name in ENCRYPTED_FIELDS}
        return cls(occurred_at=threat.occurred_at, commune=threat.commune, mandate=threat.mandate, **same, **texts)


PLAIN_FIELDS = (
    "nature",
    "channel",
    "platform",
    "online_reach",
    "still_online",
    "author_knowledge",
    "antecedents",
    "complaint",
    "complaint_on",
    "reported_under_cpp40",
    "cpp40_on",
    "urgency",
)
ENCRYPTED_FIELDS = ("place", "description", "author_description")


def columns_of(facts: ThreatFacts) -> dict[str, Any]:
    online = facts.channel in ONLINE_CHANNELS
    columns: dict[str, Any] = {name: getattr(facts, name) for name in PLAIN_FIELDS}
    if not online:
        columns |= {"platform": "", "online_reach": "", "still_online": ""}
    return columns | {
        "occurred_at": facts.occurred_at,
        "occurred_zone": facts.commune.departement.time_zone,
        "commune": facts.commune,
        "fact_departement": facts.commune.departement,
        "mandate": facts.mandate,
        "mandate_departement": facts.mandate.departement if facts.mandate else None,
        "place": facts.place or None,
        "description": facts.description,
        "author_description": facts.author_description or None,
    }


def check_facts(facts: ThreatFacts) -> None:
    """Raises ActRefused for a date that cannot be, or an online fact of which nothing is said."""
    now = clock.now()
    if facts.occurred_at > now:
        raise ActRefused("La date et l'heure des faits sont dans le futur.")
    if facts.occurred_at < EARLIEST_FACT:
        raise ActRefused(f"La date des faits est trop ancienne : elle doit suivre le {EARLIEST_FACT:%d/%m/%Y}.")
    if facts.channel in ONLINE_CHANNELS and not facts.online_reach:
        raise ActRefused("Pour un fait en ligne, dites si le message est public ou privé.", field="online_reach")
    if facts.cpp40_on and not facts.reported_under_cpp40:
        raise ActRefused("Une date de signalement suppose un signalement.", field="cpp40_on")
    today = clock.today(facts.commune.departement.time_zone)
    for name in ("complaint_on", "cpp40_on"):
        day = getattr(facts, name)
        if day is not None and day > today:
            raise ActRefused("Cette date est dans le futur.", field=name)
