"""J1: from the first threat to the end of the protection, by all those who have a hand in it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from playwright.sync_api import expect

from tests.harness.browser import PHONE
from tests.journeys.keyboard import enter_goes_to, find_by_keyboard, log_by_keyboard, tab_to
from tests.journeys.people import (
    MAYOR_OF_OLMES,
    NARRATIVE,
    PARIS,
    Person,
    Play,
    answer_grid,
    move_clock,
    reference_of,
    run_job,
)

MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
RED = ("L'auteur a-t-il une arme", "L'auteur est-il venu au domicile")
REMINDERS = "Rappels de fin de bouton d'appel"


@pytest.mark.browser
def test_from_the_first_threat_to_the_end_of_the_protection(play: Play, admin: Person) -> None:
    referent = play("ref.olivet")
    reference = logs_a_threat(referent)
    cannot_close(referent, reference)
    evaluates(referent, reference)
    head_validates(play("hier.45"), referent, reference)
    requests_the_button(referent)
    address = referent.page.url
    instructor, decider, official = play("instr.45"), play("dec.45"), play("elu.olmes")
    instructor_advises(instructor)
    number, last_day = decider_grants(decider, address)
    messages_say_nothing(admin, number)
    hands_over(referent, instructor, address)
    official_reads(official, number, last_day)
    reminders_leave(admin, instructor, last_day, address)
    never_leaves_the_list(admin, instructor, official, last_day)
    the_month_is_frozen(admin, decider)
    the_journal_is_intact(admin, reference)


@pytest.mark.browser
def test_a_threat_is_logged_by_keyboard_on_a_narrow_screen(play: Play) -> None:
    referent = play("ref.gien", viewport=PHONE)
    referent.goto("/dossiers/nouveau/?q=prevaudel")
    tab_to(referent.page, "link", "Créer un dossier")
    enter_goes_to(referent.page, "/dossiers/nouveau/.+-")
    log_by_keyboard(referent, occurred=datetime.now(PARIS) - timedelta(hours=2))
    reference_of(referent)
    referent.sees(NARRATIVE, "L'infraction suppose la qualité d'élu")


def logs_a_threat(referent: Person) -> str:
    find_by_keyboard(referent, "montclarl claire")
    log_by_keyboard(referent, occurred=datetime.now(PARIS) - timedelta(hours=2))
    reference = reference_of(referent)
    assert re.fullmatch(rf"{date.today().year}-45-\d{{5}}", reference)
    due = datetime.now(PARIS) + timedelta(hours=2)
    referent.sees(MAYOR_OF_OLMES, NARRATIVE, "Non évalué", f"avant le {due:%d/%m/%Y}")
    return reference


def cannot_close(referent: Person, reference: str) -> None:
    expect(referent.main.get_by_role("button", name="Clore le dossier")).to_be_disabled()
    answer = referent.post(f"/dossiers/{reference}/clore/", reason="Je veux fermer.")
    assert answer.status == 409
    assert "évaluation validée" in answer.text()
    referent.goto(f"/dossiers/{reference}/").sees("Dossier ouvert")


def evaluates(referent: Person, reference: str) -> None:
    referent.follow("Évaluation n° 1")
    finds_what_was_kept(referent)
    answer_grid(referent, yes=RED)
    referent.press("Enregistrer le brouillon")
    referent.sees("Le brouillon est enregistré.", "Niveau calculé par la grille")
    results = referent.main.locator("section").filter(has_text="Facteurs rouges").first
    expect(results).to_contain_text("Très élevé")
    for question in RED:
        expect(results).to_contain_text(f"Réponse « oui » à : {question}")
    referent.field("Niveau que vous retenez").select_option(label="élevé")
    referent.field("Observations").fill("Courrier posté hors du département.")
    referent.press("Transmettre à la hiérarchie")
    expect(referent.error_beside("Pourquoi un autre niveau")).to_contain_text("Écrivez pourquoi")
    expect(referent.field("Observations")).to_have_value("Courrier posté hors du département.")
    assert (
        referent.main.locator("input[type=radio]:checked").count() == referent.main.locator("input[value=no]").count()
    )
    referent.field("Pourquoi un autre niveau").fill("L'auteur présumé est incarcéré.")
    referent.press("Transmettre à la hiérarchie")
    referent.sees("L'évaluation est transmise", "À valider")


def finds_what_was_kept(referent: Person) -> None:
    """No button: answered, said to be kept, found again by whoever comes back to the page."""
    referent.field("Observations").fill("L'élu ne dort plus chez lui.")
    referent.choose(RED[0], "oui")
    expect(referent.page.locator("#brouillon")).to_contain_text("Brouillon enregistré à")
    referent.page.reload()
    group = referent.main.get_by_role("group", name=RED[0])
    expect(group.get_by_role("radio", name="oui")).to_be_checked()
    expect(referent.field("Observations")).to_have_value("L'élu ne dort plus chez lui.")


def head_validates(head: Person, referent: Person, reference: str) -> None:
    referent.follow("Évaluation n° 1")
    referent.sees("Une autre personne que vous doit la valider.")
    expect(referent.main.get_by_role("button", name="Valider l'évaluation")).to_have_count(0)
    own = referent.page.url
    assert referent.post(own + "valider/", version="2").status == 403
    waiting = head.main.locator("section").filter(has_text="Évaluations à valider")
    waiting.get_by_role("listitem").filter(has_text=reference).get_by_role("link").click()
    expect(head.page).to_have_url(own)
    head.sees("Élevé", "Très élevé", "L'auteur présumé est incarcéré.")
    head.press("Valider l'évaluation")
    head.sees("L'évaluation est validée. Elle ne peut plus être modifiée.")
    referent.goto(own).sees("elle ne peut plus être modifiée")
    expect(referent.main.locator("form")).to_have_count(0)
    answer = referent.post(own, version="3", act="draft", comment="Après coup.")
    assert answer.status in (409, 422)
    referent.goto(own).does_not_see("Après coup.")
    referent.goto(f"/dossiers/{reference}/")


def requests_the_button(referent: Person) -> None:
    referent.follow("Demander un bouton d'appel")
    referent.field("Pourquoi un bouton d'appel ?").fill("Elle vit seule, à vingt minutes de la brigade.")
    referent.press("Demander le bouton d'appel")
    referent.sees("La demande est transmise à la préfecture.", "En attente de décision")
    expect(referent.main.get_by_role("link", name="Prévisualiser et accorder")).to_have_count(0)


def instructor_advises(instructor: Person) -> None:
    waiting = instructor.goto("/").main.locator("section").filter(has_text="Avis à donner")
    waiting.get_by_role("link", name=f"Bouton d'appel : {MAYOR_OF_OLMES}").click()
    instructor.choose("Votre avis", "favorable")
    instructor.field("Raisons de l'avis").fill("Danger réel, pas d'autre mesure aussi rapide.")
    instructor.press("Enregistrer l'avis")
    instructor.sees("Votre avis est enregistré.")
    expect(instructor.main.get_by_role("link", name="Prévisualiser et accorder")).to_have_count(0)


def decider_grants(decider: Person, address: str) -> tuple[str, date]:
    decider.goto("/").follow(f"Bouton d'appel : {MAYOR_OF_OLMES}")
    assert decider.page.url == address
    decider.sees("Danger réel, pas d'autre mesure aussi rapide.")
    decider.follow("Prévisualiser et accorder")
    first = datetime.now(PARIS).date()
    last = first + relativedelta(months=3)
    preview = decider.main.get_by_role("link", name="Lire l'aperçu").get_attribute("href")
    text = decider.pdf_text(preview)
    assert period_words(first, last) in text
    assert "Hélène Clairefonds" in text
    assert NARRATIVE not in text
    number = re.search(r"Décision n° (\S+)", text)[1]
    decider.press("Signer et accorder")
    decider.sees(f"La décision {number} est signée.", f"Protégé jusqu'au {last:%d/%m/%Y}")
    assert (
        decider.pdf_text(decider.main.get_by_role("link", name="Télécharger la décision").get_attribute("href")) == text
    )
    decider.page.go_back()
    decider.sees("déjà")
    return number, last


def period_words(first: date, last: date) -> str:
    year = "" if first.year == last.year else f" {first.year}"

    def day(value: date) -> str:
        return f"{'1er' if value.day == 1 else value.day} {MONTHS[value.month - 1]}"

    return f"du {day(first)}{year} au {day(last)} {last.year} inclus"


def messages_say_nothing(admin: Person, number: str) -> None:
    admin.goto("/boite-d-envoi/")
    rows = admin.main.get_by_role("row").filter(has_text=number)
    for login in ("ref.olivet", "elu.olmes"):
        body = rows.filter(has_text=f"{login}@").inner_text()
        assert "Connectez-vous au portail" in body
        for secret in ("Montclarel", "menace", "peau", "bouton", "Olmes ", "seule"):
            assert secret not in body


def hands_over(referent: Person, instructor: Person, address: str) -> None:
    """The third device of the prefecture, scanned or typed, with whom it calls and a test of 18 seconds."""
    referent.goto(address).sees("5 appareils en stock")
    referent.follow("Remettre un appareil")
    referent.field("Scanner ou taper un numéro").fill("3")
    referent.page.keyboard.press("Enter")
    referent.field("Nom du 1er appelé").fill("Paul (mari)")
    referent.field("Téléphone du 1er appelé").fill("06 39 98 00 21")
    referent.field("Qui est le 1er appelé").select_option(label="proche")
    referent.choose("L'essai d'appel", "l'appel a abouti")
    referent.field("Délai avant la réponse").fill("18")
    referent.press("Remettre l'appareil")
    next_test = datetime.now(PARIS).date() + timedelta(days=30)
    referent.sees("L'appareil 45-003 est remis", "18 s", f"Prochain essai le {next_test:%d/%m/%Y}", "Paul (mari)")
    assert "Vos droits" in referent.pdf_text(
        referent.main.get_by_role("link", name="Imprimer le reçu").get_attribute("href")
    )
    tasks = referent.goto("/taches/").main.get_by_role("row").filter(has_text="essai mensuel de l'appareil")
    expect(tasks.filter(has_text="Montclarel")).to_contain_text(f"{next_test:%d/%m/%Y}")
    stock = instructor.goto("/boutons-appel/appareils/").main.get_by_role("row").filter(has_text="Loiret")
    expect(stock.get_by_role("cell").first).to_have_text("4")


def official_reads(official: Person, number: str, last_day: date) -> None:
    official.goto("/").sees(
        "Votre situation", f"jusqu'au {last_day:%d/%m/%Y} à 23\u00a0h\u00a059", "Marianne Sorbevelle"
    )
    expect(official.main.locator(".portal-situation p")).to_have_count(4)
    official.sees("n° 45-003", "Prochain essai avec votre référent")
    official.does_not_see(
        "Paul (mari)", "peau", "inconnu", "vingt minutes", "pas d'autre mesure", "incarcéré", "Très élevé"
    )
    document = official.main.get_by_role("link", name=number).get_attribute("href")
    assert f"{last_day.day} {MONTHS[last_day.month - 1]}" in official.pdf_text(document)


def local(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def reminders_leave(admin: Person, instructor: Person, last_day: date, address: str) -> None:
    move_clock(admin, local(last_day - timedelta(days=30)))
    assert "rappel(s) créé(s)" in run_job(admin, REMINDERS)
    instructor.goto(address)
    table = instructor.main.get_by_role("table", name="Rappels")
    for audience in ("référent", "instructeur de la préfecture", "élu"):
        expect(table.get_by_role("row").filter(has_text=audience)).to_have_count(1)
    assert "Aucun rappel" in run_job(admin, REMINDERS)
    row = to_renew(instructor)
    expect(row).to_contain_text("dans 30 jours")


def to_renew(person: Person):
    table = person.goto("/boutons-appel/").main.get_by_role("table", name="Boutons d'appel à renouveler")
    return table.get_by_role("row").filter(has_text=MAYOR_OF_OLMES)


def never_leaves_the_list(admin: Person, instructor: Person, official: Person, last_day: date) -> None:
    move_clock(admin, local(last_day, 23))
    expect(to_renew(instructor)).to_contain_text("aujourd'hui")
    official.goto("/").sees("Vous êtes protégée par un bouton d'appel")
    move_clock(admin, local(last_day + timedelta(days=1), 0))
    expect(to_renew(instructor)).to_contain_text("Échue")
    official.goto("/").sees("ne vous protège plus")
    move_clock(admin, local(last_day + timedelta(days=200)))
    expect(to_renew(instructor)).to_contain_text("Échue")


def the_month_is_frozen(admin: Person, decider: Person) -> None:
    month = datetime.now(UTC).date().replace(day=1)
    move_clock(admin, local(month + relativedelta(months=1), 8))
    run_job(admin, "Gel des chiffres du mois passé")
    decider.goto("/barometre/").follow(f"{MONTHS[month.month - 1]} {month.year}".capitalize())
    decider.sees("chiffres gelés", "Menace de mort")


def the_journal_is_intact(admin: Person, reference: str) -> None:
    admin.goto("/journal/").field("Objet").fill(reference)
    admin.press("Filtrer")
    admin.sees("lecture du dossier", "Gilles Hautecombre", "Marianne Sorbevelle")
    admin.does_not_see("peau", "incarcéré")
    admin.press("Vérifier maintenant")
    admin.sees("Journal intact")
