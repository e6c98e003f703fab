"""J9: a fact that two people tell counts once, in one file; and everything can be taken back for thirty days."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from cases.services.fact_table import COLUMNS
from tests.harness.browser import PHONE
from tests.journeys.people import PARIS, Person, Play, move_clock, run_job

KNOWN = """
SELECT c.reference, o.last_name, o.first_name, m.commune_id, t.commune_id, t.nature,
    to_char(t.occurred_at AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY'), u.name
FROM cases_threat t JOIN cases_case c ON c.id = t.case_id JOIN officials_official o ON o.id = c.official_id
JOIN officials_mandate m ON m.id = t.mandate_id JOIN accounts_unit u ON u.id = c.unit_id
JOIN cases_evaluation e ON e.threat_id = t.id AND e.state = 'submitted'
WHERE u.name LIKE '%%Olivet' AND c.state = 'open' AND m.commune_id IS NOT NULL ORDER BY c.reference LIMIT 1
"""
OTHERS = """
SELECT o.last_name, o.first_name, m.commune_id, min(u.name) FROM officials_mandate m
JOIN officials_official o ON o.id = m.official_id
JOIN referents_competence k ON k.commune_id = m.commune_id JOIN accounts_unit u ON u.id = k.unit_id
WHERE m.departement_id = '45' AND NOT EXISTS (SELECT FROM cases_case c WHERE c.official_id = o.id)
    AND o.last_name NOT IN ('Montclarel', 'Prévaudel')
GROUP BY o.id, o.last_name, o.first_name, m.commune_id ORDER BY o.last_name, o.first_name LIMIT 28
"""
SAME_AUTHOR = """
SELECT c.reference FROM cases_authoridentifier i JOIN cases_threat t ON t.id = i.threat_id
JOIN cases_case c ON c.id = t.case_id JOIN accounts_unit u ON u.id = c.unit_id
WHERE u.name LIKE %s AND EXISTS (
    SELECT FROM cases_authoridentifier o JOIN cases_threat ot ON ot.id = o.threat_id
    JOIN cases_case oc ON oc.id = ot.case_id JOIN accounts_unit ou ON ou.id = oc.unit_id
    WHERE o.key = i.key AND ou.id <> u.id AND ou.name ~ '(Olivet|Gien)$'
) ORDER BY c.reference LIMIT 1
"""
REASON = "La préfecture et la brigade racontent le même fait."


@pytest.mark.browser
def test_a_duplicate_is_merged_then_given_back(play: Play, admin: Person) -> None:
    reference, *known = admin.portal.rows(KNOWN)[0]
    imported_by_the_prefecture(play("instr.45", viewport=PHONE), known, admin.portal.rows(OTHERS))
    month = datetime.now(PARIS).date().replace(day=1)
    frozen = a_month_later(admin, month)
    head = play("hier.45")
    before, live = total_of(head, month), counted_today(head)
    absorbed = merged_by_the_hierarchy(head, reference)
    the_old_reference_leads_to_the_new_one(head, absorbed, reference)
    the_fact_counts_once(head, month, before, live, frozen)
    the_merge_is_undone(head, absorbed, reference, month)
    two_victims_are_linked(head, play("ref.olivet", viewport=PHONE), play("ref.gien"))


def imported_by_the_prefecture(instructor: Person, known: list[str], others: list[tuple]) -> None:
    last, first, mandate, commune, nature, day, unit = known
    lines = [cells(last, first, mandate, day, commune, nature, unit)]
    lines += [cells(*person[:3], "12/01/2026", person[2], "threat", person[3]) for person in others]
    lines.append(cells("Personne", "Jean", mandate, day, commune, nature, unit))
    content = "\r\n".join([";".join(COLUMNS.values()), *lines]).encode()
    file = {"name": "faits.csv", "mimeType": "text/csv", "buffer": content}
    instructor.goto("/dossiers/").follow("Importer des faits")
    instructor.main.get_by_label("Tableau de faits").set_input_files(file)
    instructor.press("Importer les lignes acceptées")
    instructor.sees(f"{len(lines) - 1} faits enregistrés", "1 ligne refusée", "Aucun élu", "À vérifier", "même élu")
    instructor.goto("/dossiers/import/").main.get_by_label("Tableau de faits").set_input_files(file)
    instructor.press("Importer les lignes acceptées")
    instructor.sees("Aucun fait nouveau : rien n'a été enregistré.")


def cells(last: str, first: str, mandate: str, day: str, commune: str, nature: str, unit: str) -> str:
    row = {
        "nom": last, "prenom": first, "commune_mandat": mandate, "date": day, "heure": "00:30",
        "commune_faits": commune, "nature": nature, "moyen": "letter", "recit": "Fait signalé par la préfecture.",
        "unite": unit,
        "source": "Main courante de la préfecture", "date_source": day,
    }  # fmt: skip
    return ";".join(row.get(name, "") for name in COLUMNS)


def a_month_later(admin: Person, month) -> str:
    """The facts are in a month that is frozen before the double is found."""
    after = (month + timedelta(days=32)).replace(day=1) + timedelta(days=2)
    move_clock(admin, datetime.combine(after, time(10), tzinfo=PARIS))
    run_job(admin, "Gel")
    frozen = admin.portal.rows("SELECT sha256 FROM barometer_frozenmonth ORDER BY month DESC LIMIT 1")
    return str(frozen[0][0])


def total_of(person: Person, month) -> int:
    person.goto(f"/barometre/{month:%Y-%m}/")
    return shown_total(person)


def shown_total(person: Person) -> int:
    return int(re.sub(r"\D", "", person.main.get_by_text(re.compile(r"faits? enregistrés?$")).first.inner_text()))


def merged_by_the_hierarchy(head: Person, reference: str) -> str:
    head.goto("/dossiers/").follow("Doublons à vérifier")
    row = head.main.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("Même élu")
    (absorbed,) = set(re.findall(r"\d{4}-45-\d{5}", row.inner_text())) - {reference}
    row.get_by_role("link").click()
    head.sees("même commune", "Fait signalé par la préfecture.")
    head.follow("C'est le même fait : fusionner")
    head.sees("Dossier conservé", reference, "Dossier fusionné", absorbed, "Évaluations", "À faire")
    head.press("Fusionner les deux dossiers")
    expect(head.error_beside("Pourquoi ces deux dossiers")).to_contain_text("obligatoire")
    head.main.locator("select").first.select_option(index=2)
    head.field("Pourquoi ces deux dossiers").fill(REASON)
    head.press("Fusionner les deux dossiers")
    head.sees(f"Le dossier {absorbed} est fusionné dans celui-ci.", "Doublon", "Sans objet", REASON)
    return absorbed


def the_old_reference_leads_to_the_new_one(head: Person, absorbed: str, reference: str) -> None:
    head.goto(f"/dossiers/{absorbed}/")
    expect(head.page).to_have_url(re.compile(rf"/dossiers/{reference}/$"))
    expect(head.page.locator("body")).to_contain_text(f"Le dossier {absorbed} est fusionné dans {reference} le ")
    head.goto(f"/dossiers/?q={absorbed}").sees(absorbed, "Fusionné")


def counted_today(person: Person) -> int:
    """What the page of the month counts now: another journey may have logged facts since it was frozen."""
    said = re.search(r"Le portail compte aujourd'hui (\d+) fait", person.main.inner_text())
    return int(said[1]) if said else shown_total(person)


def the_fact_counts_once(head: Person, month, before: int, live: int, frozen: str) -> None:
    head.goto(f"/barometre/{month:%Y-%m}/").sees(
        "Révision du", "-1, fait compté deux fois", frozen, "empreinte vérifiée"
    )
    head.sees(f"Compté aujourd'hui : {live - 1} faits")
    assert total_of(head, month) == before


def the_merge_is_undone(head: Person, absorbed: str, reference: str, month) -> None:
    head.goto(f"/dossiers/{reference}/").follow("Annuler cette fusion")
    head.press("Annuler la fusion")
    expect(head.error_beside("Pourquoi annuler")).to_contain_text("obligatoire")
    head.field("Pourquoi annuler").fill("Ce sont deux faits.")
    head.press("Annuler la fusion")
    expect(head.page).to_have_url(re.compile(rf"/dossiers/{absorbed}/$"))
    head.sees("Fait signalé par la préfecture.", "Ce sont deux faits.", "annulée")
    head.goto(f"/barometre/{month:%Y-%m}/").sees("+1, fusion de dossiers annulée")
    assert head.goto(f"/dossiers/{absorbed}/annuler-la-fusion/").page.title()


def two_victims_are_linked(head: Person, olivet: Person, gien: Person) -> None:
    one, other = (head.portal.rows(SAME_AUTHOR, f"%{town}")[0][0] for town in ("Olivet", "Gien"))
    olivet.goto(f"/dossiers/{one}/").sees("Brigade de gendarmerie de Gien » connaît aussi cet identifiant")
    olivet.does_not_see(other)
    head.goto(f"/dossiers/{one}/").follow("Fusionner avec un autre dossier")
    head.field("Référence de l'autre dossier").fill(other)
    head.press("Comparer les deux dossiers")
    head.sees("Deux élus : ces dossiers ne fusionnent pas")
    head.field("Pourquoi").fill("Même numéro.")
    head.press("Lier les deux dossiers")
    head.sees("Les deux dossiers sont liés", other)
    gien.goto(f"/dossiers/{other}/").sees("Un dossier lié à l'unité « Brigade de gendarmerie d'Olivet »")
    gien.does_not_see(one)
