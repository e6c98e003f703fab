from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import ScopeKind
from accounts.models import Unit
from accounts.scope import ScopedQuerySet
from cases.enums import CaseState, EventKind, Level
from cases.models.hidden import barred_from, behind_glass, hidden_from
from officials.models import Official
from territories.models import Departement

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.permissions import Permission


class CaseLinkedQuerySet(ScopedQuerySet):
    """Files, and all that hangs on one: hidden from those whom the file concerns, and by a restriction.

    `case_lookup` leads to the id of the file. Whatever list, page or counter reads such rows goes through here.
    """

    case_lookup: ClassVar[str] = "case_id"

    def _narrowed_for(self, user: User) -> Q:
        return ~Q(**{f"{self.case_lookup}__in": hidden_from(user)})

    def case_of(self, row: Any) -> Case:
        """The file on which `row` hangs."""
        for name in self.case_lookup.removesuffix("pk").removesuffix("_id").split("__"):
            row = getattr(row, name) if name else row
        return row

    def behind_glass_for(self, user: User, permission: Permission) -> Self:
        """Rows of his territory that only a restriction hides from `user`: for a number, a neutral line, an access."""
        restricted = Q(**{f"{self.case_lookup}__in": behind_glass(user)})
        concerned = Q(**{f"{self.case_lookup}__in": barred_from(user)})
        return self.in_territory_of(user, permission).filter(restricted & ~concerned)


class CaseQuerySet(CaseLinkedQuerySet):
    case_lookup: ClassVar[str] = "pk"
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "unit_id",
        ScopeKind.DEPARTEMENT: "departement_id",
        ScopeKind.OWN: "official__user_id",
    }

    def open(self) -> Self:
        return self.filter(state=CaseState.OPEN)


class Case(models.Model):
    """The file of an élu at a unit: his threats, their evaluations, what was decided."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField("référence", max_length=14, unique=True)
    official = models.ForeignKey(Official, models.PROTECT, related_name="cases", verbose_name="élu")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name="unité")
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="cases", verbose_name="département")
    state = models.CharField("état", max_length=10, choices=CaseState, default=CaseState.OPEN)
    level = models.PositiveSmallIntegerField("niveau", choices=Level, null=True, blank=True)
    opened_at = models.DateTimeField("ouvert le")
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)
    # Only the people of its list (CaseAccess) open a restricted file.
    is_restricted = models.BooleanField("accès restreint", default=False, db_default=False)
    restricted_at = models.DateTimeField("accès restreint depuis le", null=True, blank=True)
    restricted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="accès restreint par",
        db_index=False,
    )
    # A merged file ends at the moment of the merge (`closed_at`) and leads to this one.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="fusionné dans"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        ordering = ["-opened_at", "-pk"]
        indexes = [
            # One index a scope, in the order of the list.
            models.Index(fields=["unit", "-opened_at", "-id"], name="case_list_of_unit"),
            models.Index(fields=["departement", "-opened_at", "-id"], name="case_list_of_departement"),
            models.Index(fields=["-opened_at", "-id"], name="case_list_of_nation"),
            models.Index(fields=["level", "-opened_at", "-id"], name="case_list_of_level"),
            # Few, and read by every list: what a restriction hides.
            models.Index(fields=["departement", "unit"], name="case_restricted", condition=Q(is_restricted=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, closed_at__isnull=True)
                | Q(state__in=[CaseState.CLOSED, CaseState.MERGED], closed_at__isnull=False),
                name="case_closed_has_date",
                violation_error_message="Un dossier clos a une date de clôture, un dossier ouvert n'en a pas.",
            ),
            models.CheckConstraint(
                condition=(Q(state=CaseState.MERGED, merged_into__isnull=False) & ~Q(merged_into=F("id")))
                | (~Q(state=CaseState.MERGED) & Q(merged_into__isnull=True)),
                name="case_merged_into_another",
                violation_error_message="Un dossier fusionné mène au dossier conservé.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="case_closed_after_opened",
                violation_error_message="Un dossier ne peut pas être clos avant son ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(is_restricted=False, restricted_at__isnull=True, restricted_by__isnull=True)
                | Q(is_restricted=True, restricted_at__isnull=False, restricted_by__isnull=False),
                name="case_restriction_is_signed",
                violation_error_message="Une restriction d'accès porte sa date et le nom de la personne qui la pose.",
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^\d{4}-[0-9AB]{2,3}-\d{5,}$"),
                name="case_reference_format",
                violation_error_message="La référence n'a pas la forme attendue.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state == CaseState.OPEN

    @property
    def is_merged(self) -> bool:
        return self.state == CaseState.MERGED

    @property
    def holder(self) -> Case:
        """The file that holds its facts now: itself, or where merges lead, at any depth. One query a merge."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found


class CaseBoundQuerySet(CaseLinkedQuerySet):
    """Rows that hang on a file by `case`: seen by those who see the file."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "case__unit_id",
        ScopeKind.DEPARTEMENT: "case__departement_id",
    }


class ReferenceCounter(models.Model):
    """Last number given, by year and département. One statement takes the next: no two files share one."""

    never_deleted = True

    year = models.PositiveSmallIntegerField("année")
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    last = models.PositiveIntegerField("dernier numéro")

    class Meta:
        verbose_name = "compteur de références"
        verbose_name_plural = "compteurs de références"
        constraints = [models.UniqueConstraint(fields=["year", "departement"], name="reference_counter_unique")]

    def __str__(self) -> str:
        return f"{self.year}-{self.departement_id}"


class CaseEvent(models.Model):
    """One act on a file: who, when, what. Append-only; `changes` never holds a narrative in clear."""

    append_only = True

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name="dossier")
    at = models.DateTimeField("le")
    kind = models.CharField("acte", max_length=24, choices=EventKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="auteur de l'acte"
    )
    actor_label = models.CharField("auteur de l'acte (nom et fonction)", max_length=300)
    sentence = models.CharField("résumé", max_length=500)
    changes: Any = models.JSONField("modifications", default=list)
    version = models.PositiveIntegerField("version du dossier après l'acte", null=True)

    class Meta:
        verbose_name = "acte du dossier"
        verbose_name_plural = "actes du dossier"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case", "-at", "-id"], name="event_timeline")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%d/%m/%Y})"
