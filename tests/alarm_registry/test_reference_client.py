"""docs/client-17, run as a centre would, against a server that listens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alarm_registry.models import Lookup, LookupLimits
from alarm_registry.services import revoke_token
from core import clock
from dev.places import ROOT
from tests import alarming, build, centring
from tests.harness.listening import listening

CLIENT = ROOT / "docs" / "client-17" / "chercher.py"


@pytest.fixture
def url(committed_db: None, settings) -> Iterator[str]:
    with listening(settings) as address:
        yield address


@pytest.fixture
def token_file(url: str, tmp_path: Path) -> Path:
    path = tmp_path / "jeton.txt"
    path.write_text(centring.a_token() + "\n")
    return path


def run(url: str, token: Path, *lines: str, more: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, CLIENT, "--url", url, "--jeton", token, "--agent", centring.AGENT, *more],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_client_prints_one_screen(url: str, token_file: Path) -> None:
    alarming.a_registration()
    done = run(url, token_file, "06 39 98 00 01")
    assert done.returncode == 0, done.stderr
    assert "CONSIGNE : Se garer derrière la grange" in done.stdout
    assert "1 rue des Lilas-Blancs, Olmes" in done.stdout
    assert "appelle de ce numéro" in done.stdout
    assert len(done.stdout.splitlines()) <= 24
    assert Lookup.objects.get().asked_by.endswith(centring.AGENT)


def test_the_client_asks_who_speaks_then_opens_the_one_that_is_chosen(url: str, token_file: Path) -> None:
    alarming.a_registration()
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    done = run(url, token_file, alarming.TOWN_HALL, "2")
    assert "Qui parle ? D'où ?" in done.stdout
    assert "1 rue des Lilas-Blancs" in done.stdout
    by_name = run(url, token_file, "inventee", "45234", more=("--nom",))
    assert "Anne" in by_name.stdout


def test_the_client_says_a_refusal_and_passes_a_pause_for_an_urgent_call(url: str, token_file: Path) -> None:
    LookupLimits.objects.create(
        in_force_from=clock.today("Europe/Paris"),
        in_five_minutes=5,
        in_an_hour=5,
        misses_in_an_hour=5,
        sequence=50,
        same_commune=100,
        pause_seconds=30,
    )
    for _ in range(6):
        centring.ask(token_file.read_text().strip(), "recherche", numero="01 99 00 00 09")
    assert "Attendez" in run(url, token_file, "01 99 00 00 09", "n").stderr
    assert "Non inscrit" in run(url, token_file, "01 99 00 00 09", "o").stdout
    user = centring.administrator()
    revoke_token(token=centring.the_token(), user=user, actor=build.actor(user))
    done = run(url, token_file, "01 99 00 00 09")
    assert (done.returncode, "révoqué" in done.stderr) == (1, True)
