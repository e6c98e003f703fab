"""The life of one threat: logged, evaluated, validated, sometimes evaluated again, and its file closed one day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from accounts.actor import actor_of
from calae_portal.demo import words
from calae_portal.demo.logging import with_details
from calae_portal.demo.timeline import office_hour
from call_buttons.models import CallButtonGrant
from cases.enums import AuthorKnowledge, CaseState, Channel, Complaint, Level, Urgency
from cases.models import Case, Evaluation, Threat
from cases.services import (
    ThreatFacts,
    close_case,
    correct_threat,
    log_threat,
    return_evaluation,
    save_evaluation_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from core import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import Unit, User
    from calae_portal.demo.answers import Grid
    from calae_portal.demo.elected import Elected
    from calae_portal.demo.people import People
    from calae_portal.demo.places import Places
    from calae_portal.demo.timeline import Timeline
    from core.journal import Actor
    from officials.models import Official
    from territories.models import Commune

CHANNELS = {
    "threat": (Channel.LETTER, Channel.EMAIL, Channel.IN_PERSON, Channel.SMS, Channel.SOCIAL),
    "death_threat": (Channel.LETTER, Channel.LETTER, Channel.TELEPHONE, Channel.SOCIAL),
    "contempt": (Channel.IN_PERSON, Channel.IN_PERSON, Channel.TELEPHONE),
    "harassment": (Channel.EMAIL, Channel.SMS, Channel.IN_PERSON),
    "defamation": (Channel.SOCIAL, Channel.SOCIAL, Channel.GRAFFITI),
    "doxxing": (Channel.SOCIAL,),
    "damage": (Channel.GRAFFITI, Channel.OTHER),
    "other": (Channel.GRAFFITI, Channel.OTHER),
}


@dataclass
class World:
    """What every invented life needs."""

    seed: int
    timeline: Timeline
    places: Places
    people: People
    elected: Elected
    grid: Grid

    def random(self, name: str) -> Random:
        """A stream of its own for each life: one that stops early changes none of the others."""
        return Random(f"{self.seed}/{name}")  # noqa: S311  # a demonstration that can be made again


class Signed(TypedDict):
    user: User
    actor: Actor


def signed_by(user: User) -> Signed:
    """Who an act is by, as every service asks it."""
    return {"user": user, "actor": actor_of(user)}


class Life:
    """A threat against `official`, logged at `logged_at` by the référent of `unit`."""

    def __init__(
        self,
        world: World,
        *,
        name: str,
        official: Official,
        unit: Unit,
        commune: Commune,
        nature: str,
        logged_at: datetime,
        level: Level,
        urgency: Urgency = Urgency.NORMAL,
    ) -> None:
        self.world, self.rng = world, world.random(name)
        self.official, self.unit, self.commune = official, unit, commune
        self.nature, self.level, self.urgency = nature, level, urgency
        self.logged_at = logged_at
        self.threat_id = UUID(int=self.rng.getrandbits(128), version=4)
        self.referent = world.people.referent_of(unit)
        self.head = world.people.staff("hier", unit.departement_id)

    # --- Reading what has happened so far --------------------------------------------------------

    @property
    def threat(self) -> Threat:
        return Threat.objects.select_related("case__departement").get(pk=self.threat_id)

    @property
    def evaluation(self) -> Evaluation:
        return Evaluation.objects.filter(threat=self.threat_id).latest("number")

    def later(self, moment: datetime, act: Callable[[], None]) -> None:
        self.world.timeline.plan(moment, act)

    # --- Acts ------------------------------------------------------------------------------------

    def start(self, *, then: Callable[[], None] | None = None) -> None:
        self.later(self.logged_at, self.log)
        if then is not None:
            # After it, whatever else happens at that moment.
            self.later(self.logged_at + timedelta(seconds=1), then)

    def log(self) -> None:
        open_case = Case.objects.open().filter(official=self.official, unit=self.unit).first()
        log_threat(
            official=self.official,
            unit=self.unit,
            facts=self.facts(),
            case=open_case,
            submission=self.threat_id,
            **signed_by(self.referent),
        )

    def facts(self) -> ThreatFacts:
        rng = self.rng
        known = rng.choices(AuthorKnowledge.values, weights=(55, 25, 20))[0]
        complaint = rng.choices(Complaint.values, weights=(62, 14, 14, 10))[0]
        occurred_at = self.logged_at - timedelta(minutes=rng.choice((50, 180, 400, 1_500, 4_000, 9_000)))
        channel = rng.choice(CHANNELS.get(self.nature, (Channel.IN_PERSON,)))
        facts = ThreatFacts(
            occurred_at=occurred_at,
            commune=self.commune,
            nature=self.nature,
            channel=channel,
            description=rng.choice(words.NARRATIVES[self.nature]),
            author_knowledge=known,
            complaint=complaint,
            urgency=self.urgency,
            mandate=self.world.elected.mandate_of[self.official.pk],
            place=rng.choice(words.SPOTS) if rng.random() < 0.8 else "",
            author_description="" if known == AuthorKnowledge.UNKNOWN else rng.choice(words.AUTHORS),
        )
        # A stream apart: what is told more changes nothing of the life.
        return with_details(facts, self.official, self.world.random(f"details/{self.threat_id}"))

    def save_half(self) -> None:
        answers = self.world.grid.answers_for(self.level, self.rng)
        half = dict(list(answers.items())[: len(answers) // 2])
        evaluation = self.evaluation
        save_evaluation_draft(
            evaluation=evaluation, version=evaluation.version, answers=half, **signed_by(self.referent)
        )

    def submit(self) -> None:
        signed, reason = None, ""
        drawn = self.rng.random()
        if drawn < 0.07 and self.level > Level.LOW:
            signed, reason = self.level - 1, self.rng.choice(words.LOWERED)
        elif drawn < 0.13 and self.level < Level.VERY_HIGH:
            signed, reason = self.level + 1, self.rng.choice(words.RAISED)
        evaluation = self.evaluation
        submit_evaluation(
            evaluation=evaluation,
            version=evaluation.version,
            answers=self.world.grid.answers_for(self.level, self.rng),
            signed_level=signed,
            departure_reason=reason,
            comment=self.rng.choice(words.COMMENTS),
            **signed_by(self.referent),
        )

    def send_back(self) -> None:
        return_evaluation(evaluation=self.evaluation, reason=self.rng.choice(words.RETURNED), **signed_by(self.head))

    def validate(self) -> None:
        evaluation = self.evaluation
        validate_evaluation(evaluation=evaluation, version=evaluation.version, **signed_by(self.head))

    def may_be_evaluated_again(self) -> bool:
        threat = self.threat
        return threat.case.is_open and not threat.evaluations.unfinished().exists()

    def reopen_evaluation(self) -> None:
        if self.may_be_evaluated_again():
            threat = self.threat
            reason = self.rng.choice(words.REEVALUATIONS)
            start_new_evaluation(threat=threat, reason=reason, **signed_by(self.referent))
            self.evaluate()

    def evaluate_before_renewal(self) -> None:
        opened = clock.now()
        start_new_evaluation(threat=self.threat, reason="renouvellement à préparer", **signed_by(self.referent))
        self.later(opened + timedelta(hours=self.rng.uniform(4, 60)), self.submit)
        self.later(opened + timedelta(hours=self.rng.uniform(70, 110)), self.validate)

    def correct(self) -> None:
        if self.may_be_evaluated_again():
            threat = self.threat
            facts = self.facts_of(threat)
            correct_threat(threat=threat, version=threat.version, facts=facts, **signed_by(self.referent))
            self.evaluate()

    def facts_of(self, threat: Threat) -> ThreatFacts:
        """The same facts, once a complaint has been filed."""
        complaint = Complaint.NONE if threat.complaint == Complaint.FILED else Complaint.FILED
        return replace(ThreatFacts.of(threat), complaint=complaint)

    def close(self) -> None:
        case = self.threat.case
        busy = (
            case.state == CaseState.CLOSED
            or case.evaluations.unfinished().exists()
            or case.measures.unsettled().exists()
            or CallButtonGrant.objects.filter(official=self.official).without_decided_follow_up().exists()
        )
        if not busy:
            close_case(case=case, reason=self.rng.choice(words.CLOSINGS), **signed_by(self.referent))

    # --- Sequences -------------------------------------------------------------------------------

    def evaluate(self) -> None:
        """From now: submitted in the hours that follow, sometimes late, then validated by the hierarchy."""
        evaluation = self.evaluation
        given = evaluation.due_at - evaluation.opened_at
        share = self.rng.uniform(1.05, 1.9) if self.rng.random() < 0.16 else self.rng.uniform(0.15, 0.9)
        submitted = evaluation.opened_at + given * share
        validated = submitted + timedelta(hours=self.rng.uniform(1, 40))
        self.later(submitted, self.submit)
        if self.rng.random() < 0.06:
            self.later(validated, self.send_back)
            self.later(validated + timedelta(hours=5), self.submit)
            validated += timedelta(hours=20)
        self.later(validated, self.validate)

    def run_its_course(self) -> None:
        """An ordinary life, to its end."""
        self.start()
        self.later(self.logged_at + timedelta(seconds=1), self.evaluate)
        drawn = self.rng.random()
        if drawn < 0.1:
            self.later(self.logged_at + timedelta(days=self.rng.randint(12, 40)), self.reopen_evaluation)
        elif drawn < 0.16:
            self.later(self.logged_at + timedelta(days=self.rng.randint(9, 20)), self.correct)
        ending = office_hour(
            self.logged_at + timedelta(days=self.rng.randint(50, 330)), self.unit.departement, self.rng
        )
        self.later(ending, self.close)
