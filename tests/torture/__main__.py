"""`make torture`: schedules of faults, each drawn from the seed and its number, until the last one or a violation.

A schedule mostly waits: several lanes play at once, each on servers of its own, so that what befalls one is not felt
by another. A violation says its number, which `--only` plays again alone.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time

import django

from dev.places import ROOT, VAR
from dev.processes import dies_with_parent
from dev.services import Services

INSTANCE = "torture"
# The suite's names for a database and a role: what cleans after a killed run of the suite cleans after ours.
ROLE = "calae_app_torture"
# A schedule waits for a third of its time, for a tick or for a process to be born.
LANES = (os.cpu_count() or 1) + 1


def main() -> None:
    parser = argparse.ArgumentParser(prog="make torture", description="Rappels et échéances, quoi qu'il arrive.")
    parser.add_argument("--seed", type=int, default=1, help="graine des programmes")
    parser.add_argument("--schedules", type=int, default=200, help="nombre de programmes")
    parser.add_argument("--only", type=int, help="ne rejouer que le programme de ce numéro")
    parser.add_argument("--minutes", type=float, default=9, help="durée à ne pas dépasser, une fois la base prête")
    parser.add_argument("--lanes", type=int, default=LANES, help="programmes joués en même temps")
    parser.add_argument("--print", action="store_true", help="écrire les programmes sans les jouer")
    parser.add_argument("--lane", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    chosen = [options.only] if options.only is not None else list(range(1, options.schedules + 1))
    if options.print:
        print_schedules(options.seed, chosen)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    lanes = min(options.lanes, len(chosen))
    if options.lane:
        sys.exit(play_lane(options, chosen[options.lane - 1 :: lanes]))
    sys.exit(play_lanes(options, lanes, wanted=len(chosen)))


def print_schedules(seed: int, chosen: list[int]) -> None:
    from tests.torture.schedule import draw

    for number in chosen:
        print("\n".join(draw(seed, number).lines()))


def started(instance: str) -> Services:
    services = Services(instance, durable=True, role=ROLE)
    os.environ |= services.start(tied=True)
    os.environ |= {"DEMO": "1", "PORTAL_TEST_RUN": f"{os.getpid()}_{secrets.token_hex(2)}"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    return services


def play_lanes(options: argparse.Namespace, lanes: int, *, wanted: int) -> int:
    """Makes the database once, copies its server for each lane, and adds up what they found."""
    from tests.harness import databases
    from tests.torture.done import Done

    services = started(INSTANCE)
    try:
        databases.plain_template()
    finally:
        services.stop()
    whole, before, turn = Done(options.seed, wanted), time.monotonic(), threading.Lock()
    processes = [lane_process(options, number) for number in range(1, lanes + 1)]

    def listen(process: subprocess.Popen) -> None:
        for line in process.stdout or ():
            with turn:
                if (found := Done.read(line)) is None:
                    say(line.rstrip())
                    continue
                whole.add(found)
            if found.violation:
                # The others have nothing more to prove.
                [other.terminate() for other in processes if other is not process]
        if process.wait() not in {0, 1, 3, 143, -signal.SIGTERM}:
            with turn:
                whole.violation.append(f"Une file s'est arrêtée (code {process.returncode}), voir {VAR}.")

    threads = [threading.Thread(target=listen, args=[process]) for process in processes]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    whole.seconds = time.monotonic() - before
    say(whole.summary())
    return whole.code


def lane_process(options: argparse.Namespace, number: int) -> subprocess.Popen:
    copy = VAR / f"{INSTANCE}-{number}"
    shutil.rmtree(copy, ignore_errors=True)
    # Owners are kept: PostgreSQL refuses a folder that is not its own.
    subprocess.run(["cp", "-a", VAR / INSTANCE, copy], check=True)
    command = [sys.executable, "-m", "tests.torture", f"--lane={number}", f"--lanes={options.lanes}"]
    command += [f"--{name}={getattr(options, name)}" for name in ("seed", "schedules", "minutes")]
    if options.only is not None:
        command.append(f"--only={options.only}")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    return subprocess.Popen(
        command, cwd=ROOT, env=inherited, stdout=subprocess.PIPE, text=True,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )  # fmt: skip


def play_lane(options: argparse.Namespace, chosen: list[int]) -> int:
    instance = f"{INSTANCE}-{options.lane}"
    services = started(instance)
    try:
        done = torture(services, instance, options.seed, chosen, options.minutes)
    finally:
        services.stop()
    say(done.line())
    return done.code


def torture(services: Services, instance: str, seed: int, chosen: list[int], minutes: float):
    from tests.harness import databases, run

    databases.drop_those_of_dead_runs()
    name = run.database_name("torture")
    databases.create(name, databases.plain_template())
    environment = databases.database_environment(name)
    os.environ |= {key: environment[key] for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    django.setup()
    from tests.torture.runs import play_all

    # Counted from here: the database is made once, then copied.
    until = time.monotonic() + minutes * 60
    server = services.postgres(services.secrets())
    done = play_all(
        seed, chosen, environment, VAR / instance / "processes.log", stop_database=server.restart, until=until, say=say
    )
    os.environ["DATABASE_OWNER_URL"] = services.postgres(services.secrets()).url()
    databases.drop(name)
    return done


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
