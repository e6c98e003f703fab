"""`make screenshots`: the four images of the README, taken on the demonstration, which is started if none runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

from playwright.sync_api import Page, sync_playwright

from dev.browser import find_chromium, install_chromium
from dev.demo import ACCOUNTS
from dev.places import ROOT
from dev.processes import dies_with_parent, free_port

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 1080}
# The first start fills the demonstration.
LONGEST_START = 180


def main() -> None:
    install_chromium()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, (login, go) in SHOTS.items():
            context = browser.new_context(base_url=url, viewport=SIZE, locale="fr-FR", timezone_id="Europe/Paris")
            page = context.new_page()
            sign_in(page, login)
            go(page)
            page.wait_for_load_state("networkidle")
            image = IMAGES / f"{name}.png"
            page.screenshot(path=image)
            context.close()
            print(f"{image.relative_to(ROOT)} : {image.stat().st_size // 1000} ko")
        browser.close()


@contextmanager
def demonstration() -> Iterator[str]:
    """The one that runs on PORT, or one of our own for as long as it takes."""
    url = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    if answers(url):
        yield url
        return
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "dev.demo"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dies_with_parent(SIGTERM),
    )
    try:
        url = f"http://127.0.0.1:{port}"
        limit = time.monotonic() + LONGEST_START
        while not answers(url):
            if process.poll() is not None or time.monotonic() > limit:
                raise SystemExit("La démonstration n'a pas démarré : lancez make demo pour voir pourquoi.")
            time.sleep(1)
        yield url
    finally:
        process.terminate()
        process.wait(60)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/sante/", timeout=10) as response:  # noqa: S310  # our own machine
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def sign_in(page: Page, login: str) -> None:
    accounts = json.loads(Path(os.environ.get("DEMO_ACCOUNTS_FILE") or ACCOUNTS).read_text())
    account = next(account for account in accounts if account["email"].startswith(f"{login}@"))
    page.goto("/connexion/")
    page.get_by_label("Adresse").fill(account["email"])
    page.get_by_label("Mot de passe").fill(account["password"])
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Se déconnecter").wait_for()


def home(page: Page) -> None:
    page.goto("/")


def case(page: Page) -> None:
    """One that is evaluated, with what follows."""
    page.goto("/dossiers/?state=open&level=4")
    page.locator("main tbody a").first.click()


def call_button(page: Page) -> None:
    """A request that the préfet may decide, with an opinion."""
    page.goto("/boutons-appel/")
    rows = page.get_by_role("table", name="Demandes en attente").get_by_role("row")
    rows.filter(has_text=re.compile(r"\bfavorable")).get_by_role("link").first.click()


SHOTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "home": ("ref.olivet", home),
    "case": ("ref.olivet", case),
    "call_button": ("dec.45", call_button),
    "situation": ("elu.trois", home),
}

if __name__ == "__main__":
    main()
