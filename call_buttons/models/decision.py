from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import ScopeKind
from call_buttons.enums import Outcome, RefusalMotive
from call_buttons.models.request import CallButtonRequest
from cases.models import CaseLinkedQuerySet
from core.fields import EncryptedTextField
from territories.models import Departement


class DecisionCounter(models.Model):
    """Last decision number, by year and prefecture."""

    never_deleted = True

    year = models.PositiveSmallIntegerField("année")
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    last = models.PositiveIntegerField("dernier numéro")

    class Meta:
        verbose_name = "compteur de décisions"
        verbose_name_plural = "compteurs de décisions"
        constraints = [models.UniqueConstraint(fields=["year", "departement"], name="decision_counter_unique")]

    def __str__(self) -> str:
        return f"{self.departement_id}-{self.year}"


class CallButtonDecisionQuerySet(CaseLinkedQuerySet):
    case_lookup: ClassVar[str] = "request__case_id"
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "request__unit_id",
        ScopeKind.DEPARTEMENT: "request__departement_id",
        ScopeKind.OWN: "request__official__user_id",
    }


class CallButtonDecision(models.Model):
    """What the préfet decided on a request, once. Append-only, with its document and the document's hash."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(CallButtonRequest, models.PROTECT, related_name="decision", verbose_name="demande")
    outcome = models.CharField("sens", max_length=10, choices=Outcome)
    number = models.CharField("numéro", max_length=20, unique=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="décidé par"
    )
    signatory = models.CharField("signataire", max_length=300)
    decided_at = models.DateTimeField("décidé le")
    coded_motive = models.CharField("motif codé", max_length=20, choices=RefusalMotive, blank=True)
    internal_motive = EncryptedTextField("motif interne", null=True, blank=True)
    communicable_motive = EncryptedTextField("motif communicable", null=True, blank=True)
    orientation = models.CharField("orientation", max_length=500, blank=True)
    remedy = models.TextField("voies de recours")
    document = models.BinaryField("document")
    document_sha256 = models.CharField("empreinte SHA-256 du document", max_length=64)

    objects = CallButtonDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        verbose_name_plural = "décisions"
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.GRANTED)
                | (
                    Q(outcome=Outcome.REFUSED, internal_motive__isnull=False, communicable_motive__isnull=False)
                    & ~Q(coded_motive="")
                    & ~Q(orientation="")
                ),
                name="decision_refusal_is_motivated",
                violation_error_message="Un refus a un motif interne, un motif communicable et une orientation.",
            ),
            models.CheckConstraint(
                condition=~Q(remedy="") & Q(document_sha256__regex=r"^[0-9a-f]{64}$"),
                name="decision_has_remedy_and_hash",
                violation_error_message="Une décision indique les recours et porte l'empreinte de son document.",
            ),
        ]

    def __str__(self) -> str:
        return f"décision {self.number}"
