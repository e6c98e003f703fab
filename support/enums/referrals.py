"""Closed lists of the named referrals."""

from django.db import models


class Urgency(models.IntegerChoices):
    """How soon the person wishes to be called. In the order of the list of those who help."""

    TODAY = 1, "dans la journée"
    WEEK = 2, "dans la semaine"
    NO_HURRY = 3, "sans urgence"


class Origin(models.TextChoices):
    REFERRED = "referred", "proposée par un agent"
    OWN = "own", "demandée par la personne"


class ReferralState(models.TextChoices):
    PROPOSED = "proposed", "à répondre"
    ACCEPTED = "accepted", "prise en charge"
    REFUSED = "refused", "non prise en charge"
    WITHDRAWN = "withdrawn", "retirée"
    ENDED = "ended", "terminée"


OPEN_STATES = (ReferralState.PROPOSED, ReferralState.ACCEPTED)
CLOSED_STATES = (ReferralState.REFUSED, ReferralState.WITHDRAWN, ReferralState.ENDED)
# What may follow what. The trigger `support_referral_rules` holds the same table.
TRANSITIONS: dict[ReferralState, tuple[ReferralState, ...]] = {
    ReferralState.PROPOSED: (ReferralState.ACCEPTED, ReferralState.REFUSED, ReferralState.WITHDRAWN),
    ReferralState.ACCEPTED: (ReferralState.ENDED, ReferralState.WITHDRAWN),
}


class RefusalReason(models.TextChoices):
    NO_PLACE = "no_place", "pas de place dans le délai souhaité"
    OTHER_HELP = "other_help", "cette aide n'est pas proposée ici"
    OTHER_PLACE = "other_place", "la personne vit hors de notre secteur"
    TOO_CLOSE = "too_close", "nous connaissons la personne de trop près"
    OTHER = "other", "autre raison"


class ReferralOutcome(models.TextChoices):
    """How it ended, and nothing of what was said: SERVICES, « Convention France Victimes – AMF »."""

    SEEN = "seen", "la personne a été reçue"
    NOT_REACHED = "not_reached", "la personne n'a pas pu être jointe"
    DECLINED = "declined", "la personne n'a pas souhaité donner suite"
    ENDED = "ended", "l'accompagnement est terminé"


class ConsentKind(models.TextChoices):
    REFERRED = "referred", "orientation proposée par un agent"
    OWN = "own", "demande de la personne"
    TIE = "tie", "lien avec une fiche anonyme"
