from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import ScopeKind
from accounts.models import User
from accounts.scope import ScopedQuerySet
from alarm_registry.enums import AlertKind, LookupKind, SampleVerdict
from alarm_registry.models.registration import Registration
from cases.models import Case
from core.fields import RecordTextField
from territories.models import Commune, Departement

# Beyond this in an hour nobody works any more, and a search reads no more rows than that of its own caller.
MOST_IN_AN_HOUR = 500
# Drawn each month in a centre, for its supervisor to confirm.
SAMPLE_SIZE = 10


class CentreQuerySet(ScopedQuerySet):
    """What belongs to a centre is seen by those who are posted in its département."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}


class Lookup(models.Model):
    """One search of the 17, or one record chosen among several. Inserted only; a trigger writes it in the journal.

    Of a number, only a keyed fingerprint and its last two digits; of a name, only a keyed fingerprint.
    """

    append_only = True

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("le")
    operator = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="opérateur", db_index=False
    )
    # Who asked, as the journal says it: a person and the posting held then, or the software of a centre.
    asked_by = models.CharField("demandé par", max_length=300)
    posting_id = models.BigIntegerField("habilitation", null=True)
    posting_label = models.CharField("au titre de", max_length=300, blank=True)
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="centre", db_index=False
    )
    kind = models.CharField("recherche", max_length=8, choices=LookupKind)
    fingerprint = models.BinaryField("empreinte de ce qui est cherché", max_length=16, null=True)
    last_digits = models.CharField("deux derniers chiffres", max_length=2, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, related_name="+", verbose_name="commune", db_index=False
    )
    found = models.PositiveSmallIntegerField("fiches trouvées")
    # The record that was shown: the only one found, or the one that was chosen.
    shown = models.ForeignKey(
        Registration, models.PROTECT, null=True, related_name="lookups", verbose_name="fiche montrée", db_index=False
    )
    reason = models.CharField("motif", max_length=300, blank=True)
    # Sent during a pause, for a call that could not wait.
    is_forced = models.BooleanField("appel urgent pendant une pause", default=False)
    through_api = models.BooleanField("par le logiciel du centre", default=False)
    address = models.GenericIPAddressField("adresse", null=True)

    objects = CentreQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche du 17"
        verbose_name_plural = "recherches du 17"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index("operator", F("at").desc(), name="lookup_by_operator"),
            models.Index("departement", F("at").desc(), F("id").desc(), name="lookup_by_centre"),
            models.Index("shown", F("at").desc(), name="lookup_by_record", condition=Q(shown__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LookupKind.values), name="lookup_kind_known"),
            models.CheckConstraint(condition=Q(operator__isnull=False) | Q(through_api=True), name="lookup_says_who"),
            models.CheckConstraint(condition=Q(last_digits__regex=r"^([0-9]{2})?$"), name="lookup_two_digits_at_most"),
        ]

    def __str__(self) -> str:
        return f"recherche n° {self.pk}"


class HandledCall(models.Model):
    """« Appel traité »: one line on what was done, in the right file when there is one, and told to the référent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The page it was sent from: a double click makes one.
    submission = models.UUIDField("envoi", unique=True)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="calls", verbose_name="inscription", db_index=False
    )
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    line = RecordTextField("ce qui a été fait", record="registration")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dossier")

    class Meta:
        verbose_name = "appel traité"
        verbose_name_plural = "appels traités"
        ordering = ["-at", "pk"]
        indexes = [models.Index("registration", F("at").desc(), name="handled_of_registration")]

    def __str__(self) -> str:
        return f"appel du {self.at:%d/%m/%Y}"


class LookupLimits(models.Model):
    """What makes a search slow down and be told to the supervisor, as of a day. The 17 is never locked out."""

    append_only = True

    in_force_from = models.DateField("en vigueur depuis", unique=True)
    in_five_minutes = models.PositiveSmallIntegerField("recherches en 5 minutes")
    in_an_hour = models.PositiveSmallIntegerField("recherches en une heure")
    misses_in_an_hour = models.PositiveSmallIntegerField("recherches sans résultat en une heure")
    sequence = models.PositiveSmallIntegerField("numéros qui se suivent")
    same_commune = models.PositiveSmallIntegerField("recherches dans une même commune en une heure")
    pause_seconds = models.PositiveSmallIntegerField("pause, en secondes")

    class Meta:
        verbose_name = "limites des recherches"
        verbose_name_plural = "limites des recherches"
        ordering = ["in_force_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pause_seconds__lte=60),
                name="lookup_pause_is_short",
                violation_error_message="Une pause ne dépasse pas une minute : le 17 n'est jamais bloqué.",
            ),
            models.CheckConstraint(
                condition=Q(in_five_minutes__gte=5, sequence__gte=3, same_commune__gte=3, misses_in_an_hour__gte=5),
                name="lookup_limits_leave_room",
                violation_error_message="Ces limites arrêteraient un travail normal.",
            ),
            models.CheckConstraint(
                condition=Q(in_an_hour__gte=F("in_five_minutes"), in_an_hour__lte=MOST_IN_AN_HOUR),
                name="lookup_hour_holds_five_minutes",
                violation_error_message="En une heure : au moins autant qu'en 5 minutes, et 500 recherches au plus.",
            ),
        ]

    def __str__(self) -> str:
        return f"limites depuis le {self.in_force_from:%d/%m/%Y}"


