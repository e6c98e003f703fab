from django.db import models


class Sex(models.TextChoices):
    WOMAN = "F", "femme"
    MAN = "M", "homme"


class MandateKind(models.TextChoices):
    """The mandates of the Répertoire national des élus."""

    MAYOR = "maire", "maire"
    MUNICIPAL = "municipal", "conseiller municipal"
    DISTRICT = "arrondissement", "conseiller d'arrondissement"
    COMMUNITY = "communautaire", "conseiller communautaire"
    DEPARTEMENTAL = "departemental", "conseiller départemental"
    REGIONAL = "regional", "conseiller régional"
    ASSEMBLY = "assemblee", "membre d'une assemblée à statut particulier"
    SENATOR = "senateur", "sénateur"
    DEPUTY = "depute", "député"
    EUROPEAN = "europeen", "représentant au Parlement européen"
    ABROAD = "etranger", "conseiller des Français de l'étranger"
    # Not in the RNE as a kind of its own, where an adjoint is a conseiller municipal with a function.
    DEPUTY_MAYOR = "adjoint", "adjoint au maire"


PARLIAMENT = (MandateKind.SENATOR, MandateKind.DEPUTY)


class Kinship(models.TextChoices):
    """What ties a protected person to the élu: family and collaborators are covered as he is (DOMAIN, section 6)."""

    SPOUSE = "spouse", "conjoint ou conjointe"
    CHILD = "child", "enfant"
    PARENT = "parent", "père ou mère"
    SIBLING = "sibling", "frère ou sœur"
    OTHER_FAMILY = "family", "autre membre de la famille"
    COLLABORATOR = "collaborator", "collaborateur ou agent de la mairie"
