from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import ScopeKind
from accounts.scope import ScopedQuerySet
from call_buttons.enums import DocumentKind
from territories.models import Departement


class DocumentTemplateQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}


class DocumentTemplate(models.Model):
    """One version of a letter of a prefecture: the latest one is used. Without any, the portal's own is.

    An empty source says that the prefecture came back to the portal's own letter.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    kind = models.CharField("lettre", max_length=16, choices=DocumentKind)
    version = models.PositiveIntegerField("version")
    source = models.TextField("source", blank=True)
    note = models.CharField("ce qui change", max_length=200)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enregistré par"
    )
    saved_at = models.DateTimeField("enregistré le")

    objects = DocumentTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de lettre"
        verbose_name_plural = "modèles de lettres"
        ordering = ["departement", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["departement", "kind", "version"], name="template_version_unique"),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="template_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"
