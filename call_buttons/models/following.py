"""What follows a reminder or an end: somebody answered, or the protection ended with nothing decided."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from call_buttons.models.grant import CallButtonGrant, CallButtonReminder


class CallButtonAcknowledgement(models.Model):
    """Somebody of its audience has read a reminder and takes care of it: it climbs no further."""

    append_only = True

    reminder = models.OneToOneField(
        CallButtonReminder, models.PROTECT, related_name="acknowledgement", verbose_name="rappel"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="lu par")
    at = models.DateTimeField("lu le")

    class Meta:
        verbose_name = "réponse à un rappel"
        verbose_name_plural = "réponses à des rappels"

    def __str__(self) -> str:
        return f"rappel lu le {self.at:%d/%m/%Y}"


class CallButtonExpiry(models.Model):
    """A protection ended with nothing decided, and those who must know were told: once for a grant."""

    append_only = True

    # Chosen before the insert: of two runs at once, the one that finds its own number in the table tells people.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.OneToOneField(CallButtonGrant, models.PROTECT, related_name="expiry", verbose_name="bouton d'appel")
    at = models.DateTimeField("constatée le")

    class Meta:
        verbose_name = "échéance sans suite"
        verbose_name_plural = "échéances sans suite"

    def __str__(self) -> str:
        return f"échue, constatée le {self.at:%d/%m/%Y}"
