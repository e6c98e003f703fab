"""The devices of the prefectures: what there is, where it is, and every change of it."""

from __future__ import annotations

import re
import unicodedata
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import ScopeKind
from accounts.scope import ScopedQuerySet
from call_buttons.enums import DeviceKind, DeviceState
from core.fields import EncryptedTextField
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import date


_NOT_OF_A_SERIAL = re.compile(r"[\s\-‐‑‒–—_./:]+")


def plain_serial(typed: str) -> str:
    """A serial as it is kept, however a scanner or a person writes it: « bx-20 417 » is BX20417."""
    return _NOT_OF_A_SERIAL.sub("", unicodedata.normalize("NFKC", typed)).upper()


class CallButtonDeviceRules(models.Model):
    """Delays of the device park, by date of entry into force: the latest row in force applies. Append-only."""

    append_only = True

    in_force_from = models.DateField("en vigueur à partir du", unique=True)
    test_every_days = models.PositiveSmallIntegerField("jours entre deux essais")
    retest_after_days = models.PositiveSmallIntegerField("jours pour refaire un essai qui a échoué")
    ahead_days = models.PositiveSmallIntegerField("jours entre la remise et le début de la protection, au plus")
    chase_every_days = models.PositiveSmallIntegerField("jours entre deux relances")
    prefecture_after_days = models.PositiveSmallIntegerField("jours de retard avant que la préfecture soit prévenue")

    class Meta:
        verbose_name = "règles du parc d'appareils"
        verbose_name_plural = "règles du parc d'appareils"
        ordering = ["-in_force_from"]

    def __str__(self) -> str:
        return f"règles en vigueur depuis le {self.in_force_from:%d/%m/%Y}"

    @classmethod
    def on(cls, day: date) -> CallButtonDeviceRules:
        """The rules in force on `day`. Raises DoesNotExist before the first ones."""
        return cls.objects.filter(in_force_from__lte=day).latest("in_force_from")


class CallButtonDeviceQuerySet(ScopedQuerySet):
    """Of the prefecture that holds them: the one that lent a device sees it through its loan."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "holder_id"}

    def in_stock(self) -> Self:
        return self.filter(state=DeviceState.IN_STOCK)


class CallButtonDevice(models.Model):
    """A watch, a bracelet, a box or a desk button, with the number it bears in its prefecture."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="préfecture propriétaire", db_index=False
    )
    # Another one during a loan, from its arrival to its return.
    holder = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="préfecture qui le détient", db_index=False
    )
    number = models.PositiveIntegerField("numéro d'inventaire")
    kind = models.CharField("modèle", max_length=12, choices=DeviceKind)
    serial = models.CharField("numéro de série", max_length=40, unique=True)
    paired_with = models.CharField("appairé avec", max_length=100, blank=True)
    state = models.CharField("état", max_length=12, choices=DeviceState, default=DeviceState.IN_STOCK)
    added_at = models.DateTimeField("entré dans le parc le")
    # Of the last line of its history.
    version = models.PositiveIntegerField("version", default=1)

    objects = CallButtonDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "appareil"
        verbose_name_plural = "appareils"
        ordering = ["owner", "number"]
        indexes = [models.Index(fields=["holder", "state", "owner", "number"], name="device_of_holder")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "number"],
                name="device_number_once",
                violation_error_message="Ce numéro d'inventaire est déjà pris dans cette préfecture.",
            ),
            models.CheckConstraint(
                condition=Q(serial__regex=r"^[0-9A-Z]{3,40}$"),
                name="device_serial_is_plain",
                violation_error_message="Un numéro de série a 3 à 40 chiffres ou lettres.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DeviceKind.values, state__in=DeviceState.values, number__gte=1),
                name="device_choices_known",
                violation_error_message="Le modèle, l'état ou le numéro de l'appareil est inconnu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_kind_display()})"

    @property
    def label(self) -> str:
        """« 45-003 »: what is written on the sticker."""
        return f"{self.owner_id}-{self.number:03d}"

    @property
    def is_borrowed(self) -> bool:
        return self.owner_id != self.holder_id


class CallButtonDeviceEvent(models.Model):
    """One change of a device: who, when, from what to what, why. Append-only."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(
        CallButtonDevice, models.PROTECT, related_name="events", verbose_name="appareil", db_index=False
    )
    version = models.PositiveIntegerField("rang")
    at = models.DateTimeField("le")
    from_state = models.CharField("de l'état", max_length=12, choices=DeviceState, blank=True)
    to_state = models.CharField("à l'état", max_length=12, choices=DeviceState)
    # Neutral: neither a name nor a file.
    sentence = models.CharField("ce qui a changé", max_length=200)
    why = EncryptedTextField("raison", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="par", db_index=False
    )
    by_label = models.CharField("par (nom et fonction)", max_length=300)

    class Meta:
        verbose_name = "ligne d'historique d'un appareil"
        verbose_name_plural = "historique des appareils"
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["device", "version"], name="device_event_once")]

    def __str__(self) -> str:
        return self.sentence


class CallButtonLoanQuerySet(ScopedQuerySet):
    """Of the prefecture that lends. The one that borrows has its own scope (selectors.devices)."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "lender_id"}

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class CallButtonLoan(models.Model):
    """A device lent to another prefecture for some days: sent, arrived, sent back, back."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(CallButtonDevice, models.PROTECT, related_name="loans", verbose_name="appareil")
    lender = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="prêteur")
    borrower = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="emprunteur")
    until = models.DateField("à rendre le")
    lent_at = models.DateTimeField("envoyé le")
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="prêté par", db_index=False
    )
    arrived_at = models.DateTimeField("arrivé le", null=True, blank=True)
    sent_back_at = models.DateTimeField("renvoyé le", null=True, blank=True)
    closed_at = models.DateTimeField("rentré le", null=True, blank=True)

    objects = CallButtonLoanQuerySet.as_manager()

    class Meta:
        verbose_name = "prêt d'appareil"
        verbose_name_plural = "prêts d'appareils"
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(closed_at__isnull=True),
                name="loan_one_open",
                violation_error_message="Cet appareil est déjà prêté.",
            ),
            models.CheckConstraint(
                condition=~Q(lender=F("borrower")),
                name="loan_to_another",
                violation_error_message="Un prêt se fait à une autre préfecture.",
            ),
            models.CheckConstraint(
                condition=Q(sent_back_at__isnull=True) | Q(arrived_at__isnull=False),
                name="loan_arrives_before_it_leaves",
                violation_error_message="Un appareil arrive avant d'être renvoyé.",
            ),
        ]

    def __str__(self) -> str:
        return f"prêt jusqu'au {self.until:%d/%m/%Y}"


class CallButtonStockAlertQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class CallButtonStockAlert(models.Model):
    """A prefecture whose protections stand and whose stock is empty: one row from its emptying to its refilling."""

    never_deleted = True

    # Chosen before the insert: of two alerts at once, the one that finds its own number in the table tells people.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    opened_at = models.DateTimeField("depuis le")
    closed_at = models.DateTimeField("jusqu'au", null=True, blank=True)

    objects = CallButtonStockAlertQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte de stock vide"
        verbose_name_plural = "alertes de stock vide"
        ordering = ["departement", "opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["departement"],
                condition=Q(closed_at__isnull=True),
                name="stock_alert_one_open",
                violation_error_message="Cette alerte est déjà ouverte.",
            )
        ]

    def __str__(self) -> str:
        return f"stock vide depuis le {self.opened_at:%d/%m/%Y}"
