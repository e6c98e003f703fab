"""A hundred thousand invented threats, by COPY and set-based statements, for measurements.

Rows obey the same triggers as any other: evaluations are born « à faire » and walk to « validée », files are closed
once everything is evaluated. The journal is left alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.enums import Role, ScopeKind
from accounts.models import Posting, Unit
from calae_portal.demo import words
from calae_portal.demo.answers import Grid
from calae_portal.demo.bulk_buttons import fill_call_buttons
from calae_portal.demo.bulk_people import fill_measures, fill_people, fill_tasks
from calae_portal.demo.sets import copy_rows, run
from cases.enums import AuthorKnowledge, Channel, Complaint, EvaluationState, EventKind, Level, Nature, Urgency
from cases.models import Case, Evaluation, ReferenceCounter, Threat, UrgencyDelay
from cases.services.scoring import score_answers
from core import clock, encryption
from officials.enums import MandateKind
from officials.models import Mandate, Official, name_keys
from territories.models import Commune

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PER_CASE = 2
PER_OFFICIAL = 5
PER_REQUEST = 25
HISTORY = timedelta(days=730)
# A unit and a département that have much to list, so that their pages are full at any size.
BUSIEST = {"Brigade de gendarmerie d'Olivet": 12.0}
BUSY_DEPARTEMENT = ("45", 3.0)
TODO_SHARE, SUBMITTED_SHARE, CLOSED_SHARE = 0.02, 0.01, 0.7
ANSWER_SETS = 12
STARTS = ("Ar", "Bel", "Bris", "Cam", "Cor", "Dam", "Del", "Esc", "Far", "Gar", "Hal", "Jor", "Lam", "Mar", "Nor", "Ol",
          "Per", "Quen", "Rav", "Sar", "Tor", "Val", "Ver", "Vil")  # fmt: skip
MIDDLES = ("a", "an", "au", "e", "el", "en", "i", "in", "o", "on", "ou", "ul")
ENDS = ("barre", "bert", "cage", "cours", "dier", "fosse", "gnac", "lange", "mont", "nault", "paille", "quier", "rade",
        "sens", "tier", "vaux", "ville", "zac")  # fmt: skip

# Nobody saved these evaluations by hand: the demonstration's own keep their state.
SUBMIT = """
UPDATE cases_evaluation SET state = 'submitted', threat_version = 1
WHERE state = 'todo' AND evaluated_by_id IS NOT NULL AND saved_by = ''
"""
VALIDATE = """
UPDATE cases_evaluation e
SET state = 'validated', validated_by_id = h.head, validated_at = least(e.submitted_at + interval '9 hours', %s)
FROM cases_case c JOIN unnest(%s::text[], %s::bigint[]) AS h(departement, head) ON h.departement = c.departement_id
WHERE c.id = e.case_id AND e.state = 'submitted' AND e.saved_by = ''
    AND ('x' || left(md5(e.id::text), 6))::bit(24)::int %% %s <> 0
"""
RAISE_LEVELS = """
UPDATE cases_case c SET level = f.level
FROM (SELECT case_id, max(signed_level) AS level FROM cases_evaluation WHERE state = 'validated' GROUP BY case_id) f
WHERE f.case_id = c.id AND c.level IS NULL
"""
CLOSE = """
UPDATE cases_case c
SET state = 'closed', version = version + 1, closed_at = greatest(c.opened_at + interval '120 days', %s)
WHERE c.state = 'open' AND c.opened_at < %s
    AND NOT EXISTS (SELECT FROM cases_caseevent v WHERE v.case_id = c.id)
    AND NOT EXISTS (SELECT FROM cases_evaluation e WHERE e.case_id = c.id AND e.state <> 'validated')
    AND NOT EXISTS (SELECT FROM call_buttons_callbuttonrequest r WHERE r.official_id = c.official_id)
