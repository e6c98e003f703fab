from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import ScopeKind
from accounts.scope import ScopedQuerySet
from cases.models.threat import Threat
from core.fields import EncryptedTextField
from territories.models import Departement


class FactImportQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}


class FactImport(models.Model):
    """A table of facts that a prefecture, or CALAE, gave to the portal."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without one: an import of CALAE.
    departement = models.ForeignKey(
        Departement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="département"
    )
    filename = models.CharField("fichier", max_length=200)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    accepted = models.PositiveIntegerField("lignes enregistrées")
    known = models.PositiveIntegerField("lignes déjà connues")
    # [{"line", "column", "reason"}]: names of persons may stand in a reason.
    refusals = EncryptedTextField("lignes refusées", blank=True)

    objects = FactImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import de faits"
        verbose_name_plural = "imports de faits"
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return self.filename


class FactImportRow(models.Model):
    """A row that became a threat, with where it comes from. Its fingerprint keeps it from entering twice."""

    append_only = True

    fact_import = models.ForeignKey(FactImport, models.PROTECT, related_name="rows", verbose_name="import")
    line = models.PositiveIntegerField("ligne")
    fingerprint = models.BinaryField("empreinte de la ligne", max_length=16, unique=True)
    threat = models.OneToOneField(Threat, models.PROTECT, related_name="import_row", verbose_name="menace")
    source = models.CharField("source", max_length=150)
    source_date = models.DateField("date de la source")

    class Meta:
        verbose_name = "ligne importée"
        verbose_name_plural = "lignes importées"
        ordering = ["fact_import_id", "line"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""),
                name="import_row_has_source",
                violation_error_message="Un fait importé garde sa source.",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.line}"
