from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Case as When
from django.db.models import F, Func, Q
from django.db.models.functions import Least

from accounts.enums import Role
from cases.enums import (
    LIVE_MEASURES,
    MEASURE_OBJECTS,
    UNSETTLED_MEASURES,
    MeasureEnd,
    MeasureKind,
    MeasureState,
    MeasureTarget,
    TraceKind,
)
from cases.models.evaluation import Evaluation
from cases.models.file import Case, CaseBoundQuerySet
from core.fields import EncryptedTextField
from officials.models import ProtectedPerson

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

__all__ = ["MeasureRule", "MeasureTrace", "ProtectiveMeasure"]


class MeasureRule(models.Model):
    """Who decides a kind of measure, from a date on: doctrine, so data and not code."""

    kind = models.CharField("mesure", max_length=24, choices=MeasureKind)
    since = models.DateField("à partir du")
    # Roles, as values of `Role`.
    deciders: Any = models.JSONField("rôles qui décident")
    by_another = models.BooleanField("décidée par une autre personne que celle qui propose")
    review_days = models.PositiveSmallIntegerField("premier point après (jours)")

    class Meta:
        verbose_name = "règle de décision d'une mesure"
        verbose_name_plural = "règles de décision des mesures"
        ordering = ["kind", "-since"]
        constraints = [models.UniqueConstraint(fields=["kind", "since"], name="measure_rule_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, à partir du {self.since:%d/%m/%Y}"

    def decider_words(self) -> str:
        return " ou ".join(Role(role).label for role in self.deciders)


def _end_of_period() -> Combinable:
    return Func(F("period"), function="upper", output_field=models.DateField())


class ProtectiveMeasureQuerySet(CaseBoundQuerySet):
    def live(self) -> Self:
        return self.filter(state__in=LIVE_MEASURES)

    def unsettled(self) -> Self:
        return self.filter(state__in=UNSETTLED_MEASURES)

    def with_next_date(self) -> Self:
        """`next_on`: the first day without the measure, or the day of the review, whichever comes first."""
        return self.annotate(next_on=Least(F("review_on"), _end_of_period()))

    def in_order(self) -> Self:
        """Live first, then what waits for a decision, then what is over."""
        rank = When(
            models.When(state__in=LIVE_MEASURES, then=0),
            models.When(state=MeasureState.PROPOSED, then=1),
            default=2,
            output_field=models.IntegerField(),
        )
        return self.with_next_date().order_by(rank, F("next_on").asc(nulls_last=True), "-proposed_at", "pk")


class ProtectiveMeasure(models.Model):
    """What is done to protect an élu or his household: proposed, decided, in force, ended. Never without an owner."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="measures", verbose_name="dossier", db_index=False)
    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="measures", verbose_name="évaluation", db_index=False
    )
    kind = models.CharField("mesure", max_length=24, choices=MeasureKind)
    target = models.CharField("pour", max_length=16, choices=MeasureTarget, default=MeasureTarget.OFFICIAL)
    person = models.ForeignKey(
        ProtectedPerson, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="personne protégée"
    )
    place = EncryptedTextField("lieu", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=MeasureState, default=MeasureState.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="proposée par"
    )
    proposed_at = models.DateTimeField("proposée le")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    decider_role = models.CharField("rôle qui décide", max_length=20, choices=Role, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    refusal_reason = EncryptedTextField("raison du refus", null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_measures",
        verbose_name="responsable",
    )
    # [first day, first day without it): local dates of the département of the file.
    period = DateRangeField("période", null=True, blank=True)
    review_on = models.DateField("prochain point", null=True, blank=True)
    end_reason = models.CharField("raison de la fin", max_length=12, choices=MeasureEnd, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="terminée par"
    )
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    exit_replacement = EncryptedTextField("ce qui la remplace", null=True, blank=True)
    exit_return = EncryptedTextField("ce qui la ferait revenir", null=True, blank=True)
    exit_caller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="qui rappelle à 30 jours",
    )
    version = models.PositiveIntegerField("version", default=1)
    saved_by = models.CharField("dernier enregistrement par", max_length=200, blank=True)
    saved_at = models.DateTimeField("dernier enregistrement le", null=True, blank=True)

    objects = ProtectiveMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure de protection"
        verbose_name_plural = "mesures de protection"
        ordering = ["case_id", "-proposed_at", "pk"]
        indexes = [
            models.Index(fields=["case"], name="measure_of_case"),
            models.Index(
                fields=["review_on"], name="measure_unsettled", condition=Q(state__in=["proposed", *LIVE_MEASURES])
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=LIVE_MEASURES)
                | (Q(owner__isnull=False) & (Q(review_on__isnull=False) | Q(period__endswith__isnull=False))),
                name="measure_live_has_owner_and_date",
                violation_error_message="Une mesure a une personne responsable et une prochaine date.",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeasureState.IN_FORCE) | Q(period__isnull=False),
                name="measure_in_force_has_period",
                violation_error_message="Une mesure en vigueur a une date de début.",
            ),
            models.CheckConstraint(
                condition=Q(period__isnull=True) | Q(period__isempty=False, period__startswith__isnull=False),
                name="measure_period_not_empty",
                violation_error_message="Une mesure a une date de début, avant sa date de fin.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        state=MeasureState.ENDED,
                        end_reason__in=MeasureEnd.values,
                        ended_by__isnull=False,
                        ended_at__isnull=False,
                        exit_replacement__isnull=False,
                        exit_return__isnull=False,
                        exit_caller__isnull=False,
                    )
                    | (~Q(state=MeasureState.ENDED) & Q(end_reason="", ended_by__isnull=True, ended_at__isnull=True))
                ),
                name="measure_ended_has_exit_review",
                violation_error_message="Une mesure se termine par un bilan : ce qui la remplace, ce qui la ferait"
                " revenir, qui rappelle à 30 jours.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=MeasureState.PROPOSED, decided_by__isnull=True, decided_at__isnull=True, decider_role=""
                )
                | (
                    ~Q(state=MeasureState.PROPOSED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decider_role="")
                ),
                name="measure_decided_is_signed",
                violation_error_message="Une mesure décidée porte le nom et le rôle de la personne qui décide.",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeasureState.REFUSED) | Q(refusal_reason__isnull=False),
                name="measure_refused_has_reason",
                violation_error_message="Écrivez pourquoi cette mesure est refusée.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MEASURE_OBJECTS, state__in=MeasureState.values, target__in=MeasureTarget.values),
                name="measure_choices_known",
                violation_error_message="La mesure, son état ou ce qu'elle protège est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(target=MeasureTarget.PERSON, person__isnull=False)
                | (~Q(target=MeasureTarget.PERSON) & Q(person__isnull=True)),
                name="measure_person_is_named",
                violation_error_message="Dites quelle personne de l'entourage est protégée.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_MEASURES

    @property
    def last_day(self) -> date | None:
        """Last day of the measure, the one a person reads."""
        return self.period.upper - timedelta(days=1) if self.period and self.period.upper else None

    @property
    def next_day(self) -> date | None:
        """The day somebody must look at it: its review, or its last day, whichever comes first."""
        return min((day for day in (self.review_on, self.last_day) if day), default=None)

    @property
    def target_words(self) -> str:
        return str(self.person) if self.person else self.get_target_display()


class MeasureTrace(models.Model):
    """What was done for a measure: who, when, what. Append-only."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    measure = models.ForeignKey(
        ProtectiveMeasure, models.PROTECT, related_name="traces", verbose_name="mesure", db_index=False
    )
    kind = models.CharField("nature", max_length=10, choices=TraceKind)
    at = models.DateTimeField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    text = EncryptedTextField("ce qui a été fait")

    class Meta:
        verbose_name = "trace d'une mesure"
        verbose_name_plural = "traces des mesures"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["measure", "-at", "-id"], name="trace_of_measure")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TraceKind.values) & ~Q(text=""),
                name="trace_says_something",
                violation_error_message="Écrivez ce qui a été fait.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.at:%d/%m/%Y}"
