from django.db import models


class Nature(models.TextChoices):
    """Nature of the fact, in the words that CALAE publishes."""

    THREAT = "threat", "menace"
    DEATH_THREAT = "death_threat", "menace de mort"
    CONTEMPT = "contempt", "outrage"
    HARASSMENT = "harassment", "harcèlement"
    DEFAMATION = "defamation", "injure ou diffamation publique"
    DOXXING = "doxxing", "divulgation d'informations personnelles"
    VIOLENCE = "violence", "violences physiques"
    DAMAGE = "damage", "destruction ou dégradation"
    INTRUSION = "intrusion", "intrusion au domicile ou à la permanence"
    OBSTRUCTION = "obstruction", "entrave à une réunion ou à une assemblée"
    OTHER = "other", "autre atteinte"


class NatureFamily(models.TextChoices):
    """The families that the barometer counts."""

    THREATS = "threats", "menaces et outrages"
    VIOLENCE = "violence", "violences physiques"
    DAMAGE = "damage", "destructions et dégradations"
    OTHER = "other", "autres atteintes"


FAMILY_OF_NATURE: dict[str, NatureFamily] = {
    Nature.THREAT: NatureFamily.THREATS,
    Nature.DEATH_THREAT: NatureFamily.THREATS,
    Nature.CONTEMPT: NatureFamily.THREATS,
    Nature.HARASSMENT: NatureFamily.THREATS,
    Nature.DEFAMATION: NatureFamily.THREATS,
    Nature.DOXXING: NatureFamily.THREATS,
    Nature.VIOLENCE: NatureFamily.VIOLENCE,
    Nature.DAMAGE: NatureFamily.DAMAGE,
    Nature.INTRUSION: NatureFamily.OTHER,
    Nature.OBSTRUCTION: NatureFamily.OTHER,
    Nature.OTHER: NatureFamily.OTHER,
}


class Channel(models.TextChoices):
    LETTER = "letter", "courrier"
    TELEPHONE = "telephone", "téléphone"
    SMS = "sms", "SMS ou messagerie"
    EMAIL = "email", "courriel"
    SOCIAL = "social", "réseau social ou site internet"
    IN_PERSON = "in_person", "en personne"
    GRAFFITI = "graffiti", "inscription, affiche, objet déposé"
    OTHER = "other", "autre"


# What happens on a screen: its platform, its reach and whether it is still there are asked.
ONLINE_CHANNELS = (Channel.SOCIAL, Channel.EMAIL, Channel.SMS)


class Reach(models.TextChoices):
    """Who could read a message sent online."""

    PUBLIC = "public", "message public"
    PRIVATE = "private", "message privé"
    UNKNOWN = "unknown", "ne sait pas"


class AuthorKnowledge(models.TextChoices):
    UNKNOWN = "unknown", "inconnu"
    SUSPECTED = "suspected", "soupçonné, non identifié"
    IDENTIFIED = "identified", "identifié"


class IdentifierKind(models.TextChoices):
    """What may name an author, and be compared between files by its keyed hash."""

    TELEPHONE = "telephone", "numéro de téléphone"
    HANDLE = "handle", "pseudonyme ou compte en ligne"
    PLATE = "plate", "plaque d'immatriculation"
    EMAIL = "email", "adresse électronique"


class Complaint(models.TextChoices):
    FILED = "filed", "plainte déposée"
    LOGBOOK = "logbook", "main courante ou procès-verbal de renseignement"
    PLANNED = "planned", "plainte prévue"
    NONE = "none", "pas de plainte"


class Urgency(models.TextChoices):
    """How fast the evaluation is due; the hours are data (`UrgencyDelay`)."""

    IMMEDIATE = "immediate", "danger possible dans les heures qui viennent"
    HIGH = "high", "danger possible dans les jours qui viennent"
    NORMAL = "normal", "pas de signe de passage à l'acte proche"
