from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import ScopeKind
from accounts.scope import ScopedQuerySet
from cases.enums import UNDO_DAYS, MergeState
from cases.models.file import Case
from cases.models.hidden import hidden_from

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

UNDO_TERM = timedelta(days=UNDO_DAYS)


class CaseMergeQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "survivor__unit_id",
        ScopeKind.DEPARTEMENT: "survivor__departement_id",
    }

    def _narrowed_for(self, user: User) -> Q:
        return ~Q(survivor_id__in=hidden_from(user)) & ~Q(absorbed_id__in=hidden_from(user))


class CaseMerge(models.Model):
    """One file of an élu absorbed by another. While it is « running » or « undoing », and only then, rows move."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    absorbed = models.ForeignKey(Case, models.PROTECT, related_name="merges_out", verbose_name="dossier fusionné")
    survivor = models.ForeignKey(Case, models.PROTECT, related_name="merges_in", verbose_name="dossier conservé")
    state = models.CharField("état", max_length=8, choices=MergeState, default=MergeState.RUNNING)
    reason = models.CharField("raison", max_length=400)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    undo_reason = models.CharField("raison de l'annulation", max_length=400, blank=True)

    objects = CaseMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "fusion de dossiers"
        verbose_name_plural = "fusions de dossiers"
        ordering = ["-at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(absorbed=F("survivor")),
                name="merge_of_two_files",
                violation_error_message="Un dossier ne fusionne pas avec lui-même.",
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=~Q(state="undone"),
                name="merge_once",
                violation_error_message="Ce dossier est déjà fusionné.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & Q(state__in=MergeState.values),
                name="merge_has_reason",
                violation_error_message="Une fusion a une raison écrite.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "done"], undone_at__isnull=True, undone_by__isnull=True)
                | (
                    Q(state__in=["undoing", "undone"], undone_at__isnull=False, undone_by__isnull=False)
                    & ~Q(undo_reason="")
                ),
                name="merge_undo_is_signed",
                violation_error_message="L'annulation d'une fusion a un auteur, une date et une raison.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at"), undone_at__lte=F("at") + UNDO_TERM),
                name="merge_undone_in_time",
                violation_error_message=f"Une fusion s'annule pendant {UNDO_DAYS} jours.",
            ),
        ]

    def __str__(self) -> str:
        return f"fusion du {self.at:%d/%m/%Y}"

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDO_TERM


class CaseMergeItem(models.Model):
    """A row that a merge moved or changed, and what it was before: what the undo reads."""

    append_only = True

    merge = models.ForeignKey(CaseMerge, models.PROTECT, related_name="items", verbose_name="fusion")
    table = models.CharField("table", max_length=60)
    row = models.CharField("ligne", max_length=40)
    # Never a text of the file: a state, an address of the portal.
    before: Any = models.JSONField("avant", default=dict)

    class Meta:
        verbose_name = "élément d'une fusion"
        verbose_name_plural = "éléments d'une fusion"
        ordering = ["merge_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["merge", "table", "row"], name="merge_item_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
