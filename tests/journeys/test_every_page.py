"""Each type of page, at a desk and on a telephone: accessible by every rule of axe, contained, light.

What a page may not do (break the CSP, ask another origin, log an error) is watched by the fixture itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from calae_portal.context_processors import bare_portal
from tests.cases.attached import pdf
from tests.harness.browser import DESKTOP, PHONE, OpenPage, axe, settled
from tests.harness.portal import Portal
from tests.journeys.people import Person, Play
from tests.journeys.places import Places

pytestmark = pytest.mark.browser
HEAVIEST = 60_000
# An address, an address and what is done there, or somebody else with the page in front of them.
Stop = str | tuple[str, Callable[[Person], object]] | Person
# What shows that a button did something.
ANSWERED = "#erreurs, [name=previewed][value], #brouillon, #resultat, .fr-alert, .portal-confirm[open]"
Visit = Callable[[Places], Iterator[Stop]]


def pressing(name: str) -> Callable[[Person], object]:
    return lambda person: person.press(name)


STEPS = ("victimes", "faits", "recit", "auteur", "suites")


def sending_nobody(person: Person) -> None:
    person.main.get_by_text("est visé", exact=False).first.click()
    person.press("Continuer")


def reaching(step: str, person: Person) -> None:
    person.go_on()
    person.goto(re.sub(r"[a-z]+/$", f"{step}/", person.page.url))


def failing(step: str, person: Person) -> None:
    reaching(step, person)
    person.press("Enregistrer la menace" if step == "suites" else "Continuer")


def lists_and_logging(places: Places) -> Iterator[Stop]:
    yield from ("/", "/dossiers/", "/dossiers/?state=late", "/dossiers/?q=zzzzzz", "/dossiers/2020-45-99999/")
    yield from ("/dossiers/nouveau/", "/dossiers/nouveau/?q=montclarl", "/dossiers/nouveau/?q=zzzzzz")
    threat_form = f"/dossiers/nouveau/{places.official('Prévaudel')}/"
    yield threat_form
    yield threat_form, sending_nobody
    for step in STEPS[1:]:
        yield threat_form, partial(reaching, step)
        yield threat_form, partial(failing, step)
    yield from (places.case("todo") + "personnes/", places.case("todo") + "personnes/nouvelle/")
    yield places.case("todo") + "personnes/nouvelle/", pressing("Enregistrer")
    yield from (places.case("todo"), places.case("validated"), places.threat("todo") + "corriger/", "/journal/")


def what_waits(places: Places) -> Iterator[Stop]:
    yield from ("/taches/", "/taches/?liste=toutes", "/taches/?liste=7-jours", "/notifications/", places.task())
    yield places.task(), pressing("C'est fait")
    yield places.task(), pressing("Confier")
    case = places.case("todo")
    yield from (case + "historique/", case + "historique/?imprimer=1", case + "historique/?famille=taches")
    yield case + "taches/nouvelle/"
    yield case + "taches/nouvelle/", pressing("Ajouter la tâche")


def joining(places: Places) -> Iterator[Stop]:
    yield places.case("todo") + "pieces-jointes/"
    yield places.case("todo") + "pieces-jointes/", pressing("Ajouter au dossier")
    yield places.case("todo") + "pieces-jointes/", adding_a_letter
    # Not read by the antivirus yet.
    yield places.latest_attachment()


def adding_a_letter(referent: Person) -> None:
    letter = {"name": f"{'lettre-' * 15}du-12-mai.pdf", "mimeType": "application/pdf", "buffer": pdf(Title="Lettre")}
    referent.field("Fichiers à joindre").set_input_files([letter])
    referent.press("Ajouter au dossier")


def evaluating_and_asking(places: Places) -> Iterator[Stop]:
    yield places.evaluation("todo")
    yield places.evaluation("todo"), pressing("Transmettre à la hiérarchie")
    yield from (places.evaluation("validated"), places.threat("validated") + "reevaluer/", places.panel())
    yield places.asking()
    yield places.asking(), pressing("Demander le bouton d'appel")
    yield from ("/elus/", "/elus/?q=montclarl", "/elus/?q=zzzzzz", f"/elus/{places.official('Montclarel')}/")
    yield from ("/referents/", "/referents/?commune=olivet", "/referents/?commune=zzzzzz", "/habilitations/")
    yield "/mot-de-passe/"
    yield "/mot-de-passe/", pressing("Changer le mot de passe")


def returning(head: Person) -> None:
    head.main.locator("summary", has_text="Renvoyer à l'auteur").click()
    head.press("Renvoyer à l'auteur")


def validating(places: Places) -> Iterator[Stop]:
    yield from ("/", places.evaluation("submitted"), places.evaluation("todo"))
    yield places.evaluation("submitted"), returning


def advising(places: Places) -> Iterator[Stop]:
    yield from ("/", "/boutons-appel/", "/boutons-appel/en-cours/", places.request("refused"))
    unadvised = places.request("pending", "r.opinion = ''")
    yield unadvised
    yield unadvised, pressing("Enregistrer l'avis")
    yield from ("/boutons-appel/?niveau=3", "/boutons-appel/calendrier/", "/boutons-appel/mon-agenda/")
    yield "/boutons-appel/mon-agenda/", pressing("Créer mon adresse")
    yield from (places.ending(), places.ending() + "fin/")
    yield places.ending() + "fin/", answering_half
    yield from ("/referents/communes-sans-unite/", "/referents/communes-sans-unite/45/")
    yield from ("/barometre/", places.frozen_month(), places.frozen_month() + "?territoire=mandat")


def answering_half(person: Person) -> None:
    person.field("2. Qu'est-ce qui remplace le bouton d'appel ?").fill("Des passages de patrouille.")
    person.press("Enregistrer les réponses")


def withdrawing(places: Places) -> Iterator[Stop]:
    yield places.withdrawing()
    yield places.withdrawing(), pressing("Retirer la demande")


def refusing(decider: Person) -> None:
    decider.field("Motif codé").select_option(index=1)
    for label in ("Motif interne", "Motif communicable"):
        decider.field(label).fill("Une phrase.")
    decider.main.get_by_text("soutien psychologique", exact=True).click()
    decider.press("Voir l'aperçu du refus")


def deciding(places: Places) -> Iterator[Stop]:
    advised = places.request("pending", "r.opinion <> ''")
    yield from ("/", advised, places.request("granted", "r.renews_id IS NOT NULL"), advised + "accorder/")
    yield from ("/boutons-appel/semaine/", "/boutons-appel/jours-de-fermeture/")
    yield "/boutons-appel/jours-de-fermeture/", pressing("Déclarer ce jour fermé")
    yield advised + "refuser/"
    yield advised + "refuser/", pressing("Voir l'aperçu du refus")
    yield advised + "refuser/", refusing
    running = places.running()
    yield from (running + "suspendre/", running + "retirer/", running + "prolonger/")
    yield running + "suspendre/", pressing("Voir l'aperçu de la lettre")
    yield from ("/boutons-appel/delegations/", "/verifier/")


def restricting(places: Places) -> Iterator[Stop]:
    file = places.quiet_file()
    yield "/dossiers/acces-urgence/"
    yield "/dossiers/acces-restreint/"
    yield "/dossiers/acces-restreint/?reference=x"
    yield file + "motif/"
    yield file + "motif/", pressing("Ouvrir le dossier")
    yield file + "motif/", giving_a_reason
    for page, button in (("restreindre", "Restreindre l'accès"), ("concerne", "Déclarer")):
        yield f"{file}acces/{page}/"
        yield f"{file}acces/{page}/", pressing(button)
    yield file + "acces/"
    yield from guarding(places)


def guarding(places: Places) -> Iterator[Stop]:
    """A restricted file: its list, who came in all the same, again and again, and what is said of it."""
    file = places.restricted_file()
    yield from (file + "acces/", file + "acces/concerne/")
    yield file + "acces/", removing_somebody
    yield file + "acces/ajouter/", pressing("Ajouter à la liste")
    yield file + "acces/lever/", pressing("Lever la restriction")
    instructor = places.with_("instr.45")
    yield breaking(instructor, file)
    yield places.latest_glass()
    yield places.latest_glass(), pressing("Enregistrer le contrôle")
    for _ in range(2):
        yield places.latest_glass(), judging
        breaking(instructor, file)
    # The third in a day; once it is judged the file is closed again.
    yield from ("/notifications/", places.latest_glass(), file + "acces/")
    yield places.latest_glass(), judging
    yield places.latest_glass()


def removing_somebody(head: Person) -> None:
    head.main.locator("summary", has_text="Retirer").first.click()


def breaking(instructor: Person, file: str) -> Person:
    instructor.goto(file + "acces-urgence/")
    instructor.field("Pourquoi devez-vous ouvrir ce dossier maintenant ?").fill("Appel du 17 : l'élu est menacé. " * 9)
    instructor.press("Ouvrir le dossier pour 24 heures")
    instructor.sees("Vous êtes dans ce dossier jusqu'au")
    return instructor


def judging(head: Person) -> None:
    head.choose("Cet accès d'urgence était-il justifié ?", "non")
    head.field("Observations").fill("Rien n'était urgent.")
    head.press("Enregistrer le contrôle")


def giving_a_reason(person: Person) -> None:
    person.choose("Pourquoi ouvrez-vous ce dossier ?", "contrôle hiérarchique")
    person.press("Ouvrir le dossier")
    person.goto(person.page.url + "acces/ajouter/")
    person.press("Ajouter à la liste")


def breaking_the_glass(places: Places) -> Iterator[Stop]:
    glass = places.restricted_file() + "acces-urgence/"
    yield from ("/dossiers/", glass)
    yield glass, pressing("Ouvrir le dossier pour 24 heures")


def moving_without_a_date(admin: Person) -> None:
    admin.field("Nouvelle date").fill("")
    admin.press("Déplacer la date")


def protecting(places: Places) -> Iterator[Stop]:
    yield places.proposing()
    yield places.proposing(), unticking
    late = places.measure("in_force", "patrols")
    yield from (late, late.partition("mesures/")[0], late.partition("mesures/")[0] + "mesures/")
    yield late + "terminer/", pressing("Terminer la mesure")
    yield late + "point/", pressing("Garder la mesure")
    yield from (late + "responsable/", late + "executer/")
    yield places.measure("in_force", "reinforced_vigilance")
    yield places.measure("decided", "site_survey") + "commencer/"
    yield from ("/vigilance/", places.passage())


def unticking(referent: Person) -> None:
    for box in referent.main.get_by_role("checkbox").all():
        box.uncheck(force=True)
    referent.press("Proposer ces mesures")


def deciding_measures(places: Places) -> Iterator[Stop]:
    proposed = places.measure("proposed", "patrols")
    yield from (proposed, proposed + "decider/", "/controle-de-nuit/")
    yield proposed + "refuser/", pressing("Refuser cette mesure")


def administering(places: Places) -> Iterator[Stop]:
    yield from ("/", "/journal/", "/journal/?first_day=2026-02-30", "/boite-d-envoi/")
    yield from ("/boite-d-envoi/?etat=echecs", "/demonstration/taches/", "/demonstration/date/")
    yield "/demonstration/date/", moving_without_a_date
    yield "/composants/"


def figuring(places: Places) -> Iterator[Stop]:
    grid = "/dossiers/grille/2/"
    yield from ("/dossiers/evaluations/suivi/", "/dossiers/evaluations/suivi/?mois=24&departement=45")
    yield from ("/dossiers/evaluations/ecarts/?mois=24", "/dossiers/evaluations/delais/")
    yield "/dossiers/evaluations/delais/high/"
    yield "/dossiers/evaluations/delais/high/", pressing("Changer le délai")
    yield from ("/dossiers/grille/", "/dossiers/grille/1/", grid, grid + "apercu/", grid + "reglages/")
    yield from (grid + "questions/weapon_access/", grid + "publier/", places.threat("validated") + "evaluations/")
    yield grid + "question-nouvelle/", pressing("Enregistrer la question")
    yield grid + "publier/", pressing("Publier cette version")


def reading_who_consulted(places: Places) -> Iterator[Stop]:
    yield "/ma-situation/consultations/"


def home(places: Places) -> Iterator[Stop]:
    yield "/"


VISITS: list[tuple[Visit, tuple[str, ...]]] = [
    (lists_and_logging, ("ref.olivet",)),
    (what_waits, ("ref.olivet",)),
    (joining, ("ref.olivet",)),
    (evaluating_and_asking, ("ref.olivet",)),
    (protecting, ("ref.olivet",)),
    (deciding_measures, ("hier.45",)),
    (validating, ("hier.45",)),
    (restricting, ("hier.45",)),
    (breaking_the_glass, ("instr.45",)),
    (reading_who_consulted, ("elu.trois",)),
    (advising, ("instr.45",)),
    (withdrawing, ("ref.olivet",)),
    (deciding, ("dec.45",)),
    (administering, ("admin",)),
    (figuring, ("calae1",)),
    (home, ("elu.trois", "elu.olmes", "calae1", "op17.45", "surete.45", "psy1", "ref.ancien")),
]


@pytest.mark.parametrize(("visit", "logins"), VISITS, ids=lambda value: getattr(value, "__name__", ""))
def test_pages_are_accessible_contained_and_light(play: Play, visit: Visit, logins: tuple[str, ...]) -> None:
    found = []
    for login in logins:
        person = play(login)
        for stop in visit(Places(person.portal, play)):
            found += faults_at(person, stop)
    assert found == [], "\n".join(found)


def faults_at(person: Person, stop: Stop) -> list[str]:
    if isinstance(stop, Person):
        return [f"{stop.login} {stop.page.url}: {fault}" for fault in faults_of(stop.page)]
    path, act = (stop, None) if isinstance(stop, str) else stop
    # The page that asks why is visited for itself: elsewhere it is answered, whatever waits for the person that day.
    person.goto(path) if "/motif/" in path else person.opens(path)
    if act:
        act(person)
        expect(person.page.locator(ANSWERED).first, f"{path}: nothing happened").to_be_attached()
    return [f"{person.login} {path} {getattr(act, '__name__', act)}: {fault}" for fault in faults_of(person.page)]


def test_pages_of_a_visitor_and_failures_are_accessible(open_page: OpenPage, seeded_portal: Portal) -> None:
    page = open_page(seeded_portal)
    found = []
    for path in ("/connexion/", "/activer-mon-acces/", "/accessibilite/", "/mentions-legales/", "/n-existe-pas/"):
        page.goto(path)
        found += [f"{path}: {fault}" for fault in faults_of(page)]
    page.goto("/connexion/")
    page.locator("main").get_by_role("button").click()
    found += [f"sign-in refused: {fault}" for fault in faults_of(page)]
    for name, body in failures().items():
        page.route(f"**/{name}/", partial(answer, body))
        page.goto(f"/{name}/")
        found += [f"{name}: {fault}" for fault in faults_of(page)]
    assert found == [], "\n".join(found)


def answer(body: str, route: Route) -> None:
    route.fulfill(status=200, body=body, content_type="text/html; charset=utf-8")


def failures() -> dict[str, str]:
    """Pages that no address gives on purpose, as the product writes them."""
    context = {"portal": bare_portal()}
    return {name: render_to_string(f"errors/{name}.html", context) for name in ("400", "500", "503", "csrf")}


def faults_of(page: Page) -> list[str]:
    settled(page)
    weight = len(page.content().encode())
    faults = [f"{weight} bytes"] if weight > HEAVIEST else []
    # The gallery shows a refused form; it is not one.
    refused = page.locator("#erreurs").count() and "/composants/" not in page.url
    if page.title().count("Erreur : ") != int(bool(refused)):
        faults.append(f"titled « {page.title()} »")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        # Every rule at a desk; colours, which cost as much as all the rest, do not depend on the width.
        rules = () if size is DESKTOP else ("color-contrast",)
        faults += [f"{size['width']} px, {line}" for line in axe(page, without=rules)]
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            faults.append(f"{size['width']} px, {beyond} px beyond the edge")
    return faults
