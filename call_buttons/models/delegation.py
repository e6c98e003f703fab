"""Who signs what for which département, from when to when."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts.enums import ScopeKind
from accounts.scope import ScopedQuerySet
from call_buttons.enums import Signing
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import date


class SignatureDelegationQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}

    def valid_on(self, day: date) -> SignatureDelegationQuerySet:
        """In force on `day`, local to the département."""
        return self.filter(period__contains=day)


class SignatureDelegation(models.Model):
    """A person signs one kind of decision for a prefecture: by a delegation, or as the préfet himself.

    Only its end changes, and only to come sooner: the decisions signed under it stay explained by it.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="signataire")
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    signs = models.CharField("signe", max_length=12, choices=Signing)
    act = models.CharField("arrêté ou décret", max_length=200)
    quality = models.CharField("qualité écrite sous la décision", max_length=200)
    period = DateRangeField("période")
    created_at = models.DateTimeField("enregistrée le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="enregistrée par"
    )

    objects = SignatureDelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "délégation de signature"
        verbose_name_plural = "délégations de signature"
        ordering = ["departement", "user", "signs", "pk"]
        constraints = [
            ExclusionConstraint(
                name="delegation_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("departement", RangeOperators.EQUAL),
                    ("signs", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne a déjà cette délégation sur une partie de cette période.",
            ),
            models.CheckConstraint(
                condition=Q(signs__in=Signing.values) & ~Q(act="") & ~Q(quality="") & Q(period__isempty=False),
                name="delegation_is_complete",
                violation_error_message="Une délégation dit ce qui est signé, par quel acte et en quelle qualité.",
            ),
        ]

    def __contains__(self, day: date) -> bool:
        """Whether it is valid on `day`, local to the département."""
        return self.period.lower <= day and (self.period.upper is None or day < self.period.upper)

    @property
    def last_day(self) -> date | None:
        return self.period.upper - timedelta(days=1) if self.period.upper else None

    def __str__(self) -> str:
        return f"{self.get_signs_display()}, {self.act}"
