"""J6: a threat against the family. A minor by his initials outside the unit, a spouse in her own space."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.harness.browser import DESKTOP, PHONE, OpenPage
from tests.journeys.people import NARRATIVE, PARIS, Person, Play, reference_of
from tests.journeys.places import Places

SAFE = "portable, après 18 h, ne pas laisser de message"
PASSWORD = "quatre mots choisis au hasard"


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
def test_a_threat_against_the_family(play: Play, open_page: OpenPage, viewport) -> None:
    referent = play("ref.olivet", viewport=viewport)
    names = ("Léo", "Jeanne") if viewport == DESKTOP else ("Marius", "Suzanne")
    reference = logs_against_the_son(referent, names[0])
    prefecture_reads_initials(play("instr.45", viewport=viewport), reference, names[0])
    adds_the_spouse(referent, reference, names[1])
    email = f"{names[1].lower()}@portail.example"
    code = gives_a_code(referent, names[1], email)
    page = open_page(referent.portal, viewport=viewport)
    spouse_reads_her_space(Person(page, referent.portal, ""), code, email, reference)


def logs_against_the_son(referent: Person, name: str) -> str:
    referent.goto(f"/dossiers/nouveau/{Places(referent.portal).official('Prévaudel')}/")
    referent.main.get_by_text("Antoine Prévaudel est visé").click()
    referent.press("Ajouter une personne de l'entourage")
    referent.field("Lien avec l'élu").select_option(label="enfant")
    referent.field("Prénom").fill(name)
    referent.main.get_by_text("Cette personne est mineure").click()
    referent.field("Année de naissance").fill("2011")
    referent.go_on()
    referent.field("Nature des faits").select_option(label="menace")
    referent.field("Moyen utilisé").select_option(label="en personne")
    occurred = datetime.now(PARIS) - timedelta(hours=3)
    referent.field("Date des faits").fill(f"{occurred:%Y-%m-%d}")
    referent.field("Heure des faits").fill(f"{occurred:%H:%M}")
    referent.field("Commune des faits").fill("Olmes")
    referent.field("Lieu précis").fill("Sur le chemin du collège")
    referent.go_on()
    referent.field("Récit des faits").fill(NARRATIVE)
    referent.go_on()
    referent.choose("Auteur", "inconnu")
    referent.go_on()
    referent.sees(f"{name} (enfant, mineur)")
    referent.choose("Plainte", "plainte prévue")
    referent.choose("Y a-t-il un danger proche ?", "danger possible dans les heures qui viennent")
    referent.press("Enregistrer la menace")
    reference = reference_of(referent)
    referent.sees(f"{name}, enfant, mineur")
    return reference


def prefecture_reads_initials(instructor: Person, reference: str, name: str) -> None:
    instructor.opens(f"/dossiers/{reference}/")
    instructor.sees(f"{name[0]}., enfant, mineur")
    instructor.does_not_see(name)
    instructor.goto(f"/dossiers/{reference}/personnes/")
    instructor.sees(f"{name[0]}.", "Par ses parents")
    instructor.does_not_see(name)


def adds_the_spouse(referent: Person, reference: str, name: str) -> None:
    referent.goto(f"/dossiers/{reference}/").follow("Personnes protégées de l'entourage")
    referent.follow("Ajouter une personne")
    referent.field("Lien avec l'élu").select_option(label="conjoint ou conjointe")
    referent.field("Prénom").fill(name)
    referent.field("Nom").fill("Prévaudel")
    referent.field("Téléphone").fill("06 39 98 12 34")
    referent.field("Comment la joindre").fill(SAFE)
    referent.press("Enregistrer")
    card = referent.main.locator("article").filter(has_text=name)
    expect(card).to_contain_text("06 39 98 12 34")
    expect(card).to_contain_text(SAFE)


def gives_a_code(referent: Person, name: str, email: str) -> str:
    referent.main.locator("article").filter(has_text=name).get_by_role("link", name="Donner un code").click()
    referent.field("Adresse électronique").fill(email)
    referent.press("Donner un code")
    return referent.main.locator(".portal-code").inner_text()


def spouse_reads_her_space(spouse: Person, code: str, email: str, reference: str) -> None:
    spouse.goto("/activer-mon-acces/")
    spouse.field("Votre adresse électronique").fill(email)
    spouse.field("Code reçu au guichet").fill("AAAAA-AAAAA")
    spouse.field("Nouveau mot de passe").fill(PASSWORD)
    spouse.press("Activer mon accès")
    spouse.sees("Le code ou l'adresse ne correspond pas")
    spouse.field("Code reçu au guichet").fill(code)
    spouse.field("Nouveau mot de passe").fill(PASSWORD)
    spouse.press("Activer mon accès")
    spouse.sees("Votre accès est ouvert")
    spouse.field("Adresse").fill(email)
    spouse.field("Mot de passe").fill(PASSWORD)
    spouse.press("Se connecter")
    expect(spouse.page).not_to_have_url(re.compile("connexion"))
    spouse.sees("Ma situation", SAFE, "17", "01 80 52 33 84", "Marianne Sorbevelle")
    spouse.does_not_see("peau", "collège", reference)
    for path in (f"/dossiers/{reference}/", "/dossiers/", "/ma-situation/"):
        answer = spouse.page.request.get(path)
        assert answer.status == 403
