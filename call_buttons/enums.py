from django.db import models


class RequestState(models.TextChoices):
    PENDING = "pending", "en attente de décision"
    GRANTED = "granted", "accordée"
    REFUSED = "refused", "refusée"
    WITHDRAWN = "withdrawn", "retirée"


class Opinion(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    UNFAVOURABLE = "unfavourable", "défavorable"


class Outcome(models.TextChoices):
    GRANTED = "granted", "accord"
    REFUSED = "refused", "refus"


class RefusalMotive(models.TextChoices):
    """Coded motive of a refusal, for the figures; the person reads the communicable motive."""

    LEVEL_TOO_LOW = "level_too_low", "le niveau de danger ne justifie pas un bouton d'appel"
    OTHER_MEASURE = "other_measure", "une autre mesure répond mieux au danger"
    NO_COVERAGE = "no_coverage", "l'appareil ne fonctionnerait pas sur place"
    DANGER_ENDED = "danger_ended", "le danger a pris fin"
    PERSON_DECLINES = "person_declines", "la personne ne le souhaite pas"
    OTHER = "other", "autre motif"


class ReminderKind(models.TextChoices):
    """When a reminder is due: counted back from the last protected day, then the last useful day itself."""

    D30 = "d30", "30 jours avant la fin"
    D15 = "d15", "15 jours avant la fin"
    D7 = "d7", "7 jours avant la fin"
    D3 = "d3", "3 jours avant la fin"
    LAST_WORKING_DAY = "last_working_day", "dernier jour utile"


DAYS_BEFORE: dict[str, int] = {
    ReminderKind.D30: 30,
    ReminderKind.D15: 15,
    ReminderKind.D7: 7,
    ReminderKind.D3: 3,
}


class Audience(models.TextChoices):
    REFERENT = "referent", "référent"
    INSTRUCTOR = "instructor", "instructeur de la préfecture"
    OFFICIAL = "official", "élu"
    DECIDER = "decider", "décideur"
    ROSTER = "roster", "permanence du département"


# Told at each moment, answered or not.
ALWAYS_TOLD = (Audience.REFERENT, Audience.INSTRUCTOR, Audience.OFFICIAL)
# On the last useful day nothing is decided, or the grant would have none: the prefecture decides today.
TOLD_AT: dict[str, tuple[Audience, ...]] = dict.fromkeys(DAYS_BEFORE, ALWAYS_TOLD) | {
    ReminderKind.LAST_WORKING_DAY: (*ALWAYS_TOLD, Audience.DECIDER, Audience.ROSTER)
}
# Where a reminder without an answer climbs, one rung at each moment. The élu is not asked to answer for the services.
LADDER = (Audience.REFERENT, Audience.INSTRUCTOR, Audience.DECIDER, Audience.ROSTER)
