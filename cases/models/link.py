from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.enums import HintState, LinkKind
from cases.models.file import Case


def in_order(one: Case, other: Case) -> dict[str, Case]:
    """The pair as its table holds it: « A and B » and « B and A » are one row. The database orders keys so too."""
    first, second = sorted((one, other), key=lambda case: case.pk.bytes)
    return {"first": first, "second": second}


class CaseLinkQuerySet(models.QuerySet["CaseLink"]):
    def standing(self) -> Self:
        return self.filter(removed_at__isnull=True)


class CaseLink(models.Model):
    """Two files, often of two élus, with one author or one event in common. Each stays as it is."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="un dossier")
    second = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="l'autre dossier")
    kind = models.CharField("lien", max_length=12, choices=LinkKind)
    reason = models.CharField("raison", max_length=400)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )

    objects = CaseLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien entre dossiers"
        verbose_name_plural = "liens entre dossiers"
        ordering = ["-at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="link_in_order",
                violation_error_message="Un lien relie deux dossiers différents.",
            ),
            models.UniqueConstraint(
                fields=["first", "second", "kind"],
                condition=Q(removed_at__isnull=True),
                name="link_once",
                violation_error_message="Ces deux dossiers sont déjà liés ainsi.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LinkKind.values) & ~Q(reason=""),
                name="link_has_reason",
                violation_error_message="Un lien dit ce que les dossiers ont en commun, et pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="link_removal_is_signed",
                violation_error_message="Un lien retiré l'est par quelqu'un, à une date.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class DuplicateHint(models.Model):
    """Two files that may tell one fact: proposed with its reasons, decided by a person."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="un dossier")
    second = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="l'autre dossier")
    # « même élu », « à un jour près »: words of our own, never a text of a file.
    reasons: Any = ArrayField(models.CharField(max_length=80), verbose_name="raisons")
    state = models.CharField("état", max_length=10, choices=HintState, default=HintState.OPEN)
    created_at = models.DateTimeField("proposé le")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidé par"
    )
    decision_reason = models.CharField("raison de la décision", max_length=400, blank=True)

    class Meta:
        verbose_name = "doublon à vérifier"
        verbose_name_plural = "doublons à vérifier"
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["created_at", "id"], name="hint_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="hint_in_order",
                violation_error_message="Un doublon possible concerne deux dossiers différents.",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="hint_once",
                violation_error_message="Ce doublon possible est déjà signalé.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    Q(state__in=["merged", "linked", "dismissed"], decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_reason="")
                ),
                name="hint_decision_is_signed",
                violation_error_message="Un doublon vérifié l'est par quelqu'un, avec une raison.",
            ),
        ]

    def __str__(self) -> str:
        return f"doublon possible ({self.get_state_display()})"
