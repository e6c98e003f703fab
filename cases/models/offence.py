from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from cases.models.threat import Threat

if TYPE_CHECKING:
    from datetime import date


class OffenceQuerySet(models.QuerySet["Offence"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(in_force__contains=day)

    def fitting(self, nature: str) -> Self:
        return self.filter(natures__contains=[nature])


class Offence(models.Model):
    """An offence of the pick list, in the text of a period: data that a jurist dates, never code."""

    never_deleted = True

    code = models.CharField("code interne", max_length=40)
    article = models.CharField("article", max_length=80)
    label = models.CharField("infraction", max_length=200)
    natinf = models.CharField("code NATINF", max_length=10, blank=True)
    natures: models.Field = ArrayField(models.CharField(max_length=16), verbose_name="natures des faits")
    in_force = DateRangeField("texte en vigueur")
    aggravation_official = models.CharField("aggravation pour un élu", max_length=400, blank=True)
    aggravation_former = models.CharField("aggravation pour un ancien élu", max_length=400, blank=True)
    former_years = models.PositiveSmallIntegerField("années après le mandat", default=0)
    aggravation_family = models.CharField("aggravation pour un proche", max_length=400, blank=True)
    rank = models.PositiveSmallIntegerField("rang dans la liste")

    objects = OffenceQuerySet.as_manager()

    class Meta:
        verbose_name = "infraction"
        verbose_name_plural = "infractions"
        ordering = ["rank", "pk"]
        constraints = [
            ExclusionConstraint(
                name="offence_one_text_a_day",
                expressions=[("code", RangeOperators.EQUAL), ("in_force", RangeOperators.OVERLAPS)],
                violation_error_message="Deux textes de la même infraction ne valent pas le même jour.",
            ),
            models.CheckConstraint(
                condition=Q(in_force__isempty=False, in_force__startswith__isnull=False),
                name="offence_in_force_from",
                violation_error_message="Un texte a une date d'entrée en vigueur.",
            ),
            models.CheckConstraint(
                condition=Q(aggravation_former="") | Q(former_years__gt=0),
                name="offence_former_has_years",
                violation_error_message="La protection d'un ancien élu a une durée.",
            ),
        ]

    def __str__(self) -> str:
        natinf = f", NATINF {self.natinf}" if self.natinf else ""
        return f"{self.label} ({self.article}{natinf})"


class ThreatOffence(models.Model):
    """An offence that a threat may be, in the text of the day of the fact. The prosecutor decides, not the portal."""

    threat = models.ForeignKey(Threat, models.PROTECT, related_name="offences", verbose_name="menace", db_index=False)
    offence = models.ForeignKey(Offence, models.PROTECT, related_name="+", verbose_name="infraction")

    class Meta:
        verbose_name = "infraction d'une menace"
        verbose_name_plural = "infractions d'une menace"
        ordering = ["threat_id", "offence__rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["threat", "offence"], name="threat_offence_once")]

    def __str__(self) -> str:
        return str(self.offence)
