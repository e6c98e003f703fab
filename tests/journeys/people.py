"""Who plays: a person of the demonstration, with a browser of their own, and the gestures that journeys share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pypdf
from playwright.sync_api import Locator, Page, expect

from tests.harness.portal import Portal

PARIS = ZoneInfo("Europe/Paris")
MAYOR_OF_OLMES = "Claire Montclarel"
DEPUTY_OF_OLMES = "Antoine Prévaudel"
NARRATIVE = "« On va te faire la peau », lettre sans signature déposée en mairie."
Play = Callable[..., "Person"]


@dataclass
class Person:
    """A page signed in as one of the accounts of the demonstration."""

    page: Page
    portal: Portal
    login: str

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def sign_in(self) -> Person:
        """Signed in, at the home page: by the session that a journey of this worker opened, or by the form."""
        if kept := self.portal.sessions.get(self.login):
            self.page.context.add_cookies(kept)
            self.page.goto("/")
            if "/connexion/" not in self.page.url:
                return self
        self._sign_in_by_form()
        self.portal.sessions[self.login] = self.page.context.cookies()
        return self

    def _sign_in_by_form(self) -> None:
        account = self.portal.account(self.login)
        self.page.goto("/connexion/")
        self.page.get_by_label("Adresse").fill(account["email"])
        self.page.get_by_label("Mot de passe").fill(account["password"])
        self.press("Se connecter")
        expect(self.page).not_to_have_url(re.compile("connexion"))

    def goto(self, path: str) -> Person:
        self.page.goto(path)
        return self

    def opens(self, path: str) -> Person:
        """Goes to a page of a file, and says why when it is asked: nothing waits for the person there."""
        self.goto(path)
        # Once for each of the files that the page shows.
        while "/motif/" in (asking := self.page.url):
            self.choose("Pourquoi ouvrez-vous ce dossier ?", "contrôle hiérarchique")
            self.press("Ouvrir le dossier")
            expect(self.page).not_to_have_url(asking)
        return self

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name).click()

    def go_on(self) -> None:
        """To the next step of a job of several pages."""
        step = self.page.url
        self.press("Continuer")
        expect(self.page).not_to_have_url(step)

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.main.get_by_role("link", name=name).first.click()

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def field(self, label: str) -> Locator:
        # From its start: the hint, which is part of the name, may cite another field.
        return self.main.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))

    def choose(self, question: str, answer: str) -> None:
        """A radio, by its label: what a person clicks."""
        self.main.get_by_role("group", name=question).get_by_text(answer, exact=True).click()

    def error_beside(self, label: str) -> Locator:
        """The message that the field itself points to, as assistive technologies find it."""
        described = self.field(label).first.get_attribute("aria-describedby") or ""
        ids = [name for name in described.split() if name.endswith("_error")]
        assert ids, f"« {label} » points to no error"
        return self.page.locator(f"#{ids[0]}")

    def pdf_text(self, url: str) -> str:
        response = self.page.request.get(url)
        assert response.status == 200
        assert response.headers["content-type"] == "application/pdf"
        return self.text_of_pdf(response.body())

    def text_of_pdf(self, content: bytes) -> str:
        pages = pypdf.PdfReader(BytesIO(content)).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))

    @property
    def csrf_token(self) -> str:
        return self.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()

    def post(self, path: str, **fields: str):
        """What somebody sends without the page's button."""
        form = {"csrfmiddlewaretoken": self.csrf_token, **fields}
        return self.page.request.post(path, form=form, headers={"Referer": self.page.url})


# --- Gestures of a référent ----------------------------------------------------------------------


def find_official(referent: Person, typed: str, name: str, *, known: str = "") -> None:
    referent.goto("/").follow("Nouveau signalement")
    referent.field("Nom de l'élu").fill(typed)
    referent.press("Chercher")
    card = referent.main.locator("article").filter(has_text=name)
    expect(card).to_contain_text(known)
    card.get_by_role("link", name="Créer un dossier").click()


def fill_threat(
    referent: Person, *, occurred: datetime, nature: str = "menace de mort", commune: str = "Olmes"
) -> None:
    """The five steps, up to the last button. The date and hour typed are those of `occurred` in its own zone."""
    local = occurred
    referent.go_on()
    referent.field("Nature des faits").select_option(label=nature)
    referent.field("Moyen utilisé").select_option(label="courrier")
    referent.field("Date des faits").fill(f"{local:%Y-%m-%d}")
    referent.field("Heure des faits").fill(f"{local:%H:%M}")
    referent.field("Commune des faits").fill(commune)
    referent.go_on()
    referent.field("Récit des faits").fill(NARRATIVE)
    referent.go_on()
    referent.choose("Auteur", "inconnu")
    referent.go_on()
    referent.choose("Plainte", "plainte déposée")
    referent.choose("Y a-t-il un danger proche ?", "danger possible dans les heures qui viennent")


def answer_grid(referent: Person, *, yes: tuple[str, ...] = ()) -> None:
    # The last of the form: `all` takes what is there and waits for nothing.
    expect(referent.main.get_by_role("button", name="Transmettre à la hiérarchie")).to_be_visible()
    for label in referent.main.get_by_text("non", exact=True).all():
        label.click()
    for question in yes:
        referent.choose(question, "oui")


def log_threat(referent: Person, typed: str, name: str, **facts: str) -> str:
    """From the home page to the reference of the file."""
    find_official(referent, typed, name)
    fill_threat(referent, occurred=datetime.now(PARIS) - timedelta(hours=3), **facts)
    referent.press("Enregistrer la menace")
    return reference_of(referent)


def reference_of(person: Person) -> str:
    expect(person.page).to_have_url(re.compile(r"/dossiers/\d{4}-\w+-\d+/$"))
    return person.page.url.rstrip("/").rpartition("/")[2]


# --- Gestures of the administrator ---------------------------------------------------------------


def move_clock(admin: Person, moment: datetime) -> None:
    admin.goto("/demonstration/date/")
    admin.field("Nouvelle date et heure").fill(f"{moment.astimezone(PARIS):%Y-%m-%dT%H:%M}")
    admin.press("Déplacer la date")
    admin.sees("Le portail est maintenant au")


def run_job(admin: Person, label: str) -> str:
    """Runs a job now; gives what its line says afterwards."""
    admin.goto("/demonstration/taches/")
    row = admin.main.get_by_role("row").filter(has_text=label)
    with admin.page.expect_navigation():
        row.get_by_role("button", name="Lancer").click()
    return row.inner_text()
