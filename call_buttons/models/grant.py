from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value

from accounts.enums import ScopeKind
from accounts.models import Unit
from call_buttons.enums import ON_REQUEST, Audience, Outcome, ReminderKind
from call_buttons.models.decision import CallButtonDecision
from call_buttons.models.request import CallButtonRequest
from cases.models import Case, CaseLinkedQuerySet
from core import clock
from core.models import OutboxMessage
from officials.models import Official
from territories.calendar import last_working_day_on_or_before
from territories.models import Departement, local_today

if TYPE_CHECKING:
    from uuid import UUID


class PeriodEnd(models.Func):
    """First day without protection: the upper bound of the half-open period."""

    function = "upper"
    output_field = models.DateField()


class PeriodStart(models.Func):
    """First protected day: the lower bound of the half-open period."""

    function = "lower"
    output_field = models.DateField()


class CallButtonGrantQuerySet(CaseLinkedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "unit_id",
        ScopeKind.DEPARTEMENT: "departement_id",
        ScopeKind.OWN: "official__user_id",
    }

    def with_local_today(self) -> Self:
        """Annotate `local_today`: the date it is where the grant applies."""
        return self.annotate(local_today=local_today())

    def with_end(self) -> Self:
        return self.annotate(end=PeriodEnd("period"))

    def ending_between(self, first: date, last: date) -> Self:
        """Whose last protected day is in `[first, last]`."""
        return self.with_end().filter(end__gt=first, end__lte=last + timedelta(days=1))

    def running(self) -> Self:
        """Whose period holds today, local to the département: those that are suspended too."""
        return self.with_local_today().filter(period__contains=F("local_today"))

    def in_force(self) -> Self:
        """Protecting today, local to the département; a suspended protection does not."""
        return self.running().filter(~Exists(CallButtonSuspension.objects.on(OuterRef("local_today"), OuterRef("pk"))))

    def with_suspension(self) -> Self:
        """Annotate `is_suspended`: whether it is today, at the place."""
        today = self.with_local_today()
        return today.annotate(
            is_suspended=Exists(CallButtonSuspension.objects.on(OuterRef("local_today"), OuterRef("pk")))
        )

    def without_decided_follow_up(self) -> Self:
        """Grants about whose end nothing has been decided: not renewed, extended nor withdrawn, no renewal refused,
        no end taken note of.
        """
        return self.filter(*(~follow_up for follow_up in self._follow_ups()), end_acceptance__isnull=True)

    def with_follow_up(self) -> Self:
        """Annotate `is_decided`: whether something has been decided about the end."""
        taken_note = Q(end_acceptance__isnull=False)
        return self.annotate(
            is_decided=ExpressionWrapper(reduce(or_, map(Q, self._follow_ups()), taken_note), models.BooleanField())
        )

    def _follow_ups(self) -> list[Exists]:
        """What decides about the end, each apart: PostgreSQL joins them one by one, and not their disjunction."""
        # The database lets a request be granted or refused by a decision only, and an extension be made by one.
        decided = CallButtonRequest.objects.filter(state__in=ON_REQUEST)
        prolonged = ExpressionWrapper(OuterRef("is_extension"), output_field=models.BooleanField())
        withdrawn = CallButtonDecision.objects.filter(on_grant_id=OuterRef("pk"), outcome=Outcome.WITHDRAWN)
        return [
            Exists(decided.filter(renews_id=OuterRef("pk"))),
            # Asked before the extension, about the protection that it prolongs.
            Exists(decided.filter(prolonged, renews_id=OuterRef("previous_id"))),
            Exists(self.model._base_manager.filter(previous_id=OuterRef("pk"))),
            Exists(withdrawn),
        ]

    def to_renew(self, *, within_days: int = 30) -> Self:
        """Ending within `within_days`, or already ended, with nothing decided about it.

        Computed from the grants themselves: no job and no stored state takes part, and an expired grant
        without decision never leaves it.
        """
        horizon = clock.today("UTC") + timedelta(days=within_days + 2)
        return (
            self.with_local_today()
            .with_end()
            # The constant bound serves the index; the exact one is local to each département.
            .filter(end__lte=horizon)
            .filter(end__lte=F("local_today") + Value(timedelta(days=within_days + 1)))
            .without_decided_follow_up()
        )

    def with_closed_days(self) -> Self:
        """What `last_useful_day` reads, once for the whole list."""
        return self.select_related("departement").prefetch_related("departement__closed_days")

    def expired_in_silence(self) -> Self:
        """Ended, at the place, with nothing decided and nobody told of it yet."""
        tomorrow = clock.today("UTC") + timedelta(days=1)
        ended = self.with_local_today().with_end().filter(end__lte=tomorrow).filter(end__lte=F("local_today"))
        return ended.without_decided_follow_up().filter(expiry__isnull=True)

    def for_list(self) -> Self:
        related = self.select_related("official", "case", "unit", "departement", "decision")
        return related.defer("decision__document")


class CallButtonSuspensionQuerySet(models.QuerySet["CallButtonSuspension"]):
    def on(self, day: date | OuterRef, grant: UUID | OuterRef) -> Self:
        """Those of `grant` that suspend it on `day`, local to its département."""
        return self.filter(grant=grant, period__contains=day)


