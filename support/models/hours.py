"""When and where those who help receive. Nothing here names anybody who asks for help."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from psycopg.types.range import Range

from accounts.models import User
from accounts.permissions import has_permission
from accounts.scope import ScopedQuerySet
from core import clock
from support.enums import MeetingMode, Weekday
from support.models.associations import Association, AssociationMember
from territories.models import Departement

if TYPE_CHECKING:
    from accounts.permissions import Permission

MINUTES_OF_A_DAY = 24 * 60


def minute_words(minute: int) -> str:
    """« 9 h 30 », from minutes after midnight."""
    hours, minutes = divmod(minute, 60)
    return f"{hours}\u00a0h" + (f"\u00a0{minutes:02d}" if minutes else "")


class DeskQuerySet(ScopedQuerySet):
    """What belongs to an association is seen by those who work there today (Paris day) in an active posting."""

    association_lookup: ClassVar[str] = "association"

    def _territory_of(self, user: User, permission: Permission) -> Q | None:
        # The posting gives the role alone: the place is the association, wherever it is.
        if not has_permission(user, permission):
            return None
        mine = AssociationMember.objects.on(clock.today(clock.PARIS)).filter(user=user)
        return Q(**{f"{self.association_lookup}__in": mine.order_by().values("association")})


class OwnDeskQuerySet(DeskQuerySet):
    """One's own hours: a colleague reads them in the free slots, and does not change them."""

    association_lookup = "member__association"

    def _territory_of(self, user: User, permission: Permission) -> Q | None:
        territory = super()._territory_of(user, permission)
        return None if territory is None else territory & Q(member__user=user)


class PlaceQuerySet(DeskQuerySet):
    def open(self) -> Self:
        return self.filter(is_open=True)


