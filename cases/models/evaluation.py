from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.enums import UNFINISHED_EVALUATIONS, EscalationStep, EvaluationState, Level
from cases.models.file import Case, CaseBoundQuerySet
from cases.models.grid import GridVersion
from cases.models.threat import Threat
from core.fields import EncryptedTextField
from officials.models import Official, ProtectedPerson

if TYPE_CHECKING:
    from datetime import datetime


class EvaluationQuerySet(CaseBoundQuerySet):
    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED_EVALUATIONS)

    def to_do(self) -> Self:
        return self.filter(state=EvaluationState.TODO)

    def to_validate(self) -> Self:
        return self.filter(state=EvaluationState.SUBMITTED)

    def validated(self) -> Self:
        return self.filter(state=EvaluationState.VALIDATED)

    def for_list(self) -> Self:
        related = self.select_related("case__official", "case__unit", "case__departement", "threat")
        # What a list never shows, and that weighs most of a row.
        return related.defer(
            "answers", "red_factors", "suggested_measures", "departure_reason", "comment", "threat__place",
            "threat__description", "threat__author_description",
        )  # fmt: skip


class Evaluation(models.Model):
    """The reasoned level of danger of one threat, at one version. Validated, it never changes."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="evaluations", verbose_name="dossier")
    threat = models.ForeignKey(Threat, models.PROTECT, related_name="evaluations", verbose_name="menace")
    number = models.PositiveSmallIntegerField("version")
    grid = models.ForeignKey(GridVersion, models.PROTECT, related_name="evaluations", verbose_name="grille")
    state = models.CharField("état", max_length=10, choices=EvaluationState, default=EvaluationState.TODO)
    opened_at = models.DateTimeField("ouverte le")
    opening_reason = models.CharField("raison de l'ouverture", max_length=200)
    due_at = models.DateTimeField("à faire avant")
    answers: Any = models.JSONField("réponses", default=dict)
    computed_score = models.SmallIntegerField("points", null=True, blank=True)
    computed_level = models.PositiveSmallIntegerField("niveau calculé", choices=Level, null=True, blank=True)
    # [{"code", "sentence", "question"}]: each red factor with the answer that triggered it.
    red_factors: Any = models.JSONField("facteurs rouges", default=list)
    suggested_measures: Any = models.JSONField("mesures suggérées", default=list)
    signed_level = models.PositiveSmallIntegerField("niveau retenu", choices=Level, null=True, blank=True)
    departure_reason = EncryptedTextField("raison de l'écart", null=True, blank=True)
    comment = EncryptedTextField("observations", null=True, blank=True)
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="évaluée par"
    )
    submitted_at = models.DateTimeField("transmise le", null=True, blank=True)
    returned_reason = models.CharField("raison du renvoi", max_length=500, blank=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="validée par"
    )
    validated_at = models.DateTimeField("validée le", null=True, blank=True)
    # The version of the threat that was read when the level was signed.
    threat_version = models.PositiveIntegerField("version de la menace évaluée", default=0)
    version = models.PositiveIntegerField("version de saisie", default=1)
    saved_by = models.CharField("dernier enregistrement par", max_length=200, blank=True)
    saved_at = models.DateTimeField("dernier enregistrement le", null=True, blank=True)
    # The page whose automatic save was the last to write: it does not meet itself. Emptied by any other save.
    saved_page = models.CharField("page de saisie", max_length=36, blank=True, default="", db_default="")
    # Accounts of all who saved or sent it, whatever happened since: none of them may validate it.
    contributors: Any = models.JSONField("comptes qui y ont écrit", default=list, db_default=[])

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"
        ordering = ["threat_id", "-number"]
        indexes = [
            models.Index(fields=["case", "due_at"], name="evaluation_of_case"),
            models.Index(
                fields=["due_at", "id"],
                name="evaluation_unfinished",
                condition=Q(state__in=["todo", "submitted"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["threat", "number"], name="evaluation_version_unique"),
            models.UniqueConstraint(
                fields=["threat"],
                condition=Q(state__in=["todo", "submitted"]),
                name="evaluation_one_unfinished",
                violation_error_message="Une évaluation de cette menace est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[EvaluationState.TODO, EvaluationState.SET_ASIDE])
                | Q(
                    evaluated_by__isnull=False,
                    submitted_at__isnull=False,
                    computed_level__isnull=False,
                    signed_level__isnull=False,
                ),
                name="evaluation_submitted_is_complete",
                violation_error_message="Une évaluation transmise a un auteur, une date et un niveau.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[EvaluationState.TODO, EvaluationState.SET_ASIDE])
                | Q(signed_level=F("computed_level"))
                | Q(departure_reason__isnull=False),
                name="evaluation_departure_has_reason",
                violation_error_message="Écrivez pourquoi vous retenez un autre niveau que celui de la grille.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=EvaluationState.VALIDATED, validated_by__isnull=False, validated_at__isnull=False)
                    | (~Q(state=EvaluationState.VALIDATED) & Q(validated_by__isnull=True, validated_at__isnull=True))
                ),
                name="evaluation_validated_is_signed",
                violation_error_message="Une évaluation validée porte le nom de la personne qui la valide.",
            ),
            models.CheckConstraint(
                condition=Q(validated_by__isnull=True) | ~Q(validated_by=F("evaluated_by")),
                name="evaluation_validated_by_another",
                violation_error_message="Une autre personne que l'auteur valide l'évaluation.",
            ),
        ]

    def __str__(self) -> str:
        return f"évaluation {self.number} de la menace"

    def is_late(self, now: datetime) -> bool:
        return self.state in UNFINISHED_EVALUATIONS and self.due_at < now

    @property
    def departs(self) -> bool:
        """True when the référent signed another level than the computed one."""
        return self.signed_level is not None and self.signed_level != self.computed_level


class EvaluatedPerson(models.Model):
    """Somebody whom an evaluation covers: the élu, another victim, one of the household. Frozen once it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="people", verbose_name="évaluation")
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="élu")
    protected_person = models.ForeignKey(
        ProtectedPerson, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="personne protégée"
    )
    note = EncryptedTextField("ce que cela change pour cette personne", null=True, blank=True)

    class Meta:
        verbose_name = "personne couverte par une évaluation"
        verbose_name_plural = "personnes couvertes par une évaluation"
        ordering = ["evaluation_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(official__isnull=False, protected_person__isnull=True)
                | Q(official__isnull=True, protected_person__isnull=False),
                name="evaluated_is_one_person",
                violation_error_message="Une évaluation couvre un élu ou une personne de son entourage.",
            ),
            models.UniqueConstraint(
                fields=["evaluation", "official", "protected_person"], name="evaluated_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return str(self.official or self.protected_person)


class EvaluationEscalation(models.Model):
    """A late evaluation has climbed to this step: once, whatever the scheduler missed or did twice."""

    append_only = True

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="escalations", verbose_name="évaluation")
    step = models.CharField("étape", max_length=10, choices=EscalationStep)
    at = models.DateTimeField("le")
    told = models.PositiveSmallIntegerField("personnes prévenues", default=0)

    class Meta:
        verbose_name = "retard d'évaluation signalé"
        verbose_name_plural = "retards d'évaluation signalés"
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "step"], name="escalation_once")]

    def __str__(self) -> str:
        return f"{self.get_step_display()} ({self.at:%d/%m/%Y})"
