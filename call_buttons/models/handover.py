"""A device in somebody's hands: the handover, whom it calls, its tests, its activations."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.enums import ScopeKind
from call_buttons.enums import HandoverEnd, RecipientRole, SignerQuality, TestOutcome, Truth
from call_buttons.models.device import CallButtonDevice
from call_buttons.models.grant import CallButtonGrant
from cases.models import CaseLinkedQuerySet
from core import clock
from core.fields import EncryptedTextField
from officials.models import Official

if TYPE_CHECKING:
    from datetime import date

LONGEST_DELAY = 600


class CallButtonHandoverQuerySet(CaseLinkedQuerySet):
    case_lookup: ClassVar[str] = "grant__case_id"
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "grant__unit_id",
        ScopeKind.DEPARTEMENT: "grant__departement_id",
        ScopeKind.OWN: "official__user_id",
    }

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def with_protection(self) -> Self:
        """Annotate `is_protected`: a protection of the person runs, or is to come, in the prefecture of the device.

        Read from the terms themselves, local to the département: no job and no stored state takes part.
        """
        local_today = CallButtonGrant.objects.with_local_today().with_end().filter(end__gt=F("local_today"))
        running = local_today.filter(
            official=OuterRef("official"),
            departement=OuterRef("grant__departement"),
            # Serves the index; the exact bound is local.
            period__endswith__gt=clock.today("UTC") - timedelta(days=1),
        )
        return self.annotate(is_protected=Exists(running))

    def to_return(self) -> Self:
        """Out, and no protection runs nor is to come: « à restituer »."""
        return self.open().with_protection().filter(is_protected=False)

    def to_chase(self, day: date) -> Self:
        """To give back, or not tested since it was due before `day`."""
        return self.open().with_protection().filter(Q(is_protected=False) | Q(next_test_on__lt=day))

    def for_page(self) -> Self:
        related = self.select_related(
            "device__owner", "grant__case__official", "grant__case__unit", "grant__departement", "official",
            "grant__decision", "handed_by", "ended_by", "signed_by",
        )  # fmt: skip
        return related.defer("grant__decision__document")


class CallButtonHandover(models.Model):
    """A device given to a protected person, once, until it comes back or is lost.

    It follows the person: when a term is granted again by the same prefecture, the database makes `grant` the new
    one. What it says of the day it was made does not change; once ended, nothing does.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The term that the person is under, then the term for which it was made.
    grant = models.ForeignKey(CallButtonGrant, models.PROTECT, related_name="handovers", verbose_name="protection")
    first_grant = models.ForeignKey(
        CallButtonGrant, models.PROTECT, related_name="+", verbose_name="protection à la remise", db_index=False
    )
    official = models.ForeignKey(Official, models.PROTECT, related_name="call_button_handovers", verbose_name="élu")
    device = models.ForeignKey(CallButtonDevice, models.PROTECT, related_name="handovers", verbose_name="appareil")
    handed_at = models.DateTimeField("remis le")
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="remis par", db_index=False
    )
    # The list of recipients that applies now: former ones stay.
    recipients_list = models.PositiveSmallIntegerField("liste de destinataires en vigueur", default=1)
    safe_contact = EncryptedTextField("consignes pour joindre la personne sans danger", blank=True)
    coverage = EncryptedTextField("lieux où le réseau passe mal", blank=True)
    next_test_on = models.DateField("prochain essai le")
    is_to_replace = models.BooleanField("à remplacer", default=False)
    signed_at = models.DateTimeField("reçu signé le", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="signature recueillie par",
        db_index=False,
    )
    signer_name = EncryptedTextField("signataire du reçu", blank=True)
    signer_quality = models.CharField("qualité du signataire", max_length=10, choices=SignerQuality, blank=True)
    ended_at = models.DateTimeField("fin le", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="fin notée par",
        db_index=False,
    )
    ended_as = models.CharField("fin", max_length=10, choices=HandoverEnd, blank=True)
    ended_note = EncryptedTextField("ce qui a été constaté", blank=True)
    lost_on = models.DateField("perdu le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = CallButtonHandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "remise d'appareil"
        verbose_name_plural = "remises d'appareils"
        ordering = ["-handed_at", "pk"]
        indexes = [
            models.Index(fields=["next_test_on"], name="handover_by_next_test", condition=Q(ended_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(ended_at__isnull=True),
                name="handover_one_of_device",
                violation_error_message="Cet appareil est déjà remis à quelqu'un.",
            ),
            models.UniqueConstraint(
                fields=["official"],
                condition=Q(ended_at__isnull=True),
                name="handover_one_of_person",
                violation_error_message="Cette personne a déjà un appareil.",
            ),
            models.CheckConstraint(
                condition=Q(ended_as="", ended_at__isnull=True, ended_by__isnull=True, lost_on__isnull=True)
                | Q(
                    ended_as__in=[HandoverEnd.WORKING, HandoverEnd.FAULTY],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    lost_on__isnull=True,
                )
                | (
                    Q(ended_as=HandoverEnd.LOST, ended_at__isnull=False, ended_by__isnull=False, lost_on__isnull=False)
                    & ~Q(ended_note="")
                ),
                name="handover_end_is_whole",
                violation_error_message="Une fin de remise dit quand, comment et par qui ; une perte, son jour et ses"
                " circonstances.",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, signer_name="", signer_quality="")
                | (
                    Q(signed_at__isnull=False, signed_by__isnull=False, signer_quality__in=SignerQuality.values)
                    & ~Q(signer_name="")
                ),
                name="handover_receipt_is_signed",
                violation_error_message="Un reçu signé porte le nom et la qualité de qui l'a signé.",
            ),
        ]

    def __str__(self) -> str:
        return f"remise du {self.handed_at:%d/%m/%Y}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def is_test_late(self, today: date) -> bool:
        return self.is_open and self.next_test_on < today


class HandoverRowQuerySet(CaseLinkedQuerySet):
    """What hangs on a handover."""

    case_lookup: ClassVar[str] = "handover__grant__case_id"
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "handover__grant__unit_id",
        ScopeKind.DEPARTEMENT: "handover__grant__departement_id",
    }


