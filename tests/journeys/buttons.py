"""Gestures around a call button, shared by the journeys that ask for one, decide, and follow its end."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlencode

from tests.journeys.people import Person, answer_grid, fill_threat, reference_of

REMINDERS = "Rappels de fin de bouton d'appel"
EXPIRIES = "Signalement des boutons d'appel échus"


def evaluate(referent: Person, head: Person, reference: str) -> None:
    """The evaluation that waits in a file, answered and validated."""
    referent.goto(f"/dossiers/{reference}/")
    referent.main.get_by_role("link", name=re.compile("Évaluation n° ")).first.click()
    own = referent.page.url
    answer_grid(referent)
    referent.press("Transmettre à la hiérarchie")
    referent.sees("L'évaluation est transmise")
    head.goto(own).press("Valider l'évaluation")
    head.sees("L'évaluation est validée.")


def log_in_file(referent: Person, reference: str, *, occurred: datetime, commune: str, nature: str) -> None:
    """A new fact in a file that exists."""
    referent.goto(f"/dossiers/{reference}/menaces/nouvelle/")
    fill_threat(referent, occurred=occurred, commune=commune, nature=nature)
    referent.press("Enregistrer la menace")
    reference_of(referent)


def ask(referent: Person, reference: str, *, label: str = "Demander un bouton d'appel", gap: str = "") -> str:
    """From the file's panel to the request; gives its address."""
    referent.goto(f"/boutons-appel/dossier/{reference}/").follow(label)
    referent.field("Pourquoi un bouton d'appel ?").fill("Le danger dure.")
    if gap:
        referent.field("Pourquoi la protection s'est-elle interrompue ?").fill(gap)
        referent.press("Faire une nouvelle demande")
    else:
        referent.press("Demander le bouton d'appel")
    referent.sees("La demande est transmise à la préfecture.")
    return referent.page.url


def grant(decider: Person, address: str) -> str:
    """Read, signed; gives what the document says."""
    decider.goto(address).follow("Prévisualiser et accorder")
    text = decider.pdf_text(decider.main.get_by_role("link", name="Lire l'aperçu").get_attribute("href"))
    decider.press("Signer et accorder")
    decider.sees("est signée.")
    return text


def preview_letter(decider: Person) -> str:
    """The letter behind « Lire l'aperçu », which opens in a window of its own: by the same form."""
    form = decider.main.locator("form").filter(has=decider.page.get_by_role("button", name="Lire l'aperçu"))
    button = form.get_by_role("button", name="Lire l'aperçu")
    fields: dict[str, list[str]] = {}
    for field in form.locator("input[type=hidden]").all():
        fields.setdefault(field.get_attribute("name"), []).append(field.input_value())
    answer = decider.page.request.post(
        button.get_attribute("formaction"),
        data=urlencode(fields, doseq=True),
        headers={"Referer": decider.page.url, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.headers["content-type"] == "application/pdf", answer.text()[:500]
    return decider.text_of_pdf(answer.body())
