"""A schedule: the terms of a quarter, and what befalls the portal during it. All drawn before it is played."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tests.by_hand import PLACES, last_day_by_hand, midnight_by_hand, useful_by_hand

QUARTER = timedelta(days=92)
FIRST_START, LAST_START = date(2026, 1, 1), date(2028, 11, 30)  # two changes of hour a year, and a 29 February
CASES_OF_A_PLACE = 2
DAYS_BEFORE = (30, 15, 7, 3)

KILLS = ("worker tué", "enfant du worker tué", "beat tué")
FAULTS = (*KILLS, "Redis vidé", "PostgreSQL arrêté net", "balayage en double")
# PostgreSQL takes as long to come back as everything else together: one schedule in three stops it.
WEIGHTS = (5, 5, 2, 3, 1, 3)
ROLES = ("referent", "instructor", "decider", "unit_head")


@dataclass(frozen=True)
class Term:
    """A protection of three months: where, for which file of that place, and from when."""

    place: str
    case: int
    first_day: date

    @property
    def last_day(self) -> date:
        return last_day_by_hand(self.first_day)

    def __str__(self) -> str:
        return f"{self.place}, du {self.first_day:%d/%m/%Y} au {self.last_day:%d/%m/%Y}"


@dataclass(frozen=True)
class Jump:
    to: datetime

    def __str__(self) -> str:
        return f"horloge au {self.to:%d/%m/%Y %H:%M:%S} UTC"


@dataclass(frozen=True)
class BackABit:
    seconds: int

    def __str__(self) -> str:
        return f"horloge en arrière de {self.seconds} s"


@dataclass(frozen=True)
class Fault:
    """What fails, and when: after so many seconds, while rows of reminders are written, or at the n-th e-mail."""

    what: str
    seconds: float = 0
    while_writing: bool = False
    at_mail: int = 0

    def __str__(self) -> str:
        if self.at_mail:
            return f"{self.what}, pendant le {self.at_mail}e courriel"
        return f"{self.what}, {'pendant une écriture' if self.while_writing else f'après {self.seconds:.2f} s'}"


@dataclass(frozen=True)
class Settle:
    """Nothing more befalls the portal until all that is due is there; then everything is compared."""

    def __str__(self) -> str:
        return "comparaison"


@dataclass(frozen=True)
class Close:
    """The prefecture closes on the worked day that comes so many days before the end of a term, or earlier."""

    term: int
    days_before: int

    def __str__(self) -> str:
        return f"fermeture {self.days_before} j avant la fin de la protection {self.term}"


@dataclass(frozen=True)
class Reply:
    term: int
    role: str

    def __str__(self) -> str:
        return f"réponse aux rappels de la protection {self.term} ({self.role})"


@dataclass(frozen=True)
class Decide:
    """The prefecture refuses to renew: no reminder any more, and no end in silence."""

    term: int

    def __str__(self) -> str:
        return f"décision sur la fin de la protection {self.term}"


Step = Jump | BackABit | Fault | Settle | Close | Reply | Decide


@dataclass
class Schedule:
    seed: int
    number: int
    start: datetime
    terms: list[Term]
    steps: list[Step] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        found: Counter[str] = Counter({"protections": len(self.terms)})
        for step in self.steps:
            found[step.what if isinstance(step, Fault) else NAMES[type(step)]] += 1
        return found

    def lines(self) -> list[str]:
        head = f"Programme {self.number} (graine {self.seed}), à partir du {self.start:%d/%m/%Y %H:%M} UTC"
        terms = [f"  protection {number} : {term}" for number, term in enumerate(self.terms)]
        return [head, *terms, *(f"  {number:2}. {step}" for number, step in enumerate(self.steps, 1))]


NAMES = {
    Jump: "saut d'horloge",
    BackABit: "recul d'horloge",
    Settle: "comparaison",
    Close: "fermeture",
    Reply: "réponse",
    Decide: "décision",
}


def draw(seed: int, number: int) -> Schedule:
    rng = Random(f"{seed}:{number}")  # noqa: S311  # to be played again, not to be secret
    first = FIRST_START + timedelta(days=rng.randrange((LAST_START - FIRST_START).days))
    start = midnight_by_hand("45", first) + timedelta(seconds=rng.randrange(86_400))
    places = [(place, case) for place in PLACES for case in range(CASES_OF_A_PLACE)]
    terms = [Term(place, case, _first_day(rng, first)) for place, case in rng.sample(places, rng.randint(2, 4))]
    schedule = Schedule(seed, number, start, terms)
    moments = _moments(rng, schedule, first)
    for leg, moment in enumerate(moments):
        schedule.steps += _leg(rng, schedule, moment, is_last=leg == len(moments) - 1)
    return schedule


def _first_day(rng: Random, first: date) -> date:
    """So that the term ends in the quarter: often on a day where a calendar goes wrong."""
    days = [first - timedelta(days=number) for number in range(91)]
    if rng.random() < 0.5:
        odd = [day for day in days if day.day >= 29 or last_day_by_hand(day).isoweekday() == 7 or _hour_changes(day)]
        return rng.choice(odd)
    return rng.choice(days)


def _hour_changes(first_day: date) -> bool:
    """Whether a clock changes, in Europe or in America, on the last day of the term or on the next one."""
    last = last_day_by_hand(first_day)
    return any(
        midnight_by_hand(place, day + timedelta(days=1)) - midnight_by_hand(place, day) != timedelta(days=1)
        for place in ("45", "975")
        for day in (last, last + timedelta(days=1))
    )


def _moments(rng: Random, schedule: Schedule, first: date) -> list[datetime]:
    """When the clock stops in the quarter: around the midnights that matter, or anywhere."""
    end = schedule.start + QUARTER + timedelta(days=3)
    edges = [midnight for term in schedule.terms for midnight in _midnights(term)]
    edges = [edge for edge in edges if schedule.start < edge < end]
    chosen = rng.sample(edges, min(rng.randint(0, 2), len(edges)))
    # The end of a term at least: it is the one midnight that nothing may miss.
    chosen.append(_midnights(rng.choice(schedule.terms))[-1])
    found = [edge + timedelta(seconds=rng.choice((rng.randint(1, 240), -rng.randint(20, 60)))) for edge in chosen]
    anywhere = schedule.start + timedelta(seconds=rng.randrange(int(QUARTER.total_seconds())))
    hours_later = rng.choice(found) + timedelta(hours=rng.randint(1, 20))
    # One of the two at most: two hundred schedules have ten minutes.
    more = rng.choice(([], [anywhere], [hours_later]))
    return sorted({*found, *more, end})


def _midnights(term: Term) -> list[datetime]:
    days = [term.last_day - timedelta(days=number) for number in DAYS_BEFORE]
    days += [useful_by_hand(term.place, term.last_day, ()), term.last_day + timedelta(days=1)]
    return [midnight_by_hand(term.place, day) for day in days]


def _leg(rng: Random, schedule: Schedule, moment: datetime, *, is_last: bool) -> list[Step]:
    steps: list[Step] = [Jump(moment)]
    if rng.random() < 0.25:
        steps.append(BackABit(rng.randint(1, 90)))
    steps += [_fault(rng) for _ in range(rng.choice((0, 0, 1, 1, 1, 2)))]
    if is_last or rng.random() < 0.4:
        steps.append(Settle())
        if not is_last:
            steps += _acts(rng, schedule)
    return steps


def _fault(rng: Random) -> Fault:
    what = rng.choices(FAULTS, WEIGHTS)[0]
    draw = rng.random()
    if what in KILLS[:2] and draw < 0.3:
        return Fault(what, at_mail=rng.randint(1, 12))
    if draw < 0.65:
        return Fault(what, while_writing=True)
    return Fault(what, seconds=round(rng.random() * 0.4, 2))


def _acts(rng: Random, schedule: Schedule) -> list[Step]:
    term = rng.randrange(len(schedule.terms))
    draw = rng.random()
    if draw < 0.25:
        return [Close(term, rng.randint(0, 5))]
    if draw < 0.6:
        return [Reply(term, rng.choice(ROLES))]
    return [Decide(term)] if draw < 0.68 else []