class Place(models.Model):
    """Where an association receives, in a département: the person reads it in the confirmation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    association = models.ForeignKey(Association, models.PROTECT, related_name="places", verbose_name="association")
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    name = models.CharField("nom", max_length=100)
    address = models.CharField("adresse", max_length=200)
    access = models.CharField("comment y entrer", max_length=200, blank=True)
    is_open = models.BooleanField("ouvert", default=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu d'accueil"
        verbose_name_plural = "lieux d'accueil"
        ordering = ["departement", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "departement", "name"],
                name="support_place_once",
                condition=Q(is_open=True),
                violation_error_message="Un lieu ouvert porte déjà ce nom dans ce département.",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(address=""),
                name="support_place_can_be_found",
                violation_error_message="Un lieu a un nom et une adresse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.address}"


class _Hours:
    """Wall-clock minutes `[start, end)` of the local day, in words."""

    hours: Range[int] | None

    @property
    def hours_words(self) -> str:
        if self.hours is None:
            return "toute la journée"
        return f"de {minute_words(self.hours.lower or 0)} à {minute_words(self.hours.upper or 0)}"


class Availability(_Hours, models.Model):
    """Every week, on that day, at those hours, somebody may receive. One single day: a period of one day.

    Hours are minutes after midnight on the wall clock of the département, whatever the season.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        AssociationMember, models.PROTECT, related_name="availabilities", verbose_name="qui", db_index=False
    )
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="availabilities", verbose_name="lieu"
    )
    mode = models.CharField("comment", max_length=10, choices=MeetingMode)
    weekday = models.PositiveSmallIntegerField("jour", choices=Weekday)
    hours = IntegerRangeField("heures")
    # Local days, half-open; without an end, until it is removed.
    period = DateRangeField("période")

    objects = OwnDeskQuerySet.as_manager()

    class Meta:
        verbose_name = "disponibilité"
        verbose_name_plural = "disponibilités"
        ordering = ["weekday", "hours", "period", "pk"]
        constraints = [
            ExclusionConstraint(
                name="support_availability_no_overlap",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    ("hours", RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="Vous recevez déjà ce jour-là, à une partie de ces heures.",
            ),
            models.CheckConstraint(
                condition=Q(mode=MeetingMode.ON_SITE, place__isnull=False)
                | Q(mode__in=[MeetingMode.TELEPHONE, MeetingMode.VIDEO], place__isnull=True),
                name="support_availability_place_on_site_only",
                violation_error_message="Sur place, dites où ; par téléphone ou en visio, il n'y a pas de lieu.",
            ),
            models.CheckConstraint(
                condition=Q(hours__isempty=False, hours__startswith__gte=0, hours__endswith__lte=MINUTES_OF_A_DAY),
                name="support_availability_within_a_day",
                violation_error_message="Les heures vont du début à la fin d'une même journée.",
            ),
            models.CheckConstraint(
                condition=Q(weekday__in=Weekday.values) & Q(period__isempty=False, period__startswith__isnull=False),
                name="support_availability_has_a_day",
                violation_error_message="Une disponibilité a un jour de la semaine et un premier jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.hours_words}, {self.get_mode_display()}"

    @property
    def single_day(self) -> date | None:
        """The day, when it is for one only."""
        last = self.last_day
        return last if last == self.period.lower else None

    @property
    def last_day(self) -> date | None:
        return self.period.upper - timedelta(days=1) if self.period.upper else None


class Absence(_Hours, models.Model):
    """Somebody does not receive, from a day to another: no reason is asked. Hours: on each day, or all day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        AssociationMember, models.PROTECT, related_name="absences", verbose_name="qui", db_index=False
    )
    period = DateRangeField("période")
    hours = IntegerRangeField("heures", null=True, blank=True)

    objects = OwnDeskQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        verbose_name_plural = "absences"
        ordering = ["period", "pk"]
        constraints = [
            ExclusionConstraint(
                name="support_absence_no_overlap",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    (
                        Coalesce(
                            F("hours"), models.Value(Range(0, MINUTES_OF_A_DAY), output_field=IntegerRangeField())
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Une absence est déjà notée sur une partie de ce temps.",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="support_absence_has_two_ends",
                violation_error_message="Une absence a un premier et un dernier jour.",
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True)
                | Q(hours__isempty=False, hours__startswith__gte=0, hours__endswith__lte=MINUTES_OF_A_DAY),
                name="support_absence_within_a_day",
                violation_error_message="Les heures vont du début à la fin d'une même journée.",
            ),
        ]

    def __str__(self) -> str:
        return f"absence du {self.first_day:%d/%m/%Y} au {self.last_day:%d/%m/%Y}"

    @property
    def first_day(self) -> date:
        return self.period.lower

    @property
    def last_day(self) -> date:
        return self.period.upper - timedelta(days=1)


class ReplacementQuerySet(DeskQuerySet):
    association_lookup = "member__association"

    def during(self, first_day: date, last_day: date) -> Self:
        return self.filter(period__overlap=(first_day, last_day + timedelta(days=1)))


class Replacement(models.Model):
    """A colleague of the same association keeps somebody's appointments from a day to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        AssociationMember, models.PROTECT, related_name="replaced", verbose_name="qui est absent", db_index=False
    )
    colleague = models.ForeignKey(
        AssociationMember, models.PROTECT, related_name="replacing", verbose_name="qui remplace"
    )
    period = DateRangeField("période")
    created_at = models.DateTimeField("noté le")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="noté par")

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        verbose_name = "remplacement"
        verbose_name_plural = "remplacements"
        ordering = ["period", "pk"]
        constraints = [
            ExclusionConstraint(
                name="support_replacement_one_colleague",
                expressions=[("member", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="Cette personne est déjà remplacée sur une partie de ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="support_replacement_has_two_ends",
                violation_error_message="Un remplacement a un premier et un dernier jour.",
            ),
            models.CheckConstraint(
                condition=~Q(member=F("colleague")),
                name="support_replacement_by_another",
                violation_error_message="Choisissez deux personnes différentes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.colleague.user} remplace {self.member.user}"

    @property
    def first_day(self) -> date:
        return self.period.lower

    @property
    def last_day(self) -> date:
        return self.period.upper - timedelta(days=1)
