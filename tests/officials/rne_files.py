"""Files of the RNE in the layout of each year, with invented people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

PEOPLE = "Nom de l'élu|Prénom de l'élu|Code sexe|Date de naissance"
JOB = "Code de la catégorie socio-professionnelle|Libellé de la catégorie socio-professionnelle"
PLACE = "Code du département|Libellé du département"
STATUS = "Code de la collectivité à statut particulier|Libellé de la collectivité à statut particulier"
COMMUNE = "Code de la commune|Libellé de la commune"
MAYORS = f"{PLACE}|{STATUS}|{COMMUNE}|{PEOPLE}|{JOB}|Date de début du mandat|Date de début de la fonction"
MAYORS_2020 = (
    "Code du département (Maire)|Libellé de département (Maires)|Code Insee de la commune|Libellé de la commune|"
    f"{PEOPLE}|Code profession|Libellé de la profession|Date de début du mandat|Date de début de la fonction"
)
MAYORS_2014 = "codeinsee|libdpt|libsubcom|popsubcom|nompsn|prepsn|civpsn|naissance|csp|libcsp"
SNAKE = (
    "code_departement|libelle_departement|code_collectivite_statut_particulier|"
    "libelle_collectivite_statut_particulier|code_commune|libelle_commune|nom_elu|prenom_elu|sexe_elu|"
    "date_naissance_elu|code_categorie_socio_professionnelle|libelle_categorie_socio_professionnelle|"
    "date_debut_mandat|date_debut_fonction|lieu_naissance_elu|code_nuance_mandat|libelle_nuance_mandat"
)


@dataclass
class Person:
    """An invented maire, in the invented fact that the commune elected her; the commune is real."""

    last: str = "ZÉPHYRIN"
    first: str = "Éléonore"
    sex: str = "F"
    born: date = date(1970, 2, 3)
    departement: str = "01"
    commune: str = "01004"
    started: date = date(2020, 5, 18)
    function_started: date = date(2020, 5, 25)
    more: dict[str, str] = field(default_factory=dict)


def french(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def unpadded(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def timed(day: date) -> str:
    return f"{day} 00:00:00+00"


@dataclass
class Layout:
    header: str
    delimiter: str
    encoding: str = "utf-8"
    newline: str = "\n"
    dates: object = french
    title: str = ""
    quoted: bool = False
    departement: object = staticmethod(lambda code: code)
    commune: object = staticmethod(lambda code: code)

    def row(self, person: Person) -> list[str]:
        values = {
            "nom": person.last,
            "prenom": person.first,
            "sexe": person.sex,
            "ne": self.dates(person.born),
            "dep": self.departement(person.departement),
            "com": self.commune(person.commune),
            "mandat": self.dates(person.started),
            "fonction": self.dates(person.function_started),
        }
        return [person.more.get(name) or values.get(meaning(name), "") for name in self.header.split("|")]

    def text(self, *people: Person) -> str:
        rows = [self.header.split("|"), *map(self.row, people)]
        cell = (lambda value: f'"{value}"') if self.quoted else str
        lines = [self.delimiter.join(map(cell, row)) for row in rows]
        return self.newline.join([self.title, *lines] if self.title else lines) + self.newline

    def write(self, path: Path, *people: Person) -> Path:
        path.write_bytes(self.text(*people).encode(self.encoding))
        return path


def meaning(header: str) -> str:
    """What a column of a generated file holds."""
    name = header.lower().replace("’", "'").strip()
    starts = {
        "code du département": "dep", "code_departement": "dep", "code insee": "com", "codeinsee": "com",
        "code de la commune": "com", "code_commune": "com", "nom de l": "nom", "nom_elu": "nom", "nompsn": "nom",
        "prénom": "prenom", "prenom_elu": "prenom", "prepsn": "prenom", "code sexe": "sexe", "sexe_elu": "sexe",
        "civpsn": "sexe", "date de naissance": "ne", "date_naissance": "ne", "naissance": "ne",
        "date de début du mandat": "mandat", "date_debut_mandat": "mandat", "date de début de la f": "fonction",
        "date_debut_fonction": "fonction",
    }  # fmt: skip
    return next((value for start, value in starts.items() if name.startswith(start)), "")


def no_zero(code: str) -> str:
    return code.lstrip("0")


MINISTRY = {"971": "ZA", "974": "ZD", "988": "ZN", "987": "ZP", "976": "ZM", "975": "ZS"}

LAYOUTS: dict[str, Layout] = {
    "2014": Layout(MAYORS_2014, ";", dates=str, quoted=True),
    "2020": Layout(
        MAYORS_2020,
        "\t",
        "iso-8859-1",
        "\r\n",
        unpadded,
        title="Titre du rapport",
        departement=lambda code: MINISTRY.get(code, code),
        commune=lambda code: code[2:],
    ),
    "2021": Layout(MAYORS, "\t"),
    "2022": Layout(MAYORS, ";", "iso-8859-1"),
    "2023-06": Layout(SNAKE, "\t", dates=timed),
    "2023-11 virgule": Layout(MAYORS, ",", departement=no_zero, commune=no_zero),
    "2023-11 tabulation": Layout(MAYORS.replace("'", "’").replace("Libellé de la cat", "Libellé cat"), "\t", dates=str),
    "2024": Layout(
        MAYORS.replace("Code sexe", "Code sexe ").replace("naissance", "naissancee"),
        ";",
        newline="\r\n",
        departement=no_zero,
        commune=no_zero,
    ),
    "2025": Layout(f"{MAYORS}|Code nationalité", ";", departement=no_zero, commune=no_zero),
    "2026": Layout(MAYORS, ";", "utf-8-sig", dates=str),
}
