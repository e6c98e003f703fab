"""`make demo`: the whole product on one machine, until Ctrl-C. `--reset` deletes its data instead."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg

from dev.places import ROOT, VAR
from dev.processes import InUse, adopt_orphans, end_with_make, port_is_free
from dev.services import Services
from dev.supervisor import OWNED_BY, Supervisor, end_descendants, end_leftovers

SEED = "45"
GUNICORN = ("--worker-class=gthread", "--workers=2", "--threads=4", "--no-control-socket", "--log-level=warning")
ACCOUNTS = VAR / "demo_accounts.json"


def main() -> None:
    parser = argparse.ArgumentParser(description="Démonstration du portail.")
    parser.add_argument("--reset", action="store_true", help="efface les données de la démonstration")
    parser.add_argument("--with-parent", action="store_true", help="s'arrête avec la commande make qui l'a lancée")
    options = parser.parse_args()
    if options.with_parent:
        end_with_make()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with the_only_one():
            reset() if options.reset else run()
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def the_only_one():
    claim = InUse(VAR / "demo.in-use")
    limit = time.monotonic() + 5  # the processes of a supervisor that was just killed hold it for an instant
    while not claim.alone():
        if time.monotonic() > limit:
            raise SystemExit("La démonstration tourne déjà dans ce dossier. Arrêtez-la d'abord (Ctrl-C).")
        time.sleep(0.2)
    yield


def reset() -> None:
    services = Services("demo", durable=True)
    end_leftovers(services.directory)
    services.forget()
    ACCOUNTS.unlink(missing_ok=True)
    print("Les données de la démonstration sont effacées. Pour repartir à neuf : make demo")
    if services.user_database_url or services.user_owner_url:
        print("La base désignée par DATABASE_URL n'a pas été touchée : videz-la vous-même.")


def run() -> None:
    port = chosen_port()
    services = Services("demo", durable=True)
    end_leftovers(services.directory)
    if not port_is_free(port):
        raise SystemExit(
            f"Le port {port} est déjà utilisé. Choisissez-en un autre : PORT={port + 1} make demo\n"
            f"Port {port} is already in use. Pick another one: PORT={port + 1} make demo"
        )
    adopt_orphans()
    try:
        values = services.start(tied=True)
        url = f"http://127.0.0.1:{port}"
        environment = os.environ | values | {"PUBLIC_URL": url, OWNED_BY: str(services.directory)}
        prepare(environment)
        announce(url)
        code = serve(environment, port)
    finally:
        # A second Ctrl-C must not interrupt the end.
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        services.stop(and_before=end_descendants)
    print("La démonstration est arrêtée, ses données sont gardées.")
    sys.exit(code)


def chosen_port() -> int:
    given = os.environ.get("PORT") or "8000"
    if given.isdecimal() and 0 < int(given) < 65536:
        return int(given)
    raise SystemExit(f"PORT doit être un nombre entre 1 et 65535, pas « {given} ».")


def prepare(environment: dict[str, str]) -> None:
    manage(environment, "provision_database")
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
        (seeded,) = connection.execute("SELECT EXISTS (SELECT FROM accounts_user)").fetchone() or (False,)
    if not seeded:
        print("La démonstration se remplit de données inventées…", flush=True)
        manage(environment | {"DEMO_ACCOUNTS_FILE": str(ACCOUNTS)}, "seed_demo", "--seed", SEED)


def manage(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nLa commande « {arguments[0]} » a échoué.")


def announce(url: str) -> None:
    print(f"\nLe portail : {url}\n")
    if ACCOUNTS.exists():
        accounts = json.loads(ACCOUNTS.read_text())
        columns = ("email", "password", "role", "scope")
        widths = {name: max(len(str(account[name])) for account in accounts) for name in columns}
        for account in accounts:
            print("  " + "   ".join(f"{account[name]!s:{widths[name]}}" for name in columns))
        print(f"\nCes comptes sont aussi dans {ACCOUNTS.relative_to(ROOT)}. Ctrl-C arrête tout.\n", flush=True)


def serve(environment: dict[str, str], port: int) -> int:
    python = sys.executable
    # On a demonstration's console, warnings on root and on the folder of collected files only worry people.
    supervisor = Supervisor(environment={"PYTHONWARNINGS": "ignore::UserWarning"} | environment, folder=ROOT)
    supervisor.run_until_it_stops(
        "web",
        [python, "-m", "gunicorn", "calae_portal.wsgi", f"--bind=127.0.0.1:{port}", *GUNICORN],
        DATABASE_POOL="1",
    )
    celery = [python, "-m", "celery", "--app=calae_portal", "--quiet"]
    supervisor.keep("worker", [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle"])
    supervisor.keep("beat", [*celery, "beat", "--pidfile="])
    supervisor.loop()
    return supervisor.returncode or 0


if __name__ == "__main__":
    main()
