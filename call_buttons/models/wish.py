"""What an élu asks by himself: a call button, and SMS before it ends."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.enums import ScopeKind
from call_buttons.models.grant import CallButtonGrant
from cases.models import Case, CaseLinkedQuerySet
from core.fields import EncryptedTextField
from officials.models import Official


class CallButtonWishQuerySet(CaseLinkedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "case__unit_id",
        ScopeKind.DEPARTEMENT: "case__departement_id",
        ScopeKind.OWN: "official__user_id",
    }


class CallButtonWish(models.Model):
    """The élu's own wish to be protected, or to remain so: dated, and answered by a request of his référent."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="call_button_wishes", verbose_name="dossier")
    official = models.ForeignKey(Official, models.PROTECT, related_name="+", verbose_name="élu")
    # The protection that he wishes to keep; none when he has none.
    grant = models.ForeignKey(
        CallButtonGrant, models.PROTECT, null=True, blank=True, related_name="wishes", verbose_name="bouton d'appel"
    )
    text = EncryptedTextField("ce que l'élu écrit", null=True, blank=True)
    at = models.DateTimeField("exprimé le")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="exprimé par")

    objects = CallButtonWishQuerySet.as_manager()

    class Meta:
        verbose_name = "souhait de l'élu"
        verbose_name_plural = "souhaits des élus"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"souhait du {self.at:%d/%m/%Y}"


class ReminderSms(models.Model):
    """An élu wants an SMS too before his protection ends. Deleted when he no longer does: nothing of it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    official = models.OneToOneField(Official, models.PROTECT, related_name="reminder_sms", verbose_name="élu")
    telephone = EncryptedTextField("téléphone")
    since = models.DateTimeField("demandé le")

    class Meta:
        verbose_name = "rappel par SMS"
        verbose_name_plural = "rappels par SMS"

    def __str__(self) -> str:
        return f"rappels par SMS depuis le {self.since:%d/%m/%Y}"
