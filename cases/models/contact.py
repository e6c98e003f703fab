from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import ScopeKind
from accounts.models import Unit
from accounts.scope import ScopedQuerySet
from cases.enums import ContactState, IdentifierKind, SharedOrigin
from cases.models.file import Case
from cases.models.hidden import barred_from, hidden_from

if TYPE_CHECKING:
    from accounts.models import User


class ContactRequestQuerySet(ScopedQuerySet):
    """Scoped by the unit that is asked; the asking side reads it in its own file."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "to_unit_id",
        ScopeKind.DEPARTEMENT: "to_unit__departement_id",
    }

    def _narrowed_for(self, user: User) -> Q:
        return ~Q(to_case_id__in=hidden_from(user)) & ~Q(from_case_id__in=barred_from(user))


class ContactRequest(models.Model):
    """« We know the same author »: a unit asks another to talk. Neither sees the other's file by it."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_case = models.ForeignKey(Case, models.PROTECT, related_name="contact_requests", verbose_name="dossier")
    # Where the task of the asked unit hangs: never shown to the one who asks.
    to_case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="dossier de l'unité demandée")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="unité demandée")
    kind = models.CharField("nature de l'identifiant", max_length=10, choices=IdentifierKind)
    key = models.BinaryField("empreinte", max_length=16)
    state = models.CharField("état", max_length=10, choices=ContactState, default=ContactState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondu par"
    )
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de contact"
        verbose_name_plural = "demandes de contact"
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_case", "to_unit", "key"],
                condition=~Q(state="withdrawn"),
                name="contact_once",
                violation_error_message="Cette unité a déjà reçu cette demande de contact.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"], answered_by__isnull=True, answered_at__isnull=True)
                | Q(state__in=["accepted", "declined"], answered_by__isnull=False, answered_at__isnull=False),
                name="contact_answer_is_signed",
                violation_error_message="Une réponse porte le nom de la personne qui la donne.",
            ),
        ]

    def __str__(self) -> str:
        return f"demande de contact ({self.get_state_display()})"


class SharedIdentifier(models.Model):
    """A number that many people use, such as a town hall's: it names no author."""

    key = models.BinaryField("empreinte", max_length=16, unique=True)
    kind = models.CharField("nature", max_length=10, choices=IdentifierKind)
    label = models.CharField("à qui est-il ?", max_length=150)
    origin = models.CharField("origine", max_length=10, choices=SharedOrigin)
    added_at = models.DateTimeField("ajouté le")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ajouté par"
    )

    class Meta:
        verbose_name = "identifiant partagé"
        verbose_name_plural = "identifiants partagés"
        ordering = ["label", "pk"]

    def __str__(self) -> str:
        return self.label
