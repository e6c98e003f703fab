#!/usr/bin/env python3
"""Client de référence de l'API du 17 : un numéro, un écran. Sans autre paquet que Python 3.9.

    python3 chercher.py --url https://portail.example --jeton jeton.txt --agent "Matricule 1234"

Le numéro se tape quand le programme le demande, jamais sur la ligne de commande : la liste des processus se lit. Le
jeton est dans un fichier que seul ce programme lit (chmod 600). « --nom » cherche par le nom et la commune.
"""

from __future__ import annotations

import argparse
import json
import ssl
import sys
import urllib.error
import urllib.request
from pathlib import Path


class Refused(Exception):
    """An answer of the portal that is not 200: its status, its words, the seconds to wait."""

    def __init__(self, status: int, answer: dict, wait: str = "") -> None:
        super().__init__(answer.get("message", f"Le portail a répondu {status}."))
        self.status, self.answer, self.wait = status, answer, wait


class Portal:
    def __init__(self, url: str, token: str, agent: str, context: ssl.SSLContext | None = None) -> None:
        self.url, self.token, self.agent, self.context = url.rstrip("/"), token, agent, context

    def ask(self, operation: str, **body: object) -> dict:
        request = urllib.request.Request(
            f"{self.url}/api/17/v1/{operation}",
            data=json.dumps(body | {"agent": self.agent}).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.context) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            try:
                answer = json.loads(error.read())
            except ValueError:
                answer = {}
            raise Refused(error.code, answer, error.headers.get("Retry-After", "")) from None


def sheet_lines(sheet: dict) -> list[str]:
    """The card on one screen, in the order in which a patrol needs it."""
    unconfirmed = " — NON RECONFIRMÉE" if sheet["non_reconfirmee"] else ""
    lines = [f"{sheet['nom']}, {sheet['qualite']}", f"Danger {sheet['danger']} — {sheet['heure_locale']}{unconfirmed}"]
    if sheet["consigne"]:
        lines.append(f"CONSIGNE : {sheet['consigne']}")
    for away in sheet["absences"]:
        keys = " ".join(filter(None, (away["cles"], away["telephone_des_cles"])))
        lines.append(f"ABSENT du {away['du']} au {away['au']} ({away['lieu']})" + (f", clés : {keys}" if keys else ""))
    for place in sheet["adresses"]:
        state = " [absent]" if place["absent"] else " [présence probable]" if place["presence_probable"] else ""
        lines.append(f"OÙ       {place['lieu']}{state} : {place['adresse']}, {place['commune']}")
        lines += [f"         {place['acces']}"] if place["acces"] else []
    for number in sheet["numeros"]:
        notes = [number["a_qui"], number["qui_repond"], number["precaution"]]
        notes += ["appelle de ce numéro"] if number["appelle"] else []
        refused = "" if number["peut_etre_rappele"] else " NE PAS RAPPELER"
        lines.append(f"RAPPELER {number['numero']}{refused} ({', '.join(filter(None, notes))})")
    lines += [f"FOYER    {line['titre']} : {line['texte']}" for line in sheet["foyer"]]
    lines += [f"MESURE   {measure}" for measure in sheet["mesures"]]
    lines += [f"RÉFÉRENT {one['nom']} {one['telephone']}".rstrip() for one in (*sheet["referents"], sheet["unite"])]
    return lines


def people_lines(answer: dict) -> list[str]:
    lines = []
    for rank, person in enumerate(answer["personnes"], 1):
        who = ", ".join(filter(None, (person["nom"] or "Une personne", person["qualite"])))
        where = "" if person["dans_le_ressort"] else f" — hors du ressort ({person['departement']})"
        lines.append(f"{rank}. {who}{where}")
    return lines


def search(portal: Portal, operation: str, **asked: object) -> dict:
    """Searched again at once for an urgent call, when the portal asks for a pause."""
    try:
        return portal.ask(operation, **asked)
    except Refused as error:
        if error.status != 429 or error.answer.get("code") != "trop_rapide":
            raise
        print(error)
        if input("Appel urgent ? (o/N) ").strip().lower() != "o":
            raise
        return portal.ask(operation, **asked, appel_urgent=True)


def open_one(portal: Portal, people: list[dict]) -> list[str]:
    choice = input("Rang de la personne (Entrée pour aucune) : ").strip()
    if not choice.isdigit() or not 0 < int(choice) <= len(people):
        return ["Aucune fiche ouverte."]
    person = people[int(choice) - 1]
    reason = "" if person["dans_le_ressort"] else input("Pourquoi ouvrir une fiche hors du ressort ? ").strip()
    return sheet_lines(portal.ask("fiche", inscription=person["inscription"], motif=reason)["fiche"])


def tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if not options.certificat:
        return None
    context = ssl.create_default_context()
    context.load_cert_chain(options.certificat, options.cle)
    return context


def main() -> None:
    parser = argparse.ArgumentParser(description="Reconnaître un appelant du 17.")
    parser.add_argument("--url", required=True, help="adresse du portail")
    parser.add_argument("--jeton", required=True, type=Path, help="fichier qui contient le jeton du centre")
    parser.add_argument("--agent", required=True, help="matricule ou nom de l'opérateur")
    parser.add_argument("--nom", action="store_true", help="chercher par le nom (numéro masqué)")
    parser.add_argument("--certificat", help="certificat du poste (TLS mutuel)")
    parser.add_argument("--cle", help="clé privée de ce certificat")
    options = parser.parse_args()
    try:
        portal = Portal(options.url, options.jeton.read_text().strip(), options.agent, tls(options))
        if options.nom:
            name, commune = input("Nom : "), input("Code Insee de la commune (Entrée si inconnue) : ")
            answer = search(portal, "recherche-par-nom", nom=name, commune=commune.strip())
        else:
            answer = search(portal, "recherche", numero=input("Numéro : "))
        print(answer["message"])
        if answer["fiche"]:
            print("\n".join(sheet_lines(answer["fiche"])))
        elif answer["personnes"]:
            print("\n".join(people_lines(answer)))
            print("\n".join(open_one(portal, answer["personnes"])))
    except Refused as error:
        sys.exit(f"{error}" + (f" (attendre {error.wait} s)" if error.wait else ""))
    except (OSError, EOFError) as error:
        sys.exit(f"Le portail ne répond pas, ou le jeton ne se lit pas : {error}.")


if __name__ == "__main__":
    main()