"""
EVENTS = """
INSERT INTO cases_caseevent (case_id, at, kind, actor_id, actor_label, sentence, changes, version)
SELECT c.id, o.at, o.kind, o.actor, coalesce(u.first_name || ' ' || u.last_name, 'portail'), o.sentence, '[]', o.version
FROM cases_case c
CROSS JOIN LATERAL (
    SELECT c.opened_at, %s, NULL::bigint, 'Dossier ' || c.reference || ' ouvert.', NULL::int
    UNION ALL SELECT t.logged_at, %s, t.logged_by_id, 'Menace enregistrée.', 1
    FROM cases_threat t WHERE t.case_id = c.id
    UNION ALL SELECT e.submitted_at, %s, e.evaluated_by_id, 'Évaluation n° ' || e.number || ' transmise.', NULL
    FROM cases_evaluation e WHERE e.case_id = c.id AND e.submitted_at IS NOT NULL
    UNION ALL SELECT e.validated_at, %s, e.validated_by_id, 'Évaluation n° ' || e.number || ' validée.', NULL
    FROM cases_evaluation e WHERE e.case_id = c.id AND e.state = 'validated'
    UNION ALL SELECT c.closed_at, %s, NULL, 'Dossier clos : fin du danger.', NULL WHERE c.state = 'closed'
) AS o(at, kind, actor, sentence, version)
LEFT JOIN accounts_user u ON u.id = o.actor
WHERE NOT EXISTS (SELECT FROM cases_caseevent v WHERE v.case_id = c.id)
"""


@dataclass
class Desk:
    """A unit with those who sign its acts."""

    unit: Unit
    referent: int
    head: int
    zone: str


@dataclass
class Person:
    id: UUID
    mandate: int
    commune: str


@dataclass
class NewCase:
    id: UUID
    reference: str
    person: Person
    desk: Desk
    opened_at: datetime


@dataclass
class NewThreat:
    id: UUID
    case: NewCase
    logged_at: datetime
    nature: str
    urgency: str


class BulkRefused(Exception):
    """`str(error)` is the sentence for the person."""


class Bulk:
    """One filling. The same seed on the same base gives the same rows, encryption nonces apart."""

    def __init__(self, *, threats: int, seed: int) -> None:
        self.count = threats
        self.now = clock.now()
        self.rng = Random(f"{seed}/{Case.objects.count()}")  # noqa: S311  # a base that can be made again
        self.desks = self._desks()
        self.grid = Grid()
        self.delays = {row.urgency: timedelta(hours=row.hours) for row in UrgencyDelay.objects.all()}

    def fill(self, *, between: Callable[[], None] = lambda: None) -> None:
        """Each step is one transaction. `between` them the caller may refresh statistics and sessions: triggers keep
        the plans they made when tables were small."""
        for step in (
            self._log,
            self._victims_and_authors,
            self._walk_evaluations,
            self._ask_for_buttons,
            self._close,
            self._measures,
            self._events,
            self._tasks,
        ):
            with transaction.atomic():
                step()
            between()

    def _log(self) -> None:
        people = self._people(max(self.count // PER_OFFICIAL, 6))
        self._threats(self._cases(people, max(self.count // PER_CASE, 1)))

    def _ask_for_buttons(self) -> None:
        fill_call_buttons(wanted=self.count // PER_REQUEST, rng=self.rng, now=self.now)

    def _victims_and_authors(self) -> None:
        fill_people(rng=self.rng)

    def _measures(self) -> None:
        fill_measures(now=self.now)

    def _tasks(self) -> None:
        fill_tasks(now=self.now)

    # --- Who -------------------------------------------------------------------------------------

    def _desks(self) -> list[Desk]:
        referents: dict[int, int] = {}
        heads: dict[str, int] = {}
        for posting in Posting.objects.active().filter(role__in=(Role.REFERENT, Role.UNIT_HEAD)).order_by("pk"):
            if posting.role == Role.REFERENT and posting.unit_id:
                referents[posting.unit_id] = posting.user_id
            elif posting.scope == ScopeKind.DEPARTEMENT and posting.departement_id:
                heads[posting.departement_id] = posting.user_id
        units = Unit.objects.active().filter(pk__in=referents).select_related("departement").order_by("pk")
        desks = [
            Desk(unit, referents[unit.pk], heads[unit.departement_id], unit.departement.time_zone)
            for unit in units
            if unit.departement_id in heads
        ]
        if not desks:
            raise BulkRefused("Aucune unité n'a de référent : lancez d'abord seed_demo.")
        return desks

    def _people(self, wanted: int) -> dict[str, list[Person]]:
        """Invented élus of the invented communes, by département."""
        communes = list(Commune.objects.filter(is_fictitious=True).order_by("pk"))
        drawn = [(self._uuid(), self.rng.choice(communes)) for _ in range(wanted)]
        copy_rows(
            Official,
            ("id", "last_name", "first_name", "sex", "birth_date", "last_key", "first_key", "search_name", "sort_name",
             "search_places", "email", "telephone", "is_fictitious"),
            (self._official(key, commune) for key, commune in drawn),
        )  # fmt: skip
        copy_rows(
            Mandate,
            ("official_id", "kind", "commune_id", "departement_id", "territory_code", "label", "function_label",
             "started_on"),
            (
                (key, MandateKind.MUNICIPAL.value, commune.pk, commune.departement_id, commune.pk, commune.name, "",
                 date(2020, 7, 3))
                for key, commune in drawn
            ),
        )  # fmt: skip
        mandates = dict(Mandate.objects.filter(official__in=[key for key, _ in drawn]).values_list("official", "pk"))
        found: dict[str, list[Person]] = defaultdict(list)
        for key, commune in drawn:
            found[commune.departement_id].append(Person(key, mandates[key], commune.pk))
        return found

    def _official(self, key: UUID, commune: Commune) -> tuple[Any, ...]:
        rng = self.rng
        sex = rng.choice("FM")
        first = rng.choice(words.FIRST_NAMES_WOMEN if sex == "F" else words.FIRST_NAMES_MEN)
        last = rng.choice(STARTS) + rng.choice(MIDDLES) + rng.choice(ENDS)
        last_key, first_key, search_name, sort_name = name_keys(last, first)
        birth = self.now.date() - timedelta(days=rng.randint(9_900, 27_000))
        return (key, last, first, sex, birth, last_key, first_key, search_name, sort_name, commune.search_name, "", "",
                True)  # fmt: skip

    # --- Files and threats -----------------------------------------------------------------------

    def _cases(self, people: dict[str, list[Person]], wanted: int) -> list[NewCase]:
        weights = [self._weight(desk) for desk in self.desks]
        moments = sorted(self.now - HISTORY * self.rng.random() - timedelta(hours=1) for _ in range(wanted))
        numbers = {(row.year, row.departement_id): row.last for row in ReferenceCounter.objects.all()}
        everybody = [person for persons in people.values() for person in persons]
        cases: list[NewCase] = []
        for moment, desk in zip(moments, self.rng.choices(self.desks, weights=weights, k=wanted), strict=True):
            key = (moment.year, desk.unit.departement_id)
            numbers[key] = numbers.get(key, 0) + 1
            cases.append(
                NewCase(
                    self._uuid(),
                    f"{key[0]}-{key[1]}-{numbers[key]:05d}",
                    self.rng.choice(people.get(key[1]) or everybody),
                    desk,
                    moment,
                )
            )
        copy_rows(
            Case,
            ("id", "reference", "official_id", "unit_id", "departement_id", "state", "opened_at", "version"),
            (
                (case.id, case.reference, case.person.id, case.desk.unit.pk,
                 case.desk.unit.departement_id, "open", case.opened_at, 1)
                for case in cases
            ),
        )  # fmt: skip
        for (year, departement), last in numbers.items():
            ReferenceCounter.objects.update_or_create(year=year, departement_id=departement, defaults={"last": last})
        return cases

    def _weight(self, desk: Desk) -> float:
        code, factor = BUSY_DEPARTEMENT
        return BUSIEST.get(desk.unit.name, 1.0) * (factor if desk.unit.departement_id == code else 1.0)

    def _threats(self, cases: list[NewCase]) -> None:
        threats = list(self._drawn_threats(cases))
        copy_rows(
            Threat,
            ("id", "case_id", "occurred_at", "occurred_zone", "commune_id", "fact_departement_id", "mandate_id",
             "mandate_departement_id", "recorded_unit_id", "recorded_departement_id", "place", "nature", "channel",
             "description", "author_knowledge", "complaint", "urgency", "logged_at", "logged_by_id", "version"),
            map(self._threat, threats),
        )  # fmt: skip
        answers = {level: [self._answers(level) for _ in range(ANSWER_SETS)] for level in Level}
        copy_rows(
            Evaluation,
            ("id", "case_id", "threat_id", "number", "grid_id", "state", "opened_at", "opening_reason", "due_at",
             "answers", "computed_score", "computed_level", "red_factors", "suggested_measures", "signed_level",
             "evaluated_by_id", "submitted_at", "returned_reason", "version", "saved_by", "threat_version"),
            (self._evaluation(threat, answers) for threat in threats),
        )  # fmt: skip

    def _drawn_threats(self, cases: list[NewCase]) -> Iterator[NewThreat]:
        """The first one opens the file, the others follow it."""
        for number in range(self.count):
            case = cases[number] if number < len(cases) else self.rng.choice(cases)
            logged_at = case.opened_at
            if number >= len(cases):
                logged_at += (self.now - logged_at) * self.rng.random()
            nature, urgency = self.rng.choice(Nature.values), self.rng.choice(Urgency.values)
            yield NewThreat(self._uuid(), case, logged_at, nature, urgency)

    def _threat(self, threat: NewThreat) -> tuple[Any, ...]:
        rng, case = self.rng, threat.case
        desk, person = case.desk, case.person
        code = desk.unit.departement_id
        return (
            threat.id, case.id, threat.logged_at - timedelta(hours=rng.randint(1, 90)), desk.zone,
            person.commune, code, person.mandate, code, desk.unit.pk, code,
            encryption.encrypt(rng.choice(words.SPOTS), place=f"cases_threat|place|{threat.id}"),
            threat.nature, rng.choice(Channel.values),
            encryption.encrypt(
                rng.choice(words.NARRATIVES[threat.nature]), place=f"cases_threat|description|{threat.id}"
            ),
            rng.choice(AuthorKnowledge.values), rng.choice(Complaint.values), threat.urgency, threat.logged_at,
            desk.referent, 1,
        )  # fmt: skip

    # --- Evaluations -----------------------------------------------------------------------------

    def _answers(self, level: Level) -> tuple[Any, ...]:
        answers = self.grid.answers_for(level, self.rng)
        score = score_answers(grid=self.grid.version, questions=self.grid.questions, answers=answers)
        red = json.dumps([asdict(factor) for factor in score.red_factors], ensure_ascii=False)
        return json.dumps(answers), score.points, score.level.value, red, json.dumps(score.measures)

    def _evaluation(self, threat: NewThreat, answers: dict[Level, list[tuple[Any, ...]]]) -> tuple[Any, ...]:
        rng, case, logged_at = self.rng, threat.case, threat.logged_at
        due_at = logged_at + self.delays[threat.urgency]
        start = (self._uuid(), case.id, threat.id, 1, self.grid.version.pk, EvaluationState.TODO.value,
                 logged_at, "menace enregistrée", due_at)  # fmt: skip
        if rng.random() < TODO_SHARE:
            return (*start, "{}", None, None, "[]", "[]", None, None, None, "", 1, "", 0)
        given, points, level, red, measures = rng.choice(answers[rng.choices(list(Level), weights=(34, 40, 20, 6))[0]])
        submitted_at = min(logged_at + (due_at - logged_at) * rng.uniform(0.1, 1.3), self.now)
        return (*start, given, points, level, red, measures, level, case.desk.referent, submitted_at, "", 2, "", 1)

    def _walk_evaluations(self) -> None:
        """À faire → transmise → validée, by the hierarchy of the département; then the level of each file."""
        run(SUBMIT)
        heads = sorted({(desk.unit.departement_id, desk.head) for desk in self.desks})
        run(VALIDATE, self.now, [code for code, _ in heads], [head for _, head in heads], round(1 / SUBMITTED_SHARE))
        run(RAISE_LEVELS)

    def _events(self) -> None:
        """The timeline of each file without one: opened, threats logged, evaluations validated."""
        run(EVENTS, EventKind.OPENED.value, EventKind.THREAT_LOGGED.value, EventKind.EVALUATION_SUBMITTED.value,
            EventKind.EVALUATION_VALIDATED.value, EventKind.CLOSED.value)  # fmt: skip

    def _close(self) -> None:
        """Close most of the files that are at rest, the oldest ones; those with a call button stay open."""
        before = self.now - HISTORY * (1 - CLOSED_SHARE)
        run(CLOSE, before, before)

    def _uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)
