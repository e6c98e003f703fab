"""What may happen to a pending request other than its decision: it is withdrawn, or nobody looks at it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from call_buttons.models.request import CallButtonRequest
from core.fields import EncryptedTextField


class CallButtonWithdrawal(models.Model):
    """The référents who asked take their request back, with a reason, before anything is decided: once."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(CallButtonRequest, models.PROTECT, related_name="withdrawal", verbose_name="demande")
    reason = EncryptedTextField("raison du retrait")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="retirée par")
    at = models.DateTimeField("retirée le")

    class Meta:
        verbose_name = "retrait d'une demande"
        verbose_name_plural = "retraits de demandes"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="withdrawal_has_reason",
                violation_error_message="Un retrait dit sa raison.",
            ),
        ]

    def __str__(self) -> str:
        return f"retrait du {self.at:%d/%m/%Y}"


class CallButtonEscalation(models.Model):
    """A request to which the prefecture gave no answer in time: the duty roster was told, once."""

    append_only = True

    # Chosen before the insert: of two runs at once, the one that finds its own number in the table tells people.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(CallButtonRequest, models.PROTECT, related_name="escalation", verbose_name="demande")
    at = models.DateTimeField("permanence prévenue le")
    # Nobody in post is a fault that pages show, not a reason to stay silent.
    people = models.PositiveSmallIntegerField("nombre de personnes prévenues")

    class Meta:
        verbose_name = "demande montée à la permanence"
        verbose_name_plural = "demandes montées à la permanence"

    def __str__(self) -> str:
        return f"permanence prévenue le {self.at:%d/%m/%Y}"
