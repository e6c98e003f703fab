"""What the software of a centre sends and reads. The names are French: they are those of the contract."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

LONG_NUMBER = 9


def _agent(text: str) -> str:
    # What is written here goes to the journal: a caller's number must not.
    if len(re.findall(r"\d", text)) >= LONG_NUMBER:
        raise PydanticCustomError("number_in_agent", "a number where an agent is named")
    if not text.isprintable():
        raise PydanticCustomError("unprintable", "a sign that nobody types")
    return text


def _stored(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("unprintable", "a sign that nobody types")
    return text


def _text(longest: int, shortest: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


Agent = Annotated[
    str,
    _text(40, 2),
    AfterValidator(_agent),
    Field(description="Matricule ou nom de l'opérateur, écrit dans le journal. Jamais un numéro de téléphone."),
]
Urgent = Annotated[
    bool,
    Field(description="Vrai pour un appel qui ne peut pas attendre la fin d'une pause : le superviseur est prévenu."),
]


class _Asked(Schema):
    model_config = ConfigDict(extra="forbid", strict=False)

    agent: Agent


class NumberAsked(_Asked):
    numero: Annotated[
        str,
        _text(200),
        AfterValidator(_stored),
        Field(description="Le numéro comme il s'affiche, dans n'importe quelle écriture."),
    ]
    appel_urgent: Urgent = False


class NameAsked(_Asked):
    nom: Annotated[str, _text(150), AfterValidator(_stored)]
    commune: Annotated[str, StringConstraints(pattern=r"^([0-9AB]{5})?$"), Field(description="Code Insee.")] = ""
    appel_urgent: Urgent = False


class CardAsked(_Asked):
    inscription: UUID
    motif: Annotated[
        str, _text(300, 0), AfterValidator(_stored), Field(description="Pourquoi, pour une fiche hors du ressort.")
    ] = ""


class Number(Schema):
    numero: str
    a_qui: str
    qui_repond: str
    peut_etre_rappele: bool
    precaution: str
    appelle: bool


class Place(Schema):
    lieu: str
    adresse: str
    commune: str
    acces: str
    horaires: list[str]
    presence_probable: bool
    absent: bool


class HouseholdLine(Schema):
    titre: str
    texte: str


class Away(Schema):
    du: str
    au: str
    lieu: str
    cles: str
    telephone_des_cles: str
    a_savoir: str


class Reachable(Schema):
    nom: str
    telephone: str


class Sheet(Schema):
    """La fiche d'une personne : ce que lit l'opérateur, rien d'autre."""

    inscription: UUID
    nom: str
    qualite: str
    danger: str
    non_reconfirmee: bool
    heure_locale: str
    consigne: str
    rappeler: str
    numeros: list[Number]
    adresses: list[Place]
    foyer: list[HouseholdLine]
    mesures: list[str]
    absences: list[Away]
    referents: list[Reachable]
    unite: Reachable


class Person(Schema):
    """Une personne parmi plusieurs : de quoi demander « Qui parle ? D'où ? », pas sa fiche."""

    inscription: UUID
    nom: str
    qualite: str
    departement: str
    dans_le_ressort: bool
    numero_a_qui: str
    plan: str


class Answer(Schema):
    resultat: Literal["aucune", "une", "plusieurs", "hors_ressort"]
    message: str
    plans: list[str]
    coupe: bool
    fiche: Sheet | None
    personnes: list[Person]


class CardAnswer(Schema):
    fiche: Sheet


class Refusal(Schema):
    code: str
    message: str
    champs: dict[str, str] = {}
