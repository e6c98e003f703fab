"""`make torture`: schedules of faults, each drawn from the seed and its number, until the last one or a violation."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import time

import django

from dev.places import VAR
from dev.services import Services

INSTANCE = "torture"
# The suite's names for a database and a role: what cleans after a killed run of the suite cleans after ours.
ROLE = "calae_app_torture"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make torture", description="Rappels et échéances, quoi qu'il arrive.")
    parser.add_argument("--seed", type=int, default=1, help="graine des programmes")
    parser.add_argument("--schedules", type=int, default=200, help="nombre de programmes")
    parser.add_argument("--only", type=int, help="ne rejouer que le programme de ce numéro")
    parser.add_argument("--minutes", type=float, default=9, help="durée à ne pas dépasser, une fois la base prête")
    parser.add_argument("--print", action="store_true", help="écrire les programmes sans les jouer")
    options = parser.parse_args()
    chosen = [options.only] if options.only is not None else list(range(1, options.schedules + 1))
    if options.print:
        print_schedules(options.seed, chosen)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    services = Services(INSTANCE, durable=True, role=ROLE)
    os.environ |= services.start(tied=True)
    os.environ |= {"DEMO": "1", "PORTAL_TEST_RUN": f"{os.getpid()}_{secrets.token_hex(2)}"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    try:
        sys.exit(torture(services, options.seed, chosen, options.minutes))
    finally:
        services.stop()


def print_schedules(seed: int, chosen: list[int]) -> None:
    from tests.torture.schedule import draw

    for number in chosen:
        print("\n".join(draw(seed, number).lines()))


def torture(services: Services, seed: int, chosen: list[int], minutes: float) -> int:
    from tests.harness import databases, run

    databases.drop_those_of_dead_runs()
    name = run.database_name(INSTANCE)
    databases.create(name, databases.plain_template())
    environment = databases.database_environment(name)
    os.environ |= {key: environment[key] for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    django.setup()
    from tests.torture.runs import play_all

    # Counted from here: the database is made once, then copied.
    until = time.monotonic() + minutes * 60
    server = services.postgres(services.secrets())
    done = play_all(
        seed, chosen, environment, VAR / INSTANCE / "processes.log", stop_database=server.restart, until=until, say=say
    )
    say(done.summary())
    os.environ["DATABASE_OWNER_URL"] = services.postgres(services.secrets()).url()
    databases.drop(name)
    return done.code


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