class CallButtonRecipient(models.Model):
    """Whom the device calls, in this order. A changed list is a new one."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handover = models.ForeignKey(
        CallButtonHandover, models.PROTECT, related_name="recipients", verbose_name="remise", db_index=False
    )
    number = models.PositiveSmallIntegerField("liste")
    position = models.PositiveSmallIntegerField("rang")
    name = EncryptedTextField("nom")
    telephone = EncryptedTextField("téléphone")
    role = models.CharField("rôle", max_length=10, choices=RecipientRole)
    picks_up = models.BooleanField("décroche")

    objects = HandoverRowQuerySet.as_manager()

    class Meta:
        verbose_name = "destinataire des appels"
        verbose_name_plural = "destinataires des appels"
        ordering = ["number", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "number", "position"],
                name="recipient_rank_once",
                violation_error_message="Deux destinataires ne peuvent pas avoir le même rang.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=RecipientRole.values, position__gte=1) & ~Q(name="") & ~Q(telephone=""),
                name="recipient_is_complete",
                violation_error_message="Un destinataire a un nom, un téléphone, un rôle et un rang.",
            ),
        ]

    def __str__(self) -> str:
        return f"destinataire {self.position}"


class CallButtonTest(models.Model):
    """A test call: the first at the handover, then each month."""

    append_only = True
    __test__ = False  # for pytest, which collects what is called « Test… »

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handover = models.ForeignKey(CallButtonHandover, models.PROTECT, related_name="tests", verbose_name="remise")
    at = models.DateTimeField("le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="noté par", db_index=False
    )
    outcome = models.CharField("résultat", max_length=6, choices=TestOutcome)
    # Between the pressure and the answer.
    delay_seconds = models.PositiveSmallIntegerField("délai, en secondes", null=True, blank=True)
    note = EncryptedTextField("remarque", blank=True)

    objects = HandoverRowQuerySet.as_manager()

    class Meta:
        verbose_name = "essai d'appel"
        verbose_name_plural = "essais d'appel"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=TestOutcome.OK, delay_seconds__isnull=False, delay_seconds__lte=LONGEST_DELAY)
                | (Q(outcome=TestOutcome.FAILED, delay_seconds__isnull=True) & ~Q(note="")),
                name="test_says_what_happened",
                violation_error_message="Un essai réussi a un délai de 0 à 600 secondes ; un essai raté, une"
                " explication.",
            )
        ]

    def __str__(self) -> str:
        return f"essai du {self.at:%d/%m/%Y}"


class CallButtonActivation(models.Model):
    """Somebody pressed. What it was is often known later: then a new row answers the first."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handover = models.ForeignKey(CallButtonHandover, models.PROTECT, related_name="activations", verbose_name="remise")
    at = models.DateTimeField("déclenché le")
    truth = models.CharField("nature", max_length=8, choices=Truth)
    account = EncryptedTextField("ce qui s'est passé")
    logged_at = models.DateTimeField("noté le")
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="noté par", db_index=False
    )
    settles = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="settled_by",
        verbose_name="précise le déclenchement",
    )

    objects = HandoverRowQuerySet.as_manager()

    class Meta:
        verbose_name = "déclenchement"
        verbose_name_plural = "déclenchements"
        ordering = ["-at", "-logged_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(truth__in=Truth.values) & ~Q(account=""),
                name="activation_is_told",
                violation_error_message="Un déclenchement dit ce qui s'est passé.",
            )
        ]

    def __str__(self) -> str:
        return f"déclenchement du {self.at:%d/%m/%Y}"
