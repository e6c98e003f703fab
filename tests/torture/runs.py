from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.db import connections

from tests.torture.done import Done
from tests.torture.play import Play
from tests.torture.schedule import draw
from tests.torture.stage import running_stage
from tests.torture.world import make_places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
