"""When somebody who helps and a referred person meet."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import User
from core.fields import EncryptedTextField
from support.enums import MeetingMode
from support.models.referrals import Referral

if TYPE_CHECKING:
    from datetime import datetime

SHORTEST, LONGEST = 10, 240


class ReferralAppointmentQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def between(self, start: datetime, end: datetime) -> Self:
        """Those that touch `[start, end)`."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class ReferralAppointment(models.Model):
    """An appointment of an accepted referral: moved or cancelled, never deleted. No word of what is said there."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Names the page it was typed on: sent twice, it is one appointment.
    submission = models.UUIDField("envoi", unique=True)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="appointments", verbose_name="orientation")
    host = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="avec")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    mode = models.CharField("façon", max_length=10, choices=MeetingMode)
    # Of the association's own tool.
    link = EncryptedTextField("adresse de la visio", blank=True)
    made_at = models.DateTimeField("pris le")
    moved_at = models.DateTimeField("déplacé le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = ReferralAppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ["starts_at", "pk"]
        constraints = [
            ExclusionConstraint(
                name="referral_meetings_one_at_a_time",
                expressions=[
                    ("host", RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at__isnull=True),
                violation_error_message="Un autre rendez-vous est pris à cette heure.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="referral_meeting_ends_after_start",
                violation_error_message="La fin d'un rendez-vous vient après son début.",
            ),
            models.CheckConstraint(
                condition=Q(mode=MeetingMode.VIDEO) | Q(mode__in=MeetingMode.values, link=""),
                name="referral_meeting_link_is_video",
                violation_error_message="Seul un rendez-vous en visio a une adresse.",
            ),
        ]

    def __str__(self) -> str:
        return f"rendez-vous du {self.starts_at:%d/%m/%Y}"

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)
