"""What the page of a file reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from cases.enums import CaseState, EvaluationState, Level
from cases.models import AuthorIdentifier, Case, CaseEvent, Evaluation, Threat, ThreatOffence, Victim
from core.fields import Ciphertext
from officials.models import Official

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from officials.models import ProtectedPerson

FAMILY = """
WITH RECURSIVE family(id) AS (
    SELECT %s::uuid UNION ALL SELECT c.id FROM cases_case c JOIN family f ON c.merged_into_id = f.id
) SELECT id FROM family
"""


# What the page says of an offence. Read with the threats themselves: the page counts its queries.
OFFENCE_COLUMNS = (
    "article", "label", "natinf", "aggravation_official", "aggravation_former", "former_years", "aggravation_family",
)  # fmt: skip


def threats_of(case: Case) -> list[Threat]:
    """Threats of a file, the latest first, each with its evaluations, the latest version first.

    And its victims, `offence_texts` (one object an offence) and `identifiers` of the author: three queries for all.
    """
    from_law = ThreatOffence.objects.filter(threat_id=OuterRef("pk")).order_by("offence__rank", "pk")
    texts = {name: F(f"offence__{name}") for name in OFFENCE_COLUMNS}
    shared = Official.objects.filter(email_index=OuterRef("case__official__email_index"))
    shared = shared.exclude(pk=OuterRef("case__official_id"))
    named = AuthorIdentifier.objects.filter(threat_id=OuterRef("pk")).order_by("kind", "pk")
    evaluations = Evaluation.objects.select_related("evaluated_by", "validated_by", "grid").order_by("-number")
    threats = list(
        case.threats.select_related(
            "commune",
            "mandate",
            "logged_by",
            "fact_departement",
            "mandate_departement",
            "recorded_unit",
            "recorded_departement",
            "procedure",
        )
        .annotate(
            offence_texts=ArraySubquery(from_law.values(json=JSONObject(**texts))),
            identifier_rows=ArraySubquery(named.values(json=JSONObject(id="id", kind="kind", value="value"))),
            shared_email=Exists(shared),
        )
        .prefetch_related(
            Prefetch("evaluations", queryset=evaluations, to_attr="versions"),
            Prefetch("victims", queryset=Victim.objects.select_related("official", "protected_person", "mandate")),
        )
        .order_by("-occurred_at", "-pk")
    )
    for threat in threats:
        threat.identifiers = [_identifier(row) for row in threat.identifier_rows]  # type: ignore[attr-defined]
    return list[Threat](threats)


def _identifier(row: dict[str, str]) -> AuthorIdentifier:
    # Its own key opens the value, as if it had been read by itself.
    return AuthorIdentifier(id=UUID(row["id"]), kind=row["kind"], value=Ciphertext(row["value"]))  # type: ignore[misc]


def latest_events(case: Case, *, limit: int = 50) -> tuple[list[CaseEvent], bool]:
    """The latest acts of a file and of those merged into it, and whether there are more."""
    events = list(events_of_family(case).order_by("-at", "-pk")[: limit + 1])
    return events[:limit], len(events) > limit


def events_of_family(case: Case) -> QuerySet[CaseEvent]:
    """The acts of the file and of the files merged into it, at any depth."""
    return CaseEvent.objects.filter(case_id__in=RawSQL(FAMILY, [case.pk]))  # noqa: S611 -- a constant


def case_family_ids(case: Case) -> list[UUID]:
    """The file and the files merged into it, at any depth: one query."""
    with connection.cursor() as cursor:
        cursor.execute(FAMILY, [case.pk])
        return [row[0] for row in cursor.fetchall()]


def _is_evaluated(threat: Threat) -> bool:
    if threat.duplicate_of_id:
        return True
    versions: list[Evaluation] = threat.versions  # type: ignore[attr-defined]  # to_attr of threats_of
    return bool(versions) and all(version.state == EvaluationState.VALIDATED for version in versions)


def closing_obstacle(case: Case, threats: Iterable[Threat]) -> str:
    """What keeps a file open, in words; empty when nothing does. The service and the database decide."""
    if case.state != CaseState.OPEN:
        return f"Ce dossier est déjà {case.get_state_display()}."
    waiting = sum(not _is_evaluated(threat) for threat in threats)
    if waiting:
        noun = "menace attend" if waiting == 1 else "menaces attendent"
        return f"{waiting} {noun} une évaluation validée : le dossier ne peut pas être clos."
    return ""


@dataclass(frozen=True)
class LevelNow:
    """The level of a file, since when, and what it was before."""

    level: Level
    since: datetime
    previous: Level | None

    @property
    def trend(self) -> str:
        if self.previous is None:
            return "sans changement depuis la première évaluation"
        direction = "en hausse" if self.level > self.previous else "en baisse"
        return f"{direction} : il était {self.previous.label}"


def level_now(threats: Iterable[Threat]) -> LevelNow | None:
    """Replay the validated versions of `threats_of`: the level of a file is the highest of the latest ones."""
    validated = sorted(
        (version.validated_at, version.number, version.threat_id, version.signed_level)
        for threat in threats
        for version in threat.versions  # type: ignore[attr-defined]  # to_attr of threats_of
        if version.state == EvaluationState.VALIDATED
    )
    current: dict[object, int] = {}
    steps: list[tuple[datetime, int]] = []
    for at, _, threat_id, level in validated:
        current[threat_id] = level
        highest = max(current.values())
        if not steps or steps[-1][1] != highest:
            steps.append((at, highest))
    if not steps:
        return None
    at, level = steps[-1]
    return LevelNow(Level(level), at, Level(steps[-2][1]) if len(steps) > 1 else None)


def household_words(people: Iterable[ProtectedPerson]) -> str:
    """The household in one line, without a name: « enfant (2), dont 1 mineur ; conjoint ou conjointe »."""
    known = list(people)
    words = []
    for kinship, number in Counter(person.get_kinship_display() for person in known).items():
        minors = sum(person.is_minor for person in known if person.get_kinship_display() == kinship)
        counted = kinship if number == 1 else f"{kinship} ({number})"
        words.append(f"{counted}, dont {minors} mineur{'s' if minors > 1 else ''}" if minors else counted)
    return " ; ".join(words)
