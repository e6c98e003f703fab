from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from accounts.enums import ScopeKind
from accounts.models import User
from accounts.scope import ScopedQuerySet
from core.encryption import blind_index
from core.fields import EncryptedTextField
from officials.enums import Kinship, MandateKind, Sex
from territories.models import Commune, Departement, Region
from territories.naming import search_key, sort_key

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

EMAIL_INDEX = "officials.official.email"
LONG_AGO = "0001-01-01"


class OfficialQuerySet(ScopedQuerySet):
    """The directory is national; `visible_to` bounds what is confidential in it, the contact details."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "mandates__departement__units",
        ScopeKind.DEPARTEMENT: "mandates__departement",
        ScopeKind.OWN: "user",
    }


class Official(models.Model):
    """An élu: one person, however many mandates. The RNE has no id of persons: name and birth date make one."""

    id = models.UUIDField("identifiant", primary_key=True, default=uuid.uuid4, editable=False)
    last_name = models.CharField("nom", max_length=150)
    first_name = models.CharField("prénom", max_length=150)
    sex = models.CharField("sexe", max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    # "dupont marie dupont": holds both orders.
    search_name = models.CharField("nom de recherche", max_length=460, editable=False)
    sort_name = models.CharField("nom de tri", max_length=310, editable=False)
    last_key = models.CharField("nom comparé", max_length=150, editable=False)
    first_key = models.CharField("prénom comparé", max_length=150, editable=False)
    # The communes of the mandates, so that « dupont olmes » is one index away. Kept by the services.
    search_places = models.TextField("communes de recherche", blank=True, editable=False)
    email = EncryptedTextField("adresse électronique", blank=True)
    email_index = models.BinaryField("empreinte de l'adresse", null=True, editable=False, max_length=32)
    telephone = EncryptedTextField("téléphone", blank=True)
    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="official", verbose_name="compte"
    )
    is_fictitious = models.BooleanField("personne inventée", default=False)

    objects = OfficialQuerySet.as_manager()

    class Meta:
        verbose_name = "élu"
        verbose_name_plural = "élus"
        ordering = ["sort_name", "pk"]
        indexes = [
            GinIndex(fields=["search_name"], name="official_search_name", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["search_places"], name="official_search_places", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["sort_name", "id"], name="official_sorted"),
            models.Index(fields=["email_index"], name="official_by_email", condition=Q(email_index__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["last_key", "first_key", "birth_date"],
                condition=Q(is_fictitious=False),
                name="official_identity_unique",
                violation_error_message="Cet élu est déjà dans le répertoire : même nom, même date de naissance.",
            ),
            models.CheckConstraint(
                condition=Q(is_fictitious=True) | Q(birth_date__isnull=False),
                name="official_birth_date_needed",
                violation_error_message="La date de naissance distingue les homonymes : elle est nécessaire.",
            ),
            models.CheckConstraint(
                condition=Q(sex__in=["", *Sex.values]),
                name="official_sex_known",
                violation_error_message="Sexe inconnu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def save(self, *args: Any, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
        self.fill_keys()
        if update_fields is not None:
            if {"first_name", "last_name"}.intersection(update_fields):
                update_fields = {*update_fields, "search_name", "sort_name", "last_key", "first_key"}
            if "email" in update_fields:
                update_fields = {*update_fields, "email_index"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def fill_keys(self) -> None:
        self.last_key, self.first_key, self.search_name, self.sort_name = name_keys(self.last_name, self.first_name)
        self.email_index = blind_index(self.email, purpose=EMAIL_INDEX) if self.email else None

    @property
    def full_name(self) -> str:
        return str(self)


def name_keys(last_name: str, first_name: str) -> tuple[str, str, str, str]:
    """Compared surname, compared first name, searched name, sorted name."""
    last, first = search_key(last_name), search_key(first_name)
    return last.strip(), first.strip(), f"{last}{first}{last}", f"{sort_key(last_name)} {first.strip()}".strip()


class MandateQuerySet(models.QuerySet["Mandate"]):
    def current(self, on: date) -> Self:
        """Held on that day, as far as is known.

        The RNE lags and never says that a mandate ended: a later mandate of the same kind in the same place hides
        the one before, without closing it.
        """
        later = Mandate.objects.filter(
            official_id=OuterRef("official_id"),
            kind=OuterRef("kind"),
            territory_code=OuterRef("territory_code"),
            started_on__gt=Coalesce(OuterRef("started_on"), Value(LONG_AGO, output_field=models.DateField())),
            started_on__lte=on,
        )
        return self.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on), Q(started_on__isnull=True) | Q(started_on__lte=on)
        ).exclude(Exists(later))


class Mandate(models.Model):
    """A mandate, and the function held in it: a row of the RNE. The period is half-open. Never a party label."""

    official = models.ForeignKey(Official, models.CASCADE, related_name="mandates", verbose_name="élu", db_index=False)
    kind = models.CharField("mandat", max_length=14, choices=MandateKind)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name="commune"
    )
    departement = models.ForeignKey(
        Departement, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name="département"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name="région"
    )
    # What the mandate is elected in: commune, secteur, canton, circonscription, EPCI, région…
    territory_code = models.CharField("code du territoire", max_length=40, blank=True)
    label = models.CharField("territoire", max_length=200, blank=True)
    function_label = models.CharField("fonction", max_length=200, blank=True)
    started_on = models.DateField("début du mandat", null=True, blank=True)
    ended_on = models.DateField("fin du mandat (exclue)", null=True, blank=True)
    function_started_on = models.DateField("début de la fonction", null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        verbose_name_plural = "mandats"
        ordering = ["official_id", "-started_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["official", "kind", "territory_code", "started_on", "function_label"],
                name="mandate_once",
                nulls_distinct=False,
                violation_error_message="Ce mandat est déjà enregistré.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MandateKind.values),
                name="mandate_kind_known",
                violation_error_message="Le mandat est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="mandate_ends_after_start",
                violation_error_message="La fin d'un mandat vient après son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} — {self.label}" if self.label else self.title

    @property
    def title(self) -> str:
        """What a person reads: the function when there is one, else the mandate."""
        return self.function_label or self.get_kind_display()

    @property
    def last_day(self) -> date | None:
        """Last day of the mandate, the one a person reads."""
        return self.ended_on - timedelta(days=1) if self.ended_on else None


class ProtectedPersonQuerySet(ScopedQuerySet):
    """Reached through the files of the élu: only the person's own space is scoped here."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.OWN: "user"}


