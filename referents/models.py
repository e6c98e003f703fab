from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.enums import Force
from accounts.models import Unit
from territories.models import Commune


class Competence(models.Model):
    """A unit is competent over a commune. Several units may be: two forces, or two districts of a large town."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="competences", verbose_name="unité", db_index=False)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="competences", verbose_name="commune")
    force = models.CharField("force", max_length=2, choices=Force)

    class Meta:
        verbose_name = "compétence"
        verbose_name_plural = "compétences"
        ordering = ["commune_id", "unit_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "commune"],
                name="competence_once",
                violation_error_message="Cette unité est déjà compétente sur cette commune.",
            ),
            models.CheckConstraint(
                condition=Q(force__in=Force.values),
                name="competence_force_known",
                violation_error_message="La force est inconnue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} — {self.commune}"
