"""Closed lists of the base layer."""

from django.db import models


class Action(models.TextChoices):
    """What somebody did, as the journal names it."""

    CONSULTATION = "consultation", "consultation"
    REFUSAL = "refusal", "accès refusé"
    EXPORT = "export", "export"
    SIGN_IN = "sign_in", "connexion"
    SIGN_OUT = "sign_out", "déconnexion"
    ACT = "act", "acte"


class Outcome(models.TextChoices):
    DONE = "done", "fait"
    REFUSED = "refused", "refusé"
    FAILED = "failed", "échec"


class Channel(models.TextChoices):
    EMAIL = "email", "courriel"
    SMS = "sms", "SMS"


class DeliveryState(models.TextChoices):
    PENDING = "pending", "à envoyer"
    SENT = "sent", "envoyé"
    FAILED = "failed", "échec"


class RunOutcome(models.TextChoices):
    RUNNING = "running", "en cours"
    DONE = "done", "réussie"
    FAILED = "failed", "en échec"
    INTERRUPTED = "interrupted", "interrompue"


class Process(models.TextChoices):
    """Processes whose silence delays reminders."""

    WORKER = "worker", "traitement des tâches"
    BEAT = "beat", "planificateur"
