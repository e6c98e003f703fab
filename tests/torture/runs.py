from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connections

from tests.torture.play import Play
from tests.torture.schedule import draw
from tests.torture.stage import running_stage
from tests.torture.world import make_places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass
class Done:
    seed: int
    wanted: int
    drawn: Counter[str] = field(default_factory=Counter)
    played: Counter[str] = field(default_factory=Counter)
    dealt: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    schedules: int = 0
    seconds: float = 0
    # The schedule that found it, then what does not hold.
    violation: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """1 for a violation, 3 when time ran out before the last schedule: neither is a success."""
        if self.violation:
            return 1
        return 0 if self.schedules == self.wanted else 3

    def summary(self) -> str:
        said = [f"{self.schedules} programmes sur {self.wanted} en {self.seconds:.0f} s (graine {self.seed})."]
        for title, counts in (
            ("Tiré", self.drawn),
            ("Joué et comparé", self.played),
            ("Pannes portées", self.dealt),
            ("dont en plein travail (transaction ouverte)", self.struck),
        ):
            said.append(
                f"{title} : " + (", ".join(f"{what} {times}" for what, times in sorted(counts.items())) or "rien")
            )
        if self.violation:
            said += ["", "VIOLATION", *self.violation]
        elif self.code:
            said.append("Le temps imparti a manqué : les programmes restants n'ont pas été joués.")
        else:
            said.append("Aucune violation.")
        return "\n".join(said)


def play_all(
    seed: int,
    chosen: list[int],
    environment: dict[str, str],
    log: Path,
    *,
    stop_database: Callable[[], None],
    until: float,
    say: Callable[[str], None],
) -> Done:
    """Play the schedules of these numbers one after the other, on the same processes, until one is violated."""
    done = Done(seed, len(chosen))
    # The relay tells each line of each conversation; this process has no queue of its own to wake.
    for chatty in ("mail.log", "kombu.connection"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    places = make_places()
    started = time.monotonic()
    with running_stage(environment, log, stop_database) as stage:
        stage.start("beat")
        for number in chosen:
            if time.monotonic() > until:
                break
            schedule = draw(seed, number)
            play, before = Play(schedule, stage, places), time.monotonic()
            faults = play.run()
            done.schedules += 1
            done.drawn += schedule.counts()
            done.played += play.played
            say(f"programme {number} : {time.monotonic() - before:.1f} s, {len(schedule.steps)} pas")
            if faults:
                done.violation = [*schedule.lines(), "Joué, heure du portail :", *play.told, "", *faults[:30]]
                break
        done.dealt, done.struck = stage.dealt, stage.struck
    connections.close_all()
    done.seconds = time.monotonic() - started
    return done
