from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import ScopeKind
from accounts.models import Unit
from accounts.scope import ScopedQuerySet
from cases.enums import MeasureState
from cases.models.hidden import barred_from
from cases.models.measure import ProtectiveMeasure
from core.fields import EncryptedTextField
from territories.models import Commune

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class VigilanceOrder(models.Model):
    """The dated instruction given to units for a place: it ends by itself, at its hour."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    measure = models.OneToOneField(ProtectiveMeasure, models.PROTECT, related_name="order", verbose_name="mesure")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune")
    address = EncryptedTextField("adresse ou lieu")
    instruction = EncryptedTextField("consigne")
    starts_at = models.DateTimeField("à partir de")
    ends_at = models.DateTimeField("jusqu'à")
    zone = models.CharField("fuseau horaire du lieu", max_length=40)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="donnée par")
    given_at = models.DateTimeField("donnée le")
    # Set by the job that writes the report on the timeline. The order ends at `ends_at` whether it has run or not.
    closed_at = models.DateTimeField("compte rendu écrit le", null=True, blank=True)

    class Meta:
        verbose_name = "consigne de vigilance"
        verbose_name_plural = "consignes de vigilance"
        ordering = ["ends_at", "pk"]
        indexes = [models.Index(fields=["ends_at"], name="vigilance_not_closed", condition=Q(closed_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="vigilance_ends_after_start",
                violation_error_message="La fin de la consigne vient après son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"consigne de vigilance, {self.commune}"

    @property
    def local_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class VigilanceUnitQuerySet(ScopedQuerySet):
    """Seen by the unit that is addressed, whatever the file: the instruction, never what is behind it."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "unit_id",
        ScopeKind.DEPARTEMENT: "unit__departement_id",
    }

    def _narrowed_for(self, user: User) -> Q:
        # A restriction does not stop a patrol; a person whom the file concerns reads nothing of it.
        return ~Q(order__measure__case_id__in=barred_from(user))

    def current(self, now: datetime) -> Self:
        """Instructions that run or will, without any job having to end them."""
        return self.filter(order__ends_at__gt=now, order__measure__state=MeasureState.IN_FORCE)

    def unacknowledged(self) -> Self:
        return self.filter(acknowledged_at__isnull=True)


class VigilanceUnit(models.Model):
    """One unit addressed by an instruction: it acknowledges, and logs its passages."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(
        VigilanceOrder, models.PROTECT, related_name="addressed", verbose_name="consigne", db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="unité")
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reçue par"
    )
    acknowledged_at = models.DateTimeField("reçue le", null=True, blank=True)

    objects = VigilanceUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "unité destinataire d'une consigne"
        verbose_name_plural = "unités destinataires d'une consigne"
        ordering = ["order_id", "unit_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "unit"],
                name="vigilance_unit_once",
                violation_error_message="Cette unité est déjà destinataire.",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="vigilance_acknowledged_by_somebody",
                violation_error_message="Un accusé de réception porte un nom et une heure.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class VigilancePassageQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "addressed__unit_id",
        ScopeKind.DEPARTEMENT: "addressed__unit__departement_id",
    }

    def _narrowed_for(self, user: User) -> Q:
        return ~Q(addressed__order__measure__case_id__in=barred_from(user))


class VigilancePassage(models.Model):
    """A patrol passed: logged in one tap. « Rien à signaler » unless a line is added, once."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    addressed = models.ForeignKey(
        VigilanceUnit, models.PROTECT, related_name="passages", verbose_name="unité destinataire", db_index=False
    )
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    note = EncryptedTextField("à signaler", null=True, blank=True)

    objects = VigilancePassageQuerySet.as_manager()

    class Meta:
        verbose_name = "passage"
        verbose_name_plural = "passages"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["addressed", "-at"], name="passage_of_unit")]

    def __str__(self) -> str:
        return f"passage du {self.at:%d/%m/%Y}"
