"""Tables of the base layer. None points to another app: people are plain numbers and labels here."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.enums import Action, Channel, DeliveryState, Outcome, Process, RunOutcome
from core.fields import EncryptedTextField


class DemoClock(models.Model):
    """How far the demonstration's clock is from the true one. One row at most; production never reads it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField("écart")
    moved_at = models.DateTimeField("déplacée le")

    class Meta:
        verbose_name = "date de démonstration"
        verbose_name_plural = "date de démonstration"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_clock_single_row")]

    def __str__(self) -> str:
        return f"écart de {self.offset}"


class JournalEntry(models.Model):
    """Who did or read what. Inserted only: triggers and the application role's rights refuse the rest."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("le")
    # Set by a trigger on the server's own clock: neither the demonstration's date nor the application decides it.
    recorded_at = models.DateTimeField("écrit le", db_default=Now(), editable=False)
    action = models.CharField("action", max_length=20, choices=Action)
    outcome = models.CharField("résultat", max_length=10, choices=Outcome)
    actor_id = models.BigIntegerField("compte", null=True)
    actor_label = models.TextField("personne")
    posting_id = models.BigIntegerField("affectation", null=True)
    posting_label = models.TextField("au titre de", blank=True)
    address = models.GenericIPAddressField("adresse", null=True)
    object_type = models.TextField("type d'objet", blank=True)
    object_id = models.TextField("clé de l'objet", blank=True)
    object_label = models.TextField("objet", blank=True)
    reason = models.TextField("motif", blank=True)
    details = models.JSONField("détails", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(F("at").desc(), F("id").desc(), name="journal_by_date"),
            models.Index("object_type", "object_id", F("at").desc(), name="journal_by_object"),
            models.Index("object_label", F("at").desc(), F("id").desc(), name="journal_by_label"),
            models.Index("actor_id", F("at").desc(), F("id").desc(), name="journal_by_actor"),
            models.Index(
                "object_id",
                "recorded_at",
                name="journal_refused_sign_in_key",
                condition=Q(action=Action.SIGN_IN, outcome=Outcome.REFUSED),
            ),
            models.Index(
                "address",
                "recorded_at",
                name="journal_refused_sign_in_addr",
                condition=Q(action=Action.SIGN_IN, outcome=Outcome.REFUSED),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=Action.values), name="journal_action_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="journal_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} n° {self.pk}"


class JournalSeal(models.Model):
    """A keyed fingerprint of every entry after the previous seal and up to `last_id`."""

    append_only = True

    number = models.PositiveBigIntegerField("numéro", primary_key=True)
    last_id = models.BigIntegerField("dernière entrée", unique=True)
    entries = models.PositiveIntegerField("nombre d'entrées")
    sealed_at = models.DateTimeField("scellé le")
    mac = models.BinaryField("sceau", max_length=32)

    class Meta:
        verbose_name = "sceau du journal"
        verbose_name_plural = "sceaux du journal"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"sceau n° {self.number}"


class JournalVerification(models.Model):
    """Result of one verification of the whole journal."""

    append_only = True

    verified_at = models.DateTimeField("vérifié le")
    is_intact = models.BooleanField("intact")
    sealed_entries = models.PositiveBigIntegerField("entrées scellées")
    unsealed_entries = models.PositiveBigIntegerField("entrées pas encore scellées")
    seals = models.PositiveBigIntegerField("sceaux")
    # The last seal seen, so that cutting the end of the chain shows next time.
    last_mac = models.BinaryField("dernier sceau", max_length=32, default=bytes)
    findings = models.JSONField("anomalies", default=list)

    class Meta:
        verbose_name = "vérification du journal"
        verbose_name_plural = "vérifications du journal"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"vérification n° {self.pk}"


class OutboxMessage(models.Model):
    """A message is a row before it is sent. The row is the truth; the task queue only wakes the worker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField("canal", max_length=10, choices=Channel)
    dedupe_key = models.CharField("clé d'unicité", max_length=200, unique=True)
    # Encrypted: the list of those to whom the portal writes is the list of those who are threatened.
    recipient = EncryptedTextField("destinataire")
    subject = models.CharField("objet", max_length=200, blank=True)
    body = models.TextField("texte")
    about = models.CharField("à propos de", max_length=200, blank=True)
    message_id = models.CharField("identifiant du message", max_length=200, unique=True)
    state = models.CharField("état", max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    # True time, never the demonstration's: moving the date must not hurry or stop a relay's rest.
    next_attempt_at = models.DateTimeField("prochain essai")
    last_error = models.TextField("dernière erreur", blank=True)
    created_at = models.DateTimeField("créé le")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "boîte d'envoi"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index("channel", "next_attempt_at", name="outbox_pending", condition=Q(state=DeliveryState.PENDING)),
            models.Index(F("created_at").desc(), F("id").desc(), name="outbox_by_date"),
            models.Index("state", F("created_at").desc(), F("id").desc(), name="outbox_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="outbox_state_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at__isnull=True)),
                name="outbox_sent_has_its_date",
                violation_error_message="Un message envoyé porte sa date d'envoi, les autres n'en ont pas.",
            ),
            models.CheckConstraint(
                condition=~Q(recipient=""),
                name="outbox_has_recipient",
                violation_error_message="Un message a un destinataire.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.message_id}"


class JobRun(models.Model):
    """One run of a scheduled job."""

    name = models.CharField("tâche", max_length=60)
    started_at = models.DateTimeField("lancée le")
    # True time: a daily job that failed is tried again after some real minutes, whatever the demonstration's date.
    real_started_at = models.DateTimeField("lancée le (heure réelle)")
    finished_at = models.DateTimeField("terminée le (heure réelle)", null=True)
    outcome = models.CharField("résultat", max_length=12, choices=RunOutcome, default=RunOutcome.RUNNING)
    message = models.TextField("compte rendu", blank=True)

    class Meta:
        verbose_name = "exécution d'une tâche"
        verbose_name_plural = "exécutions des tâches"
        ordering = ["-id"]
        indexes = [
            models.Index("name", F("id").desc(), name="job_runs_by_name"),
            models.Index("name", name="job_runs_running", condition=Q(outcome=RunOutcome.RUNNING)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=RunOutcome.values), name="job_run_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} n° {self.pk}"


class Heartbeat(models.Model):
    """Last sign of life of a process, in true time."""

    process = models.CharField("processus", max_length=10, primary_key=True, choices=Process)
    at = models.DateTimeField("signe de vie")

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"

    def __str__(self) -> str:
        return self.get_process_display()
