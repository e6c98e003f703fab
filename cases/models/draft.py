from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models

from cases.models.file import Case
from core.fields import EncryptedTextField
from officials.models import Official


class ThreatDraft(models.Model):
    """A threat being typed, step by step: as it was typed, right or wrong. Its author alone reads it.

    Its id becomes that of the threat, so that the last page sent twice logs one threat.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="compte")
    official = models.ForeignKey(Official, models.PROTECT, related_name="+", verbose_name="élu")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dossier")
    step = models.PositiveSmallIntegerField("étape à reprendre", default=1)
    # {"facts": {"version": 3, "typed": {"nature": ["threat"]}}}: each step with the version that saved it.
    data = EncryptedTextField("saisie")
    created_at = models.DateTimeField("commencé le")
    updated_at = models.DateTimeField("enregistré le", db_index=True)
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "brouillon de menace"
        verbose_name_plural = "brouillons de menaces"
        ordering = ["-updated_at", "pk"]

    def __str__(self) -> str:
        return f"brouillon du {self.updated_at:%d/%m/%Y}"

    @property
    def steps(self) -> dict[str, Any]:
        return json.loads(self.data) if self.data else {}

    def typed(self, step: str) -> dict[str, list[str]]:
        """What was typed at a step, by field."""
        return self.steps.get(step, {}).get("typed", {})

    def saved_version(self, step: str) -> int:
        return int(self.steps.get(step, {}).get("version", 0))
