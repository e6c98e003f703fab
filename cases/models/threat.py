from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Unit
from cases.enums import (
    FAMILY_OF_NATURE,
    ONLINE_CHANNELS,
    Answer,
    AuthorKnowledge,
    Channel,
    Complaint,
    Nature,
    NatureFamily,
    Reach,
    Urgency,
)
from cases.models.file import Case
from core.fields import EncryptedTextField
from officials.models import Mandate
from territories.models import Commune, Departement

# A year typed wrong (« 0206 ») is a mistake, and PostgreSQL knows years that Python does not.
EARLIEST_FACT = datetime(1990, 1, 1, tzinfo=UTC)


class UrgencyDelay(models.Model):
    """Hours to evaluate, by urgency: dated doctrine, so data and not code."""

    urgency = models.CharField("urgence", max_length=12, choices=Urgency, unique=True)
    hours = models.PositiveSmallIntegerField("délai en heures")
    # Hours past the term after which a late evaluation climbs.
    hierarchy_hours = models.PositiveSmallIntegerField("retard signalé à la hiérarchie après (heures)", db_default=1)
    prefecture_hours = models.PositiveSmallIntegerField("retard signalé à la préfecture après (heures)", db_default=2)
    version = models.PositiveIntegerField("version de saisie", default=1, db_default=1)

    class Meta:
        verbose_name = "délai d'évaluation"
        verbose_name_plural = "délais d'évaluation"
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__range=(1, 720)) & Q(prefecture_hours__lte=1440),
                name="urgency_delay_bounded",
                violation_error_message="Un délai va de 1 heure à 30 jours.",
            ),
            models.CheckConstraint(
                condition=Q(hierarchy_hours__gte=1) & Q(hierarchy_hours__lt=F("prefecture_hours")),
                name="urgency_delay_climbs",
                violation_error_message="La hiérarchie est prévenue avant la préfecture.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()} : {self.hours} h"


class UrgencyDelayChange(models.Model):
    """A change of the delays: who, when, from what, to what, why. Append-only."""

    append_only = True

    urgency = models.CharField("urgence", max_length=12, choices=Urgency)
    at = models.DateTimeField("le")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="changé par"
    )
    before = models.CharField("avant", max_length=200)
    after = models.CharField("après", max_length=200)
    reason = models.CharField("raison", max_length=400)

    class Meta:
        verbose_name = "changement de délai"
        verbose_name_plural = "changements de délai"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()} : {self.before} → {self.after}"


class Threat(models.Model):
    """One fact against an élu, with its three territories: of the fact, of the mandate, of the recording."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="threats", verbose_name="dossier")
    occurred_at = models.DateTimeField("date et heure des faits")
    occurred_zone = models.CharField("fuseau horaire des faits", max_length=40)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune des faits")
    fact_departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="département des faits"
    )
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="mandat visé"
    )
    mandate_departement = models.ForeignKey(
        Departement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="département du mandat"
    )
    recorded_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="unité qui a enregistré")
    recorded_departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="département de l'enregistrement"
    )
    place = EncryptedTextField("lieu précis", null=True, blank=True)
    nature = models.CharField("nature des faits", max_length=16, choices=Nature)
    channel = models.CharField("moyen utilisé", max_length=12, choices=Channel)
    # Asked of what happens online, empty otherwise.
    platform = models.CharField("plateforme", max_length=100, blank=True, default="", db_default="")
    # The database's own default is for rows written without the form, before it asked or by a bulk load.
    online_reach = models.CharField(
        "portée du message", max_length=8, choices=Reach, blank=True, default="", db_default=Reach.UNKNOWN
    )
    still_online = models.CharField(
        "encore en ligne", max_length=8, choices=Answer, blank=True, default="", db_default=""
    )
    description = EncryptedTextField("récit des faits")
    author_knowledge = models.CharField("auteur", max_length=12, choices=AuthorKnowledge)
    author_description = EncryptedTextField("ce que l'on sait de l'auteur", null=True, blank=True)
    antecedents = models.CharField(
        "antécédents connus", max_length=8, choices=Answer, default=Answer.UNKNOWN, db_default=Answer.UNKNOWN
    )
    complaint = models.CharField("plainte", max_length=10, choices=Complaint)
    complaint_on = models.DateField("date de la plainte ou de la main courante", null=True, blank=True)
    # Code de procédure pénale, article 40, second paragraph: an authority must report an offence it learns of.
    reported_under_cpp40 = models.BooleanField("signalement au titre de l'article 40", default=False, db_default=False)
    cpp40_on = models.DateField("date du signalement au titre de l'article 40", null=True, blank=True)
    urgency = models.CharField("urgence", max_length=12, choices=Urgency)
    logged_at = models.DateTimeField("enregistrée le")
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enregistrée par"
    )
    version = models.PositiveIntegerField("version", default=1)
    # The same fact, told once more in a file that was merged into this one: counted once.
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="doubles", verbose_name="même fait que"
    )

    class Meta:
        verbose_name = "menace"
        verbose_name_plural = "menaces"
        ordering = ["-occurred_at", "-pk"]
        indexes = [
            models.Index(fields=["case", "-occurred_at"], name="threat_of_case"),
            # The barometer counts a month at a time.
            models.Index(fields=["logged_at"], name="threat_by_logging"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("logged_at")),
                name="threat_not_in_future",
                violation_error_message="La date des faits est dans le futur.",
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__gte=EARLIEST_FACT),
                name="threat_not_too_old",
                violation_error_message="La date des faits est trop ancienne.",
            ),
            models.CheckConstraint(
                condition=Q(nature__in=Nature.values, channel__in=Channel.values, urgency__in=Urgency.values),
                name="threat_choices_known",
                violation_error_message="La nature, le moyen ou l'urgence est inconnu.",
            ),
            models.CheckConstraint(
                condition=~Q(channel__in=ONLINE_CHANNELS) | Q(online_reach__in=Reach.values),
                name="threat_online_is_qualified",
                violation_error_message="Pour un fait en ligne, dites si le message est public ou privé.",
            ),
            models.CheckConstraint(
                condition=Q(cpp40_on__isnull=True) | Q(reported_under_cpp40=True),
                name="threat_cpp40_date_needs_report",
                violation_error_message="Une date de signalement suppose un signalement.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {self.local_occurred_at:%d/%m/%Y}"

    @property
    def local_occurred_at(self) -> datetime:
        return self.occurred_at.astimezone(ZoneInfo(self.occurred_zone))

    @property
    def local_day(self) -> date:
        return self.local_occurred_at.date()

    @property
    def is_online(self) -> bool:
        return self.channel in ONLINE_CHANNELS

    @property
    def procedure_number(self) -> str:
        return self.procedure.number if hasattr(self, "procedure") else ""

    @property
    def family(self) -> NatureFamily:
        return FAMILY_OF_NATURE[self.nature]


class Procedure(models.Model):
    """The number of the complaint or of the main courante. It names a procedure, so it is encrypted, apart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    threat = models.OneToOneField(Threat, models.PROTECT, related_name="procedure", verbose_name="menace")
    number = EncryptedTextField("numéro de procédure")

    class Meta:
        verbose_name = "procédure"
        verbose_name_plural = "procédures"

    def __str__(self) -> str:
        return f"procédure de la menace {self.threat_id}"
