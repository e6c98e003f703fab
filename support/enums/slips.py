"""What a slip may say: choices only, but for a short text."""

from django.db import models


class Mode(models.TextChoices):
    """How the person wishes to meet: their choice, and nobody else's."""

    IN_PERSON = "in_person", "en face à face"
    REMOTE = "remote", "à distance (téléphone ou visio)"


class DayPart(models.TextChoices):
    MORNING = "morning", "matin"
    NOON = "noon", "midi"
    AFTERNOON = "afternoon", "après-midi"
    EVENING = "evening", "soir"


class WeekDay(models.TextChoices):
    """By its number in ISO 8601."""

    MONDAY = "1", "lundi"
    TUESDAY = "2", "mardi"
    WEDNESDAY = "3", "mercredi"
    THURSDAY = "4", "jeudi"
    FRIDAY = "5", "vendredi"
    SATURDAY = "6", "samedi"
    SUNDAY = "7", "dimanche"


class Who(models.TextChoices):
    UNSAID = "unsaid", "je préfère ne pas le dire"
    OFFICIAL = "official", "je suis élu ou élue"
    RELATIVE = "relative", "je suis un proche"


class SlipState(models.TextChoices):
    WAITING = "waiting", "en attente d'une réponse"
    PROPOSED = "proposed", "un autre moment est proposé"
    CONFIRMED = "confirmed", "rendez-vous confirmé"
    MOVING = "moving", "un autre moment est demandé"
    CANCELLED = "cancelled", "rendez-vous annulé"
    SEEN = "seen", "rendez-vous passé"
    MISSED = "missed", "la personne n'est pas venue"


# The person may still ask something.
LIVE_STATES = (SlipState.WAITING, SlipState.PROPOSED, SlipState.CONFIRMED, SlipState.MOVING)
ENDED_STATES = (SlipState.CANCELLED, SlipState.SEEN, SlipState.MISSED)
