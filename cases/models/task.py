from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import Role
from cases.enums import TaskKind
from cases.models.file import Case, CaseBoundQuerySet

if TYPE_CHECKING:
    from datetime import datetime


class CaseTaskQuerySet(CaseBoundQuerySet):
    def waiting(self) -> Self:
        return self.filter(done_at__isnull=True)

    def overdue(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lt=now)


class CaseTask(models.Model):
    """Something that somebody must do in a file, by a moment. Nothing waits without a role, or a name, and a term."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks", verbose_name="dossier", db_index=False)
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
