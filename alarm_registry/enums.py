"""Closed lists of « Alarme élu »."""

from django.db import models


class IdentityDocument(models.TextChoices):
    """What the agent looked at, at the counter. Its number is not kept: nothing needs it."""

    IDENTITY_CARD = "identity_card", "carte nationale d'identité"
    PASSPORT = "passport", "passeport"
    DRIVING_LICENCE = "driving_licence", "permis de conduire"
    RESIDENCE_PERMIT = "residence_permit", "titre de séjour ou carte d'identité européenne"


class RegistrationState(models.TextChoices):
    ACTIVE = "active", "en cours"
    WITHDRAWN = "withdrawn", "retirée par la personne"
    ENDED = "ended", "arrivée à son terme"


class NumberRole(models.TextChoices):
    PRIVATE = "private", "personnel"
    PROFESSIONAL = "professional", "professionnel"
    TOWN_HALL = "town_hall", "mairie ou permanence"
    SPOUSE = "spouse", "conjoint ou conjointe"
    RELATIVE = "relative", "autre proche"


class AddressKind(models.TextChoices):
    HOME = "home", "domicile"
    SECOND_HOME = "second_home", "résidence secondaire"
    TOWN_HALL = "town_hall", "mairie"
    OFFICE = "office", "permanence ou lieu de travail"


class AfterMandate(models.TextChoices):
    """What the person decided once no mandate was left."""

    UNDECIDED = "", "à décider"
    KEPT = "kept", "inscription gardée"


class AskingKind(models.TextChoices):
    """What the portal asks or tells about a registration, by itself."""

    CONFIRM = "confirm", "confirmation demandée"
    UNCONFIRMED = "unconfirmed", "non reconfirmée"
    MANDATE = "mandate", "fin de mandat : garder ou non"


class LookupKind(models.TextChoices):
    NUMBER = "number", "numéro"
    NAME = "name", "nom et commune"
    OPENING = "opening", "fiche choisie"


class AlertKind(models.TextChoices):
    """Why a supervisor is told of the searches of an operator."""

    VOLUME = "volume", "beaucoup de recherches en peu de temps"
    MISSES = "misses", "beaucoup de recherches sans résultat"
    SEQUENCE = "sequence", "numéros qui se suivent"
    SAME_PLACE = "same_place", "beaucoup de personnes d'une même commune"
    FORCED = "forced", "pause passée pour un appel urgent"
    ELSEWHERE = "elsewhere", "fiches ouvertes hors du ressort"


class SampleVerdict(models.TextChoices):
    JUSTIFIED = "justified", "justifiée"
    TO_EXPLAIN = "to_explain", "à expliquer"