class CallButtonGrant(models.Model):
    """Three months of call button, from day-number to day-number, in the département's zone; or the few days of a
    conservatory extension, which follow them.

    Append-only: a withdrawal shortens `period`, by the database; `term` stays what was granted.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(CallButtonDecision, models.PROTECT, related_name="grant", verbose_name="décision")
    case = models.ForeignKey(Case, models.PROTECT, related_name="call_button_grants", verbose_name="dossier")
    official = models.ForeignKey(Official, models.PROTECT, related_name="call_button_grants", verbose_name="élu")
    # Those of the request, held equal by the database: each scope then has its index in the order of the terms.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="unité", db_index=False)
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="call_button_grants", verbose_name="département", db_index=False
    )
    # The request from which the protection comes: an extension has that of what it prolongs. Written by the database.
    request = models.ForeignKey(CallButtonRequest, models.PROTECT, related_name="grants", verbose_name="demande")
    period = DateRangeField("période")
    # As granted, written by the database.
    term = DateRangeField("période accordée", editable=False)
    is_extension = models.BooleanField("prolongation conservatoire", default=False, db_default=False)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="renewal", verbose_name="période précédente"
    )

    objects = CallButtonGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "bouton d'appel accordé"
        verbose_name_plural = "boutons d'appel accordés"
        ordering = ["-period", "pk"]
        indexes = [
            models.Index(PeriodEnd("period"), name="grant_by_end"),
            models.Index("unit", PeriodEnd("period"), name="grant_of_unit_by_end"),
            models.Index("departement", PeriodEnd("period"), name="grant_of_departement_by_end"),
            models.Index(fields=["case"], name="grant_of_case"),
        ]
        constraints = [
            ExclusionConstraint(
                name="grant_no_overlap",
                expressions=[("official", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="Cette personne a déjà un bouton d'appel sur une partie de cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"bouton d'appel jusqu'au {self.last_day:%d/%m/%Y}"

    @property
    def first_day(self) -> date:
        return self.period.lower

    @property
    def last_day(self) -> date:
        """Last protected day, to its last minute, in the département's zone."""
        return self.period.upper - timedelta(days=1)

    @property
    def eve(self) -> date:
        """The day before it protects."""
        return self.period.lower - timedelta(days=1)

    @property
    def last_useful_day(self) -> date:
        """The last day on which the prefecture can still decide before the protection ends: declared closures count.

        Read from the calendar each time, never stored: a closure declared afterwards moves it. Lists take
        `with_closed_days()`.
        """
        return last_working_day_on_or_before(self.departement, self.last_day)

    @property
    def last_minute(self) -> datetime:
        """23:59 of the last protected day, in the département's zone: what pages say."""
        return datetime.combine(self.last_day, time(23, 59), tzinfo=self.departement.zone)

    def is_in_force(self, today: date) -> bool:
        return self.period.lower <= today < self.period.upper


class CallButtonSuspension(models.Model):
    """Days of a protection during which it does not run. Open until a decision resumes it, or to a known day.

    Append-only: the decision that resumes the protection shortens `period`, by the database.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.ForeignKey(
        CallButtonGrant, models.PROTECT, related_name="suspensions", verbose_name="bouton d'appel"
    )
    decision = models.OneToOneField(
        CallButtonDecision, models.PROTECT, related_name="suspension", verbose_name="décision"
    )
    period = DateRangeField("période")

    objects = CallButtonSuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = "suspension"
        verbose_name_plural = "suspensions"
        ordering = ["-period", "pk"]
        constraints = [
            ExclusionConstraint(
                name="suspension_no_overlap",
                expressions=[("grant", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="Cette protection est déjà suspendue sur une partie de ces jours.",
            ),
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False, period__isempty=False),
                name="suspension_has_a_first_day",
                violation_error_message="Une suspension a un premier jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"suspension à partir du {self.period.lower:%d/%m/%Y}"


class CallButtonReminder(models.Model):
    """A reminder that exists once for a grant, a moment and an audience, with the messages that carried it."""

    append_only = True

    grant = models.ForeignKey(CallButtonGrant, models.PROTECT, related_name="reminders", verbose_name="bouton d'appel")
    kind = models.CharField("moment", max_length=20, choices=ReminderKind)
    audience = models.CharField("destinataire", max_length=12, choices=Audience)
    due_on = models.DateField("dû le")
    created_at = models.DateTimeField("créé le")
    # It came to this audience because nobody had answered the one before.
    climbed = models.BooleanField("sans réponse au rappel précédent", default=False, db_default=False)
    messages = models.ManyToManyField(
        OutboxMessage, through="CallButtonReminderMessage", related_name="+", verbose_name="messages"
    )

    class Meta:
        verbose_name = "rappel"
        verbose_name_plural = "rappels"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "kind", "audience"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_audience_display()})"


class CallButtonReminderMessage(models.Model):
    """Which message carried a reminder. A reminder without any had nobody to write to: pages say so."""

    append_only = True

    reminder = models.ForeignKey(CallButtonReminder, models.PROTECT, related_name="sendings", verbose_name="rappel")
    message = models.OneToOneField(OutboxMessage, models.PROTECT, related_name="+", verbose_name="message")

    class Meta:
        verbose_name = "envoi d'un rappel"
        verbose_name_plural = "envois de rappels"

    def __str__(self) -> str:
        return f"envoi {self.pk}"