class AlertQuerySet(CentreQuerySet):
    def open(self) -> Self:
        return self.filter(seen_at__isnull=True)


class LookupAlert(models.Model):
    """A way of searching that the supervisor of the centre must look at. One is open at a time for each reason."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="opérateur", db_index=False
    )
    asked_by = models.CharField("demandé par", max_length=300)
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="centre", db_index=False
    )
    kind = models.CharField("raison", max_length=10, choices=AlertKind)
    raised_at = models.DateTimeField("levée le")
    last_at = models.DateTimeField("encore le")
    searches = models.PositiveIntegerField("recherches concernées")
    seen_at = models.DateTimeField("vue le", null=True, blank=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vue par")
    answer = models.CharField("suite donnée", max_length=300, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte de recherche"
        verbose_name_plural = "alertes de recherche"
        ordering = ["-raised_at", "pk"]
        indexes = [models.Index("departement", F("raised_at").desc(), name="lookup_alerts_of_centre")]
        constraints = [
            models.UniqueConstraint(
                # Two operators of one name have an alert each; the software of a centre has no operator.
                fields=["departement", "operator", "asked_by", "kind"],
                condition=Q(seen_at__isnull=True),
                nulls_distinct=False,
                name="lookup_alert_once_open",
            ),
            models.CheckConstraint(condition=Q(kind__in=AlertKind.values), name="lookup_alert_kind_known"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True, answer="")
                | (Q(seen_at__isnull=False, seen_by__isnull=False) & ~Q(answer="")),
                name="lookup_alert_answered_whole",
                violation_error_message="Une alerte vue dit par qui, quand et quelle suite.",
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True) | Q(operator__isnull=True) | ~Q(seen_by=F("operator")),
                name="lookup_alert_of_another",
                violation_error_message="Personne ne répond à une alerte sur ses propres recherches.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} — {self.asked_by}"


class SampleQuerySet(CentreQuerySet):
    def waiting(self) -> Self:
        return self.filter(verdict="")


class LookupSample(models.Model):
    """One consultation of the month drawn at random, that the supervisor confirms or has explained."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField("mois")
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="centre", db_index=False
    )
    # From 1 to 10: a draw that runs twice finds the ranks taken.
    rank = models.PositiveSmallIntegerField("rang")
    lookup = models.OneToOneField(Lookup, models.PROTECT, related_name="sample", verbose_name="recherche")
    verdict = models.CharField("consultation", max_length=10, choices=SampleVerdict, blank=True)
    note = models.CharField("observation", max_length=300, blank=True)
    reviewed_at = models.DateTimeField("contrôlée le", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="contrôlée par"
    )

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = "consultation à confirmer"
        verbose_name_plural = "consultations à confirmer"
        ordering = ["-month", "rank"]
        constraints = [
            # Its index also finds the samples of a centre.
            models.UniqueConstraint(fields=["departement", "month", "rank"], name="lookup_sample_once"),
            models.CheckConstraint(
                condition=Q(rank__gte=1, rank__lte=SAMPLE_SIZE),
                name="lookup_sample_ten_at_most",
                violation_error_message="Dix consultations par mois au plus.",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="lookup_sample_month",
                violation_error_message="Un mois commence le 1er.",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(verdict__in=SampleVerdict.values, reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="lookup_sample_reviewed_whole",
                violation_error_message="Une consultation contrôlée dit par qui, quand et le résultat.",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=SampleVerdict.TO_EXPLAIN) | ~Q(note=""),
                name="lookup_sample_says_what",
                violation_error_message="Dites ce qui est à expliquer.",
            ),
        ]

    def __str__(self) -> str:
        return f"consultation n° {self.lookup_id}"
