from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts.enums import Force
from alarm_registry.models.registration import RegisteredAddress, Registration
from core.fields import RecordTextField

if TYPE_CHECKING:
    from datetime import date


class AbsenceRule(models.Model):
    """« Opération tranquillité vacances », per force, as of a day: how early it is declared, how long it lasts.

    Data, because the gendarmerie's rules differ and are to be confirmed (DOMAIN, section 4).
    """

    append_only = True

    force = models.CharField("force", max_length=2, choices=Force)
    in_force_from = models.DateField("en vigueur depuis")
    # Days before the first day of absence: at least, and at most (none: as early as one likes).
    least_notice = models.PositiveSmallIntegerField("au plus tard, en jours avant")
    most_notice = models.PositiveSmallIntegerField("au plus tôt, en jours avant", null=True, blank=True)
    shortest = models.PositiveSmallIntegerField("durée minimale, en jours")
    longest = models.PositiveSmallIntegerField("durée maximale, en jours")
    second_homes = models.BooleanField("résidences secondaires comprises")

    class Meta:
        verbose_name = "règle des absences"
        verbose_name_plural = "règles des absences"
        ordering = ["force", "-in_force_from"]
        constraints = [
            models.UniqueConstraint(fields=["force", "in_force_from"], name="absence_rule_once_a_day"),
            models.CheckConstraint(
                condition=Q(force__in=Force.values),
                name="absence_rule_force_known",
                violation_error_message="La force est inconnue.",
            ),
            models.CheckConstraint(
                condition=Q(longest__gte=models.F("shortest"), shortest__gte=1)
                & (Q(most_notice__isnull=True) | Q(most_notice__gte=models.F("least_notice"))),
                name="absence_rule_makes_sense",
                violation_error_message="La durée et les délais de cette règle se contredisent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_force_display()}, depuis le {self.in_force_from:%d/%m/%Y}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)


class Absence(models.Model):
    """« Opération tranquillité vacances »: the home is empty from … to …, who holds the keys."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="absences", verbose_name="inscription", db_index=False
    )
    address = models.ForeignKey(
        RegisteredAddress, models.CASCADE, related_name="absences", verbose_name="adresse surveillée"
    )
    # Local days of the address, half-open.
    period = DateRangeField("période")
    key_holder = RecordTextField("qui a les clés", record="registration", blank=True)
    key_holder_telephone = RecordTextField("téléphone de qui a les clés", record="registration", blank=True)
    note = RecordTextField("à savoir pendant l'absence", record="registration", blank=True)
    declared_at = models.DateTimeField("déclarée le")
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        verbose_name_plural = "absences"
        ordering = ["period", "pk"]
        indexes = [models.Index(fields=["registration"], name="absence_of_registration")]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="absence_has_two_ends",
                violation_error_message="Une absence a un premier et un dernier jour.",
            ),
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[("address", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at__isnull=True),
                violation_error_message="Une absence est déjà déclarée à cette adresse sur une partie de ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"absence du {self.first_day:%d/%m/%Y} au {self.last_day:%d/%m/%Y}"

    @property
    def first_day(self) -> date:
        return self.period.lower

    @property
    def last_day(self) -> date:
        """Last day away, the one a person reads."""
        return self.period.upper - timedelta(days=1)
