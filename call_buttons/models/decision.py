from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.enums import ScopeKind
from call_buttons.enums import ON_GRANT, ON_REQUEST, Orientation, Outcome, RefusalMotive
from call_buttons.models.delegation import SignatureDelegation
from call_buttons.models.request import CallButtonRequest
from call_buttons.models.template import DocumentTemplate
from cases.models import Case, CaseLinkedQuerySet
from core.fields import EncryptedTextField
from officials.models import Official
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
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "unit_id",
        ScopeKind.DEPARTEMENT: "departement_id",
        ScopeKind.OWN: "official__user_id",
    }


class CallButtonDecision(models.Model):
    """What the préfet decided: on a request, once, or on a protection that was granted.

    Append-only, with its document and the document's hash. A withdrawal shortens the protection, and the end of a
    suspension shortens the suspension: the database does both when the decision is written, and nothing else can.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(
        CallButtonRequest, models.PROTECT, null=True, blank=True, related_name="decision", verbose_name="demande"
    )
    on_grant = models.ForeignKey(
        "call_buttons.CallButtonGrant",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="acts",
        verbose_name="protection concernée",
    )
    # Those of the request or of the protection: the database writes them.
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="dossier")
    official = models.ForeignKey(Official, models.PROTECT, related_name="+", verbose_name="élu")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name="unité")
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    outcome = models.CharField("sens", max_length=10, choices=Outcome)
    number = models.CharField("numéro", max_length=20, unique=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="décidé par"
    )
    delegation = models.ForeignKey(
        SignatureDelegation, models.PROTECT, related_name="+", verbose_name="délégation de signature"
    )
    signatory = models.CharField("signataire", max_length=300)
    decided_at = models.DateTimeField("décidé le")
    # Extension: its last protected day. Suspension: its first day. Resumption: the first day protected again.
    # Withdrawal: the last protected day. All local to the département.
    effective_on = models.DateField("effet", null=True, blank=True)
    coded_motive = models.CharField("motif codé", max_length=20, choices=RefusalMotive, blank=True)
    internal_motive = EncryptedTextField("motif interne", null=True, blank=True)
    communicable_motive = EncryptedTextField("motif communicable", null=True, blank=True)
    orientations = ArrayField(
        models.CharField(max_length=20, choices=Orientation), verbose_name="orientations", default=list, db_default=[]
    )
    orientation = models.CharField("orientation", max_length=900, blank=True)
    remedy = models.TextField("voies de recours")
    template = models.ForeignKey(
        DocumentTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="modèle de lettre"
    )
    document = models.BinaryField("document")
    document_sha256 = models.CharField("empreinte SHA-256 du document", max_length=64)

    objects = CallButtonDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        verbose_name_plural = "décisions"
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=ON_REQUEST, request__isnull=False, on_grant__isnull=True, effective_on=None)
                | Q(outcome__in=ON_GRANT, request__isnull=True, on_grant__isnull=False, effective_on__isnull=False),
                name="decision_on_request_or_grant",
                violation_error_message="Une décision répond à une demande, ou porte sur une protection accordée.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REFUSED)
                | (
                    Q(internal_motive__isnull=False, communicable_motive__isnull=False)
                    & ~Q(coded_motive="")
                    & ~Q(orientation="")
                ),
                name="decision_refusal_is_motivated",
                violation_error_message="Un refus a un motif interne, un motif communicable et une orientation.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=ON_GRANT) | Q(communicable_motive__isnull=False),
                name="decision_on_grant_is_motivated",
                violation_error_message="Une décision sur une protection accordée a un motif.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.WITHDRAWN) | ~Q(coded_motive=""),
                name="decision_withdrawal_is_coded",
                violation_error_message="Un retrait a un motif codé.",
            ),
            models.CheckConstraint(
                condition=~Q(remedy="") & Q(document_sha256__regex=r"^[0-9a-f]{64}$"),
                name="decision_has_remedy_and_hash",
                violation_error_message="Une décision indique les recours et porte l'empreinte de son document.",
            ),
            models.UniqueConstraint(
                fields=["on_grant"],
                condition=Q(outcome__in=[Outcome.WITHDRAWN, Outcome.EXTENDED]),
                name="decision_ends_or_extends_once",
                violation_error_message="Cette protection est déjà prolongée ou retirée.",
            ),
        ]

    def __str__(self) -> str:
        return f"décision {self.number}"
