"""The prepared end of a protection: five answers, version after version, of which a decision-maker takes note once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from call_buttons.models.grant import CallButtonGrant
from core.fields import EncryptedTextField


class CallButtonEndPlan(models.Model):
    """The five answers as they were saved, finished or not. Each saving is a version; the last one counts."""

    append_only = True
    TEXTS: ClassVar = ("danger", "replacement", "comeback", "device_return")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.ForeignKey(
        CallButtonGrant, models.PROTECT, related_name="end_plans", verbose_name="bouton d'appel", db_index=False
    )
    version = models.PositiveIntegerField("version")
    danger = EncryptedTextField("danger qui demeure, et pourquoi la mesure peut finir", blank=True, default="")
    replacement = EncryptedTextField("ce qui remplace le bouton", blank=True, default="")
    comeback = EncryptedTextField("ce qui le ferait revenir", blank=True, default="")
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="qui appelle la personne 30 jours après la fin",
    )
    device_return = EncryptedTextField("comment et quand l'appareil revient", blank=True, default="")
    person_told = models.BooleanField("la personne est prévenue", null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="écrite par"
    )
    written_at = models.DateTimeField("écrite le")

    class Meta:
        verbose_name = "fin préparée"
        verbose_name_plural = "fins préparées"
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "version"],
                name="end_plan_version",
                violation_error_message="Quelqu'un d'autre vient d'enregistrer cette fin.",
            ),
        ]

    def __str__(self) -> str:
        return f"fin préparée, version {self.version}"

    @property
    def is_complete(self) -> bool:
        # Of an encrypted text, whether there is one is enough.
        answered = all(self.__dict__.get(name) for name in self.TEXTS)
        return answered and self.caller_id is not None and self.person_told is not None


class CallButtonEndAcceptance(models.Model):
    """A decision-maker takes note of a prepared end: the protection ends at its term, and that is decided."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.OneToOneField(
        CallButtonGrant, models.PROTECT, related_name="end_acceptance", verbose_name="bouton d'appel"
    )
    plan = models.OneToOneField(
        CallButtonEndPlan, models.PROTECT, related_name="acceptance", verbose_name="fin préparée"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="acté par")
    at = models.DateTimeField("acté le")

    class Meta:
        verbose_name = "fin actée"
        verbose_name_plural = "fins actées"

    def __str__(self) -> str:
        return f"fin actée le {self.at:%d/%m/%Y}"
