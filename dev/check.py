"""`make check`: every static gate, all of them run even when one fails."""

import base64
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from dev.places import ROOT
from tests.harness import databases, run

BIN = Path(sys.executable).parent
TYPED_LAYERS = ("services", "selectors", "permissions")
# A registry's host or a path of one machine in a file means that it only works there.
FOREIGN = re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|(?<![\w.$}])/(?:home|root|Users|work|opt)/\w")


def typed_files() -> list[str]:
    files = [path for layer in TYPED_LAYERS for path in (*ROOT.glob(f"*/{layer}.py"), *ROOT.glob(f"*/{layer}/**/*.py"))]
    return sorted(str(path.relative_to(ROOT)) for path in files if path.parts[len(ROOT.parts)] not in (".venv", "var"))


def production_like(environment: dict[str, str]) -> dict[str, str]:
    return environment | {
        "DEMO": "0",
        "HTTPS": "1",
        "ALLOWED_HOSTS": "portail.example",
        "PUBLIC_URL": "https://portail.example",
        "EMAIL_URL": "smtp://relais.example:25",
        "SMS_BACKEND": "core.sms.HttpSmsGateway",
        "SMS_GATEWAY_URL": "https://sms.example/",
        "SMS_GATEWAY_TOKEN": "x" * 40,
        "SCANNER_URL": "tcp://antivirus.example:3310",
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": base64.b64encode(os.urandom(48)).decode(),
    }


def gates(environment: dict[str, str], as_owner: dict[str, str]) -> list[tuple[str, list[str], dict[str, str]]]:
    python = sys.executable
    manage = [python, "manage.py"]
    return [
        ("ruff format", [BIN / "ruff", "format", "--check", "--output-format=concise", "."], environment),
        ("ruff check", [BIN / "ruff", "check", "--output-format=concise", "."], environment),
        ("djlint", [BIN / "djlint", "templates", "--lint", "--quiet"], environment),
        ("mypy", [python, "-m", "mypy", *typed_files()], environment),
        ("import-linter", [BIN / "lint-imports", "--no-logo"], environment),
        ("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"], as_owner),
        (
            "migration linter",
            [*manage, "lintmigrations", "--quiet", "ok", "ignore", "--no-cache"],
            as_owner | {"DJANGO_SETTINGS_MODULE": "dev.check_settings"},
        ),
        ("check --deploy", [*manage, "check", "--deploy", "--fail-level=WARNING"], production_like(environment)),
    ]


def passes(name: str, command: list, environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    report(name, done.returncode == 0, time.monotonic() - started)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def report(name: str, passed: bool, seconds: float) -> None:
    print(f"{'ok    ' if passed else 'ÉCHEC '} {name} ({seconds:.1f} s)", flush=True)


def names_nothing_foreign() -> bool:
    started = time.monotonic()
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line for name in listed.stdout.splitlines() for line in foreign_lines(name)]
    report("ni registre ni chemin d'une machine", not found, time.monotonic() - started)
    print("".join(f"{line}\n" for line in found), end="")
    return not found


def foreign_lines(name: str) -> list[str]:
    try:
        text = (ROOT / name).read_text()
    except (UnicodeDecodeError, FileNotFoundError):
        return []
    if str(ROOT) in text:
        return [f"{name} : nomme ce dossier"]
    return [
        f"{name}:{number} : {line.strip()[:120]}"
        for number, line in enumerate(text.splitlines(), 1)
        if FOREIGN.search(line)
    ]


def main() -> None:
    run.enter()
    environment = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "calae_portal.settings"}
    database = run.database_name("check")
    databases.create(database, databases.plain_template())
    environment |= {"DATABASE_URL": databases.application_url(database)}
    as_owner = environment | {"DATABASE_URL": databases.owner_url(database)}
    results = [passes(*gate) for gate in gates(environment, as_owner)]
    results.append(names_nothing_foreign())
    if not all(results):
        raise SystemExit(f"{results.count(False)} contrôle(s) en échec.")
    print(f"{len(results)} contrôles passés.")


if __name__ == "__main__":
    main()
