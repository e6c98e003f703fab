from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import Role, ScopeKind
from accounts.models import Unit
from cases.enums import TaskKind
from cases.models.file import Case, CaseBoundQuerySet
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import datetime


class CaseTaskQuerySet(CaseBoundQuerySet):
    # Its own columns, which the database copies from the file: « Mes tâches » joins nothing to find its rows.
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "unit_id",
        ScopeKind.DEPARTEMENT: "departement_id",
    }

    def waiting(self) -> Self:
        return self.filter(done_at__isnull=True)

    def overdue(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lt=now)


class CaseTask(models.Model):
    """Something that somebody must do in a file, by a moment. Nothing waits without a role, or a name, and a term."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks", verbose_name="dossier", db_index=False)
    # Those of the file, written by a trigger alone.
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="unité", db_index=False
    )
    departement = models.ForeignKey(
        Departement,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="département",
        db_index=False,
    )
    kind = models.CharField("nature", max_length=24, choices=TaskKind)
    # Neutral: it is read in lists, by people who have not opened the file.
    title = models.CharField("à faire", max_length=200)
    role = models.CharField("rôle attendu", max_length=20, choices=Role)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="personne"
    )
    # Where it is done: a page of the portal.
    path = models.CharField("lien", max_length=300)
    due_at = models.DateTimeField("à faire avant")
    created_at = models.DateTimeField("créée le")
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="faite par"
    )
    outcome = models.CharField("ce qui a été fait", max_length=300, blank=True)
    dedupe_key = models.CharField("clé d'unicité", max_length=200, unique=True)

    objects = CaseTaskQuerySet.as_manager()

    class Meta:
        verbose_name = "tâche"
        verbose_name_plural = "tâches"
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["case", "due_at"], name="task_waiting_of_case", condition=Q(done_at__isnull=True)),
            models.Index(fields=["due_at", "id"], name="task_waiting_by_term", condition=Q(done_at__isnull=True)),
            models.Index(
                fields=["assignee", "due_at"],
                name="task_waiting_of_person",
                condition=Q(done_at__isnull=True, assignee__isnull=False),
            ),
            models.Index(
                fields=["unit", "due_at", "id"], name="task_waiting_of_unit", condition=Q(done_at__isnull=True)
            ),
            models.Index(
                fields=["departement", "due_at", "id"],
                name="task_waiting_of_departement",
                condition=Q(done_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/"),
                name="task_path_is_local",
                violation_error_message="Une tâche mène à une page du portail.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values) & ~Q(title=""),
                name="task_has_role_and_title",
                violation_error_message="Une tâche dit ce qui est à faire et par quel rôle.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
