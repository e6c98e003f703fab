from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from cases.models.threat import Threat
from officials.models import Mandate, Official, ProtectedPerson


class Victim(models.Model):
    """Somebody whom a threat aims at: an élu or one of his household. Often not the élu of the file alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    threat = models.ForeignKey(Threat, models.PROTECT, related_name="victims", verbose_name="menace", db_index=False)
    official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="victim_of", verbose_name="élu"
    )
    protected_person = models.ForeignKey(
        ProtectedPerson,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="victim_of",
        verbose_name="personne protégée",
    )
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="mandat visé"
    )

    class Meta:
        verbose_name = "victime"
        verbose_name_plural = "victimes"
        ordering = ["threat_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(official__isnull=False, protected_person__isnull=True)
                | Q(official__isnull=True, protected_person__isnull=False),
                name="victim_is_one_person",
                violation_error_message="Une victime est un élu ou une personne de son entourage.",
            ),
            models.UniqueConstraint(
                fields=["threat", "official", "protected_person"], name="victim_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return str(self.official or self.protected_person)
