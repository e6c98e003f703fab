from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest

from accounts.enums import ScopeKind
from call_buttons.enums import Opinion, RequestState
from cases.models import Case, CaseLinkedQuerySet, Evaluation
from core.fields import EncryptedTextField
from officials.models import Official
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import date


class CallButtonRules(models.Model):
    """Parameters of the doctrine, by date of entry into force: the latest one in force applies. Append-only."""

    append_only = True

    in_force_from = models.DateField("en vigueur à partir du", unique=True)
    evaluation_max_age_days = models.PositiveSmallIntegerField("âge maximal de l'évaluation, en jours")
    escalation_hours = models.PositiveSmallIntegerField(
        "heures sans avis ni décision avant de prévenir la permanence", default=24, db_default=24
    )
    remedy = models.TextField("voies de recours, telles qu'elles sont écrites dans la décision")
    # 0: no conservatory extension is signed.
    extension_max_days = models.PositiveSmallIntegerField(
        "durée maximale d'une prolongation conservatoire, en jours", default=0, db_default=0
    )
    # To contest from the notification, and to answer from the day it is contested. Code de justice administrative,
    # art. R. 421-1 and R. 421-2: two months, and silence is then a rejection.
    remedy_months = models.PositiveSmallIntegerField("délai de recours, en mois", default=2, db_default=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(extension_max_days__lte=5),
                name="rules_extension_is_short",
                violation_error_message="Une prolongation conservatoire dure 5 jours au plus.",
            ),
        ]
        verbose_name = "règles du bouton d'appel"
        verbose_name_plural = "règles du bouton d'appel"
        ordering = ["-in_force_from"]

    def __str__(self) -> str:
        return f"règles en vigueur depuis le {self.in_force_from:%d/%m/%Y}"

    @classmethod
    def on(cls, day: date) -> CallButtonRules:
        """The rules in force on `day`. Raises DoesNotExist before the first ones."""
        return cls.objects.filter(in_force_from__lte=day).latest("in_force_from")


class CallButtonRequestQuerySet(CaseLinkedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "unit_id",
        ScopeKind.DEPARTEMENT: "departement_id",
        ScopeKind.OWN: "official__user_id",
    }

    def pending(self) -> Self:
        return self.filter(state=RequestState.PENDING)

    def without_opinion(self) -> Self:
        return self.filter(opinion="")

    def with_waiting_since(self) -> Self:
        """Annotate `waiting_since`: the prefecture's last act on the request, or the request itself.

        An act is an opinion. Opening the page is none: it is journaled, and nobody is protected by it.
        """
        return self.annotate(waiting_since=Greatest("requested_at", Coalesce("opinion_at", "requested_at")))

    def for_list(self) -> Self:
        return self.select_related("official", "case__unit", "departement", "evaluation", "requested_by", "escalation")


class CallButtonRequest(models.Model):
    """A référent asks the préfet for a call button, for the first time or to renew."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="call_button_requests", verbose_name="dossier")
    official = models.ForeignKey(Official, models.PROTECT, related_name="call_button_requests", verbose_name="élu")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name="unité")
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="call_button_requests", verbose_name="département"
    )
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="+", verbose_name="évaluation")
    renews = models.ForeignKey(
        "call_buttons.CallButtonGrant",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal_requests",
        verbose_name="bouton d'appel à renouveler",
    )
    # Why the protection stopped, when it had ended before this was asked.
    gap_reason = EncryptedTextField("raison de l'interruption", null=True, blank=True)
    # A recours gracieux: the élu asks another decision-maker to look at this decision again.
    contests = models.OneToOneField(
        "call_buttons.CallButtonDecision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="remedy_request",
        verbose_name="décision contestée",
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="attribué à"
    )
    state = models.CharField("état", max_length=10, choices=RequestState, default=RequestState.PENDING)
    motive = EncryptedTextField("raison de la demande")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par"
    )
    requested_at = models.DateTimeField("demandé le")
    opinion = models.CharField("avis", max_length=12, choices=Opinion, blank=True)
    opinion_text = EncryptedTextField("avis motivé", null=True, blank=True)
    opinion_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avis de"
    )
    opinion_at = models.DateTimeField("avis donné le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = CallButtonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de bouton d'appel"
        verbose_name_plural = "demandes de bouton d'appel"
        ordering = ["requested_at", "pk"]
        indexes = [
            models.Index(fields=["departement", "state", "requested_at"], name="request_queue"),
            models.Index(fields=["unit", "state", "requested_at"], name="request_of_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["official"],
                condition=Q(state="pending", contests__isnull=True),
                name="request_one_pending",
                violation_error_message="Une demande est déjà en attente pour cette personne.",
            ),
            models.CheckConstraint(
                condition=Q(opinion="", opinion_by__isnull=True, opinion_at__isnull=True)
                | (~Q(opinion="") & Q(opinion_by__isnull=False, opinion_at__isnull=False)),
                name="request_opinion_is_signed",
                violation_error_message="Un avis porte le nom de la personne qui le donne.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values, opinion__in=["", *Opinion.values]),
                name="request_choices_known",
                violation_error_message="L'état ou l'avis est inconnu.",
            ),
        ]

    def __str__(self) -> str:
        return f"demande du {self.requested_at:%d/%m/%Y}"

    @property
    def is_pending(self) -> bool:
        return self.state == RequestState.PENDING

    @property
    def is_renewal(self) -> bool:
        """Asked while the protection to follow still ran. Afterwards it is a new request, with a gap."""
        return self.renews_id is not None and self.gap_reason is None

    @property
    def is_remedy(self) -> bool:
        return self.contests_id is not None
