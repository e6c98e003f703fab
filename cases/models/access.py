"""Who may open a file beyond his posting, who may not in spite of it, and why somebody opened it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery

from cases.enums import AccessKind, ConsultationMotive, PartyRole
from cases.models.file import Case, CaseBoundQuerySet
from cases.models.hidden import barred_from
from core.fields import EncryptedTextField

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


# Emergency accesses of one person are counted over as long as one lasts.
COUNTED_OVER = timedelta(hours=24)


class CaseAccessQuerySet(CaseBoundQuerySet):
    def _narrowed_for(self, user: User) -> Q:
        # The hierarchy watches over the accesses of files that it does not open; never over its own.
        return ~Q(case_id__in=barred_from(user))

    def live(self, now: datetime) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gt=now), removed_at__isnull=True)

    def by_glass(self) -> Self:
        return self.filter(kind=AccessKind.BREAK_GLASS)

    def of_the_day_before(self, user: object, moment: object) -> Self:
        """Accesses by glass of one person in the 24 hours that end at `moment`, that of `moment` included."""
        return self.by_glass().filter(user=user, added_at__lte=moment, added_at__gt=moment - COUNTED_OVER)

    def with_rank(self) -> Self:
        """`rank`: the how many-th access by glass of that person in 24 hours, wherever the files are."""
        same = CaseAccess.objects.of_the_day_before(OuterRef("user"), OuterRef("added_at"))
        counted = same.order_by().values("user").annotate(number=Count("pk")).values("number")
        return self.annotate(rank=Subquery(counted))


class CaseAccess(models.Model):
    """Somebody on the list of a restricted file, for good, until a date, or for 24 hours by breaking the glass.

    It gives nothing outside a posting, and nothing to a person whom the file concerns.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="accesses", verbose_name="dossier", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne")
    kind = models.CharField("nature", max_length=12, choices=AccessKind, default=AccessKind.LISTED)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="ajoutée par", db_index=False
    )
    added_at = models.DateTimeField("depuis le")
    until = models.DateTimeField("jusqu'au", null=True, blank=True)
    reason = EncryptedTextField("raison", null=True, blank=True)
    removed_at = models.DateTimeField("retirée le", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="retirée par",
        db_index=False,
    )
    reviewed_at = models.DateTimeField("contrôlée le", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="contrôlée par",
        db_index=False,
    )
    is_justified = models.BooleanField("justifiée", null=True, blank=True)
    review_note = EncryptedTextField("observations du contrôle", null=True, blank=True)

    objects = CaseAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "accès à un dossier restreint"
        verbose_name_plural = "accès aux dossiers restreints"
        ordering = ["-added_at", "-pk"]
        indexes = [models.Index(fields=["case", "user"], name="access_of_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(kind="listed", removed_at__isnull=True),
                name="access_listed_once",
                violation_error_message="Cette personne est déjà sur la liste.",
            ),
            ExclusionConstraint(
                name="access_one_glass_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(F("added_at"), F("until"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(kind="break_glass", removed_at__isnull=True),
                violation_error_message="Un accès d'urgence est déjà ouvert pour cette personne.",
            ),
            models.CheckConstraint(
                condition=Q(kind=AccessKind.LISTED)
                | Q(kind=AccessKind.BREAK_GLASS, until__isnull=False, reason__isnull=False, added_by=F("user")),
                name="access_glass_has_reason_and_end",
                violation_error_message="Un accès d'urgence a une raison écrite et une fin.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("added_at")),
                name="access_ends_after_start",
                violation_error_message="La fin d'un accès vient après son début.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, is_justified__isnull=True)
                | Q(
                    kind=AccessKind.BREAK_GLASS,
                    reviewed_at__isnull=False,
                    reviewed_by__isnull=False,
                    is_justified__isnull=False,
                ),
                name="access_review_is_signed",
                violation_error_message="Un contrôle porte sur un accès d'urgence, et le nom de la personne.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
                name="access_reviewed_by_another",
                violation_error_message="Une autre personne que celle qui est entrée contrôle l'accès d'urgence.",
            ),
            models.CheckConstraint(
                condition=~Q(is_justified=False) | Q(review_note__isnull=False),
                name="access_unjustified_has_note",
                violation_error_message="Écrivez pourquoi cet accès d'urgence n'est pas justifié.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_kind_display()}"

    @property
    def is_by_glass(self) -> bool:
        return self.kind == AccessKind.BREAK_GLASS


class CaseParty(models.Model):
    """An agent declared as concerned by a file: from then on the file does not exist for him. Ended, never deleted."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="parties", verbose_name="dossier", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="agent", db_index=False
    )
    role = models.CharField("à quel titre", max_length=10, choices=PartyRole)
    reason = EncryptedTextField("raison")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="déclaré par", db_index=False
    )
    declared_at = models.DateTimeField("déclaré le")
    ended_at = models.DateTimeField("levé le", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="levé par",
        db_index=False,
    )
    end_reason = EncryptedTextField("raison de la levée", null=True, blank=True)

    class Meta:
        verbose_name = "agent concerné par un dossier"
        verbose_name_plural = "agents concernés par un dossier"
        ordering = ["-declared_at", "-pk"]
        indexes = [
            models.Index(fields=["case"], name="party_of_case"),
            models.Index(fields=["user", "case"], name="party_live", condition=Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(ended_at__isnull=True),
                name="party_once",
                violation_error_message="Cet agent est déjà déclaré concerné par ce dossier.",
            ),
            models.CheckConstraint(
                condition=~Q(declared_by=F("user")) & (Q(ended_by__isnull=True) | ~Q(ended_by=F("user"))),
                name="party_declared_by_another",
                violation_error_message="Une autre personne que l'agent concerné fait la déclaration ou la lève.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, end_reason__isnull=False),
                name="party_end_is_signed",
                violation_error_message="La levée d'une déclaration a une date, un auteur et une raison.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=PartyRole.values),
                name="party_role_known",
                violation_error_message="Le titre auquel l'agent est concerné est inconnu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class ConsultationReason(models.Model):
    """Why somebody opens, on a local day, a file that is not of his own list. Append-only."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="consultation_reasons", verbose_name="dossier", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne", db_index=False
    )
    motive = models.CharField("raison", max_length=16, choices=ConsultationMotive)
    note = EncryptedTextField("précision", null=True, blank=True)
    at = models.DateTimeField("donnée le")
    until = models.DateTimeField("valable jusqu'au")

    class Meta:
        verbose_name = "raison d'une consultation"
        verbose_name_plural = "raisons de consultation"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case", "user", "-until"], name="reason_of_reader")]
        constraints = [
            models.CheckConstraint(
                condition=Q(motive__in=ConsultationMotive.values, until__gt=F("at")),
                name="reason_is_one_of_six",
                violation_error_message="Choisissez une des six raisons.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_motive_display()
