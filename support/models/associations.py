"""Who helps: the associations of the France Victimes network, and those who work there."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.fields import EncryptedTextField
from support.enums import Help
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import date


class AssociationQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def covering(self, departement: Departement) -> Self:
        """Those that receive people of that département."""
        return self.filter(departements=departement)

    def offering(self, help_: Help) -> Self:
        return self.filter(helps__contains=[help_])


class Association(models.Model):
    """An association of the network: where it receives, and what it offers."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # As France Victimes names it: a line of an import finds its association again by it.
    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=120)
    telephone = models.CharField("téléphone", max_length=30)
    email = models.EmailField("adresse électronique", blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    hours = models.CharField("horaires", max_length=200)
    helps = ArrayField(models.CharField(max_length=20, choices=Help), verbose_name="aides proposées")
    departements = models.ManyToManyField(Departement, related_name="+", verbose_name="départements")
    is_active = models.BooleanField("en service", default=True)
    # Carried by the form that changes it: two administrators do not undo one another.
    version = models.PositiveIntegerField("version", default=0, db_default=0)

    objects = AssociationQuerySet.as_manager()

    class Meta:
        verbose_name = "association"
        verbose_name_plural = "associations"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(helps__contained_by=Help.values) & ~Q(helps=[]),
                name="association_offers_known_help",
                violation_error_message="Dites ce que propose l'association : psychologique, juridique ou social.",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(telephone="") & ~Q(hours=""),
                name="association_can_be_reached",
                violation_error_message="Une association a un nom, un téléphone et des horaires.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def help_words(self) -> list[str]:
        return [help_.label for help_ in Help if help_.value in self.helps]


class AssociationMemberQuerySet(models.QuerySet):
    def on(self, day: date) -> Self:
        return self.filter(period__contains=day)


class AssociationMember(models.Model):
    """Somebody works for an association from a day to another. The posting gives the role, this gives the place."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    association = models.ForeignKey(Association, models.PROTECT, related_name="members", verbose_name="association")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="personne")
    period = DateRangeField("période")
    # Of the association's own tool, under https. The person who has an appointment reads it in the confirmation only.
    video_link = EncryptedTextField("lien de visio", null=True, blank=True)

    objects = AssociationMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre d'une association"
        verbose_name_plural = "membres des associations"
        ordering = ["association", "user", "period"]
        constraints = [
            ExclusionConstraint(
                name="association_member_of_one_at_a_time",
                expressions=[("user", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="Cette personne travaille déjà pour une association à ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False),
                name="association_member_has_a_start",
                violation_error_message="Dites depuis quel jour cette personne travaille pour l'association.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.association}"

    @property
    def last_day(self) -> date | None:
        """Last day there, the one a person reads; None when no end is set."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None