class ProtectedPerson(models.Model):
    """Somebody of the household, or a collaborator, who is threatened because of the élu.

    Names and contacts are encrypted; outside the unit a minor is read by his initials only.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    official = models.ForeignKey(Official, models.PROTECT, related_name="protected_persons", verbose_name="élu")
    kinship = models.CharField("lien avec l'élu", max_length=12, choices=Kinship)
    first_name = EncryptedTextField("prénom")
    last_name = EncryptedTextField("nom", blank=True)
    initials = models.CharField("initiales", max_length=8)
    is_minor = models.BooleanField("mineur", default=False)
    birth_year = models.PositiveSmallIntegerField("année de naissance", null=True, blank=True)
    telephone = EncryptedTextField("téléphone", blank=True)
    # « portable, après 18 h, ne pas laisser de message »: shown wherever the number is.
    safe_contact = EncryptedTextField("comment joindre cette personne sans danger", blank=True)
    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="protected_person", verbose_name="compte"
    )
    created_at = models.DateTimeField("enregistrée le")
    version = models.PositiveIntegerField("version", default=1)

    objects = ProtectedPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne protégée"
        verbose_name_plural = "personnes protégées"
        ordering = ["official_id", "kinship", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kinship__in=Kinship.values),
                name="protected_person_kinship_known",
                violation_error_message="Le lien avec l'élu est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(is_minor=False) | Q(telephone="", user__isnull=True),
                name="protected_minor_is_minimal",
                violation_error_message="Pour un mineur, ni téléphone ni compte : on passe par ses parents.",
            ),
            models.CheckConstraint(
                condition=~Q(initials=""),
                name="protected_person_has_initials",
                violation_error_message="Une personne protégée a des initiales.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initials} ({self.get_kinship_display()})"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class ActivationCode(models.Model):
    """A one-time code given at the counter to an adult protected person. Only its keyed hash is kept."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        ProtectedPerson, models.PROTECT, related_name="activation_codes", verbose_name="personne protégée"
    )
    email_index = models.BinaryField("empreinte de l'adresse", max_length=32)
    code_hash = models.BinaryField("empreinte du code", max_length=32)
    created_at = models.DateTimeField("remis le")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="remis par")
    expires_at = models.DateTimeField("valable jusqu'au")
    attempts = models.PositiveSmallIntegerField("essais refusés", default=0)
    ended_at = models.DateTimeField("utilisé ou remplacé le", null=True, blank=True)

    class Meta:
        verbose_name = "code d'activation"
        verbose_name_plural = "codes d'activation"
        indexes = [
            models.Index(fields=["email_index"], name="activation_live_by_email", condition=Q(ended_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at__isnull=True),
                name="activation_one_live_code",
                violation_error_message="Cette personne a déjà un code en cours.",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=10),
                name="activation_ten_attempts",
                violation_error_message="Ce code a été refusé dix fois : demandez-en un autre.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="activation_expires_later",
                violation_error_message="Un code expire après sa remise.",
            ),
        ]

    def __str__(self) -> str:
        return f"code remis le {self.created_at:%d/%m/%Y}"
