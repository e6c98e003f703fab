"""What happens to whom: two hundred threats, in the shares that are published, and every state of a call button."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from calae_portal.demo import buttons
from calae_portal.demo.buttons import ButtonStory, first_day_for
from calae_portal.demo.lives import Life, World
from calae_portal.demo.timeline import office_hour
from cases.enums import Level, Nature, Urgency

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Unit
    from officials.models import Official

THREATS = 200
# DOMAIN: menaces et outrages 68 %, violences 10 %, destructions between 8 and 15 %.
NATURES = {
    Nature.THREAT: 46, Nature.DEATH_THREAT: 28, Nature.CONTEMPT: 38, Nature.HARASSMENT: 10, Nature.DEFAMATION: 11,
    Nature.DOXXING: 3, Nature.VIOLENCE: 20, Nature.DAMAGE: 22, Nature.INTRUSION: 9, Nature.OBSTRUCTION: 6,
    Nature.OTHER: 7,
}  # fmt: skip
# Maires 64 %, adjoints et conseillers municipaux 18 %, parlementaires 13 %.
VICTIMS = {"mayors": 128, "municipal": 36, "parliament": 26, "others": 10}
SHARES = {
    "mayors": {"45": 27, "974": 19, "08": 14, "59": 19, "75": 4, "13": 17},
    "municipal": {"45": 27, "974": 19, "08": 14, "59": 19, "75": 4, "13": 17},
    "parliament": {"45": 8, "974": 6, "08": 4, "59": 18, "75": 50, "13": 14},
    "others": {"45": 30, "974": 15, "08": 15, "59": 20, "13": 20},
}
# Département, seat of the unit (or any), what stands today, hours since the threat was logged, urgency.
RECENT = (
    ("45", "Olivet", "todo", 20, Urgency.NORMAL),
    ("45", "Olivet", "todo", 50, Urgency.HIGH),
    ("45", "Olivet", "returned", 66, Urgency.NORMAL),
    ("45", "Olivet", "submitted", 46, Urgency.NORMAL),
    ("45", "Olivet", "draft", 30, Urgency.NORMAL),
    ("45", "Gien", "todo", 100, Urgency.NORMAL),
    ("45", "Gien", "submitted", 30, Urgency.NORMAL),
    ("974", "Saint-Denis", "todo", 5, Urgency.HIGH),
    ("974", "Saint-Denis", "todo", 80, Urgency.NORMAL),
    ("974", "Saint-Denis", "submitted", 28, Urgency.NORMAL),
    ("08", "Charleville-Mézières", "todo", 10, Urgency.NORMAL),
    ("08", "Charleville-Mézières", "todo", 60, Urgency.HIGH),
    ("59", "", "todo", 200, Urgency.NORMAL),
    ("59", "", "submitted", 90, Urgency.HIGH),
    ("13", "", "todo", 150, Urgency.NORMAL),
    ("75", "", "todo", 3, Urgency.IMMEDIATE),
    ("75", "", "submitted", 26, Urgency.NORMAL),
)  # fmt: skip
# Call buttons, by the day their last period ends (from today), the number of renewals, what is asked at the end.
GRANTS = (
    # First months.
    ("45", "Olivet", 86, 0, buttons.NOTHING), ("45", "", 49, 0, buttons.NOTHING), ("45", "", 40, 0, buttons.NOTHING),
    ("974", "Saint-Denis", 83, 0, buttons.NOTHING), ("974", "", 56, 0, buttons.NOTHING),
    ("59", "", 71, 0, buttons.NOTHING), ("13", "", 46, 0, buttons.NOTHING), ("75", "", 81, 0, buttons.NOTHING),
    ("08", "Charleville-Mézières", 63, 0, buttons.NOTHING),
    # Ending in less than thirty days.
    ("45", "Olivet", 6, 0, buttons.NOTHING), ("45", "Gien", 9, 0, buttons.ASKED_AGAIN_WITH_OPINION),
    ("45", "", 27, 0, buttons.NOTHING), ("974", "Saint-Denis", 3, 0, buttons.NOTHING),
    ("974", "", 12, 0, buttons.ASKED_AGAIN), ("59", "", 14, 0, buttons.NOTHING), ("13", "", 24, 0, buttons.NOTHING),
    ("75", "", 9, 0, buttons.NOTHING), ("08", "", 17, 1, buttons.NOTHING),
    # Ended without any decision.
    ("45", "Gien", -3, 0, buttons.NOTHING), ("974", "", -1, 0, buttons.NOTHING), ("59", "", -5, 1, buttons.NOTHING),
    ("13", "", -4, 0, buttons.ASKED_AGAIN),
    # Renewed, once to three times.
    ("45", "Olivet", 55, 1, buttons.NOTHING), ("45", "", 68, 3, buttons.NOTHING), ("974", "", 70, 2, buttons.NOTHING),
    ("59", "", 38, 1, buttons.NOTHING), ("75", "", 77, 1, buttons.NOTHING), ("13", "", 62, 2, buttons.NOTHING),
    # Renewal refused: ended since, or about to.
    ("45", "", -60, 0, buttons.REFUSED_RENEWAL), ("45", "Gien", 5, 0, buttons.REFUSED_RENEWAL),
    ("974", "", -100, 1, buttons.REFUSED_RENEWAL), ("59", "", -200, 0, buttons.REFUSED_RENEWAL),
    ("13", "", -300, 0, buttons.REFUSED_RENEWAL), ("08", "", -150, 0, buttons.REFUSED_RENEWAL),
    ("75", "", -90, 0, buttons.REFUSED_RENEWAL),
)  # fmt: skip
# First requests that are not granted: days since they were made.
REQUESTS = (
    ("45", "", 40, buttons.REFUSED), ("45", "Gien", 190, buttons.REFUSED), ("974", "", 25, buttons.REFUSED),
    ("59", "", 120, buttons.REFUSED), ("13", "", 330, buttons.REFUSED), ("75", "", 60, buttons.REFUSED),
    ("45", "Olivet", 1, buttons.PENDING), ("45", "", 6, buttons.PENDING), ("45", "", 5, buttons.ADVISED),
    ("45", "", 8, buttons.ADVISED_AGAINST), ("974", "", 2, buttons.PENDING), ("974", "", 4, buttons.ADVISED),
    ("59", "", 3, buttons.PENDING), ("08", "", 9, buttons.ADVISED_AGAINST),
    ("45", "", 75, buttons.WITHDRAWN), ("13", "", 21, buttons.WITHDRAWN),
)  # fmt: skip


class Scenario:
    """Plans every life on the world's timeline."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.random("scenario")
        self.now = world.timeline.end
        self.natures = list(Counter(NATURES).elements())
        self.rng.shuffle(self.natures)
        self.left = dict(VICTIMS)
        self.used = {official.pk for official in world.elected.named.values()}
        self.count = 0

    def plan(self) -> None:
        self._named_lives()
        for code, seat, state, hours, urgency in RECENT:
            self._recent(code, seat, state, hours, urgency)
        for code, seat, days, renewals, ending in GRANTS:
            life = self._life(*self._somebody(code, seat), level=self._serious())
            self._grant(life, days, renewals, ending)
        for code, seat, days, state in REQUESTS:
            level = Level.MODERATE if state in (buttons.REFUSED, buttons.ADVISED_AGAINST) else self._serious()
            life = self._life(*self._somebody(code, seat), level=level)
            ButtonStory(life).asked_on(self._local_day(life, -days), state)
        # The last one tells a fact again (demo.doubles).
        while self.count < THREATS - 1:
            self._ordinary()

    # --- Kinds of lives --------------------------------------------------------------------------

    def _named_lives(self) -> None:
        """The mayor of Olmes and the deputy have none: the first journey starts with « aucun dossier ouvert »."""
        elected = self.world.elected
        self.left["mayors"] -= 2
        evaluated = self._life(elected.named["elu.974"], level=Level.HIGH, logged_at=self.now - timedelta(days=8))
        evaluated.start()
        evaluated.later(self.now - timedelta(days=7), evaluated.submit)
        evaluated.later(self.now - timedelta(days=6), evaluated.validate)
        self._grant(self._life(elected.named["elu.trois"], level=Level.HIGH), 79, 0, buttons.NOTHING)

    def _recent(self, code: str, seat: str, state: str, hours: int, urgency: Urgency) -> None:
        logged_at = self.now - timedelta(hours=hours, minutes=self.rng.randint(0, 40))
        official, unit = self._somebody(code, seat)
        life = self._life(official, unit, level=self._any_level(), logged_at=logged_at, urgency=urgency)
        life.start()
        if state == "draft":
            life.later(logged_at + timedelta(hours=4), life.save_half)
        if state in ("submitted", "returned"):
            life.later(logged_at + timedelta(hours=hours * 0.4), life.submit)
        if state == "returned":
            life.later(logged_at + timedelta(hours=hours * 0.7), life.send_back)

    def _grant(self, life: Life, days: int, renewals: int, ending: str) -> None:
        first_day = first_day_for(self._local_day(life, days), renewals=renewals)
        ButtonStory(life, renewals=renewals, ending=ending).granted_on(first_day)

    def _ordinary(self) -> None:
        kind = self.rng.choices(list(self.left), weights=list(self.left.values()))[0]
        self.left[kind] -= 1
        shares = SHARES[kind]
        code = self.rng.choices(list(shares), weights=list(shares.values()))[0]
        pool = [person for person in getattr(self.world.elected, kind)[code] if person.pk not in self.used]
        official = self.rng.choice(pool or getattr(self.world.elected, kind)[code])
        # More of them long ago: most call buttons, and the threats behind them, are of these last months.
        days = 12 + 718 * self.rng.random() ** 0.75
        life = self._life(official, level=self._any_level(), urgency=self._any_urgency())
        life.logged_at = office_hour(self.now - timedelta(days=days), life.unit.departement, life.rng)
        life.run_its_course()

    # --- Choices ---------------------------------------------------------------------------------

    def _life(
        self,
        official: Official,
        unit: Unit | None = None,
        *,
        level: Level,
        logged_at: datetime | None = None,
        urgency: Urgency = Urgency.NORMAL,
    ) -> Life:
        places = self.world.places
        mandate = self.world.elected.mandate_of[official.pk]
        commune = mandate.commune or self.rng.choice(places.communes[mandate.departement_id or ""])
        self.count += 1
        return Life(
            self.world,
            name=f"threat/{self.count}",
            official=official,
            unit=unit or self._unit_of(official),
            commune=commune,
            nature=self.natures[self.count - 1],
            logged_at=logged_at or self.now,
            level=level,
            urgency=urgency,
        )

    def _unit_of(self, official: Official) -> Unit:
        mandate = self.world.elected.mandate_of[official.pk]
        if mandate.commune_id:
            return self.world.places.unit_of[mandate.commune_id]
        # The permanence of a parliamentarian is in town: the first units are the police's.
        return self.rng.choice(self.world.places.units[mandate.departement_id or ""][:4])

    def _somebody(self, code: str, seat: str) -> tuple[Official, Unit]:
        """An élu of the département, or of that unit, to whom nothing planned has happened yet."""
        kinds = self.rng.choices(list(VICTIMS), weights=list(VICTIMS.values()), k=1)
        for kind in [*kinds, "mayors", "municipal", "parliament"]:
            for official in self._shuffled(kind, code):
                unit = self._unit_of(official)
                if official.pk in self.used or (seat and not (unit.commune and unit.commune.name == seat)):
                    continue
                if self.left[kind] > 0:
                    self.used.add(official.pk)
                    self.left[kind] -= 1
                    return official, unit
        raise RuntimeError(f"nobody left in {code} {seat}")

    def _shuffled(self, kind: str, code: str) -> list[Official]:
        people = list(getattr(self.world.elected, kind)[code])
        self.rng.shuffle(people)
        return people

    def _local_day(self, life: Life, days: int) -> date:
        return self.now.astimezone(life.unit.departement.zone).date() + timedelta(days=days)

    def _any_level(self) -> Level:
        return self.rng.choices(list(Level), weights=(34, 40, 20, 6))[0]

    def _serious(self) -> Level:
        return self.rng.choices((Level.HIGH, Level.VERY_HIGH), weights=(70, 30))[0]

    def _any_urgency(self) -> Urgency:
        return self.rng.choices((Urgency.NORMAL, Urgency.HIGH, Urgency.IMMEDIATE), weights=(70, 24, 6))[0]
