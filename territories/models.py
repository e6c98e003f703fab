from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from core import clock
from territories.enums import CommuneKind, DepartementKind
from territories.naming import search_key, sort_key

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


class Region(models.Model):
    code = models.CharField("code", max_length=2, primary_key=True)
    name = models.CharField("nom", max_length=100)
    sort_name = models.CharField("nom de tri", max_length=100, editable=False)

    class Meta:
        verbose_name = "région"
        verbose_name_plural = "régions"
        ordering = ["sort_name"]

    def __str__(self) -> str:
        return self.name


class Departement(models.Model):
    """A département, or an overseas collectivity: what has a préfet or a haut-commissaire, a zone and holidays."""

    code = models.CharField("code", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=100)
    # "du Loiret", "de l'Ain": French cannot derive it from the name.
    name_of = models.CharField("nom avec sa préposition", max_length=110)
    kind = models.CharField("nature", max_length=12, choices=DepartementKind, default=DepartementKind.DEPARTEMENT)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="departements", verbose_name="région"
    )
    time_zone = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris")
    holiday_zone = models.CharField("zone de jours fériés", max_length=3, blank=True)
    # The collation is C: Évreux would sort after Zola.
    sort_name = models.CharField("nom de tri", max_length=100, editable=False)

    class Meta:
        verbose_name = "département"
        verbose_name_plural = "départements"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^(0[1-9]|[1-9][0-9]|2A|2B|9[78][0-9])$"),
                name="departement_code_is_insee",
                violation_error_message="Le code du département est celui de l'INSEE.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def closed_dates(self) -> frozenset[date]:
        """Its closed days, for `territories.calendar`. A list prefetches `closed_days`; a page of one pays a query."""
        return frozenset(closed.day for closed in self.closed_days.all())


class ClosedDay(models.Model):
    """A day on which a prefecture does not decide though the calendar has it worked: a bridge, a local closure.

    It exists as declared or is removed before its day; nothing of it is rewritten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="closed_days", verbose_name="département", db_index=False
    )
    day = models.DateField("jour")
    reason = models.CharField("raison", max_length=100)
    declared_at = models.DateTimeField("déclaré le")

    class Meta:
        verbose_name = "jour de fermeture"
        verbose_name_plural = "jours de fermeture"
        ordering = ["day", "departement"]
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "day"],
                name="closed_day_once",
                violation_error_message="Ce jour est déjà déclaré fermé dans ce département.",
            ),
            models.CheckConstraint(
                condition=Q(day__iso_week_day__lte=5),
                name="closed_day_is_a_weekday",
                violation_error_message="Le samedi et le dimanche ne sont jamais des jours utiles.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="closed_day_has_reason",
                violation_error_message="Un jour de fermeture dit sa raison.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} ({self.departement_id})"


class ClosureChange(models.Model):
    """A closed day was declared or removed. What is removed leaves no row of its own, and diaries must know."""

    append_only = True

    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="département", db_index=False
    )
    day = models.DateField("jour")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "changement d'un jour de fermeture"
        verbose_name_plural = "changements des jours de fermeture"
        indexes = [models.Index(fields=["departement", "day"], name="closure_change_by_day")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} ({self.departement_id})"


class Commune(models.Model):
    """A commune of today. Codes that no longer exist are in FormerCommune, which leads here."""

    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=200)
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="communes", verbose_name="département", db_index=False
    )
    kind = models.CharField("nature", max_length=14, choices=CommuneKind, default=CommuneKind.COMMUNE)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="arrondissements", verbose_name="commune entière"
    )
    search_name = models.CharField("nom de recherche", max_length=200, editable=False)
    sort_name = models.CharField("nom de tri", max_length=200, editable=False)
    is_fictitious = models.BooleanField("inventée pour la démonstration", default=False)

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        ordering = ["sort_name", "code"]
        indexes = [
            GinIndex(fields=["search_name"], name="commune_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["departement", "sort_name", "code"], name="commune_by_departement"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9][0-9AB][0-9]{3}$"),
                name="commune_code_is_five_characters",
                violation_error_message="Le code INSEE d'une commune compte cinq caractères.",
            ),
            models.CheckConstraint(
                condition=Q(kind=CommuneKind.ARRONDISSEMENT, parent__isnull=False)
                | (~Q(kind=CommuneKind.ARRONDISSEMENT) & Q(parent__isnull=True)),
                name="commune_parent_is_for_arrondissements",
                violation_error_message="Seul un arrondissement municipal dépend d'une autre commune.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.departement_id})"

    def save(self, *args: Any, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
        self.search_name = search_key(self.name)
        self.sort_name = sort_key(self.name)
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "search_name", "sort_name"}
        super().save(*args, update_fields=update_fields, **kwargs)


class FormerCommune(models.Model):
    """A code or a name of the past (merged, delegated, associated, renumbered), and the commune it is now part of."""

    code = models.CharField("ancien code INSEE", max_length=5)
    name = models.CharField("ancien nom", max_length=200)
    commune = models.ForeignKey(Commune, models.CASCADE, related_name="formers", verbose_name="commune actuelle")
    # False when the code is still that of a living commune: then only the name is of the past.
    code_is_free = models.BooleanField("code disparu")
    search_name = models.CharField("nom de recherche", max_length=200, editable=False)

    class Meta:
        verbose_name = "ancienne commune"
        verbose_name_plural = "anciennes communes"
        ordering = ["code", "pk"]
        indexes = [GinIndex(fields=["search_name"], name="former_commune_search", opclasses=["gin_trgm_ops"])]
        constraints = [
            models.UniqueConstraint(fields=["code", "name"], name="former_commune_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(code_is_free=True), name="former_commune_code_leads_to_one_commune"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


def local_today(departement: str = "departement") -> Cast:
    """The date it is, at the portal's clock, where the département at the end of this lookup is: an expression."""
    local = models.Func(
        F(f"{departement}__time_zone"),
        Value(clock.now(), output_field=models.DateTimeField()),
        function="timezone",
        output_field=models.DateTimeField(),
    )
    return Cast(local, models.DateField())
