from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Lower
from django.utils.functional import cached_property

from accounts.enums import ROLE_SCOPES, Force, Role, ScopeKind
from accounts.scope import ScopedQuerySet
from core import clock
from territories.models import Commune, Departement

if TYPE_CHECKING:
    from collections.abc import Iterable


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What the person may do comes from postings alone."""

    never_deleted = True

    email = models.EmailField("adresse électronique", max_length=254)
    first_name = models.CharField("prénom", max_length=100)
    last_name = models.CharField("nom", max_length=100)
    telephone = models.CharField("téléphone professionnel", max_length=30, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    # One e-mail a day at most, of counts alone. The person switches it off on the page of notifications.
    digest_by_email = models.BooleanField("résumé quotidien par courriel", default=True, db_default=True)
    # The last local day whose digest was decided: sent, or nothing to say.
    digested_on = models.DateField("résumé décidé pour le", null=True, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message="Cette adresse a déjà un compte."
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @cached_property
    def active_postings(self) -> list[Posting]:
        """Postings held now, read once a request: `request.user` is a new object at each request."""
        if not self.is_active:
            return []
        return list(self.postings.active().select_related("unit", "departement").order_by("pk"))


class UnitQuerySet(ScopedQuerySet):
    """Units over which a person may act are asked here like any other row."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.UNIT: "pk", ScopeKind.DEPARTEMENT: "departement_id"}

    def active(self) -> Self:
        return self.filter(is_active=True)


class Unit(models.Model):
    """A brigade or a commissariat. It stands here because postings refer to it (docs/adr/0003)."""

    code = models.CharField("identifiant", max_length=20, unique=True)
    name = models.CharField("nom", max_length=200)
    force = models.CharField("force", max_length=2, choices=Force)
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="units", verbose_name="département")
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune du siège"
    )
    address = models.CharField("adresse", max_length=300, blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    opening_hours = models.TextField("horaires d'accueil", blank=True)
    is_active = models.BooleanField("en service", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "unité"
        verbose_name_plural = "unités"
        ordering = ["departement_id", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(force__in=Force.values),
                name="unit_force_known",
                violation_error_message="La force est inconnue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


# The date it is in the zone of the posting's territory. Written in SQL: this runs at every request, and building the
# same expression out of objects costs more than all the rest of the query.
HELD_TODAY = """
accounts_posting.period @> timezone(coalesce((
    SELECT d.time_zone FROM territories_departement d
    WHERE d.code = coalesce(accounts_posting.departement_id,
        (SELECT u.departement_id FROM accounts_unit u WHERE u.id = accounts_posting.unit_id))
), 'Europe/Paris'), %s)::date
"""


class PostingQuerySet(models.QuerySet["Posting"]):
    def active(self) -> Self:
        """Held today, local to the territory of the posting: an expired posting gives nothing, at once."""
        return self.filter(RawSQL(HELD_TODAY, [clock.now()], output_field=models.BooleanField()))  # noqa: S611 -- a constant

    def active_on(self, day: date) -> Self:
        return self.filter(period__contains=day)

    def with_roles(self, roles: Iterable[Role]) -> Self:
        return self.filter(role__in=list(roles))


def _role_matches_scope() -> Q:
    condition = Q()
    for role, scopes in ROLE_SCOPES.items():
        condition |= Q(role=role, scope__in=[scope.value for scope in scopes])
    return condition


class Posting(models.Model):
    """Habilitation: a role, somewhere, for a period `[start, end)` of local dates."""

    never_deleted = True

    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name="compte")
    role = models.CharField("rôle", max_length=20, choices=Role)
    scope = models.CharField("périmètre", max_length=12, choices=ScopeKind)
    departement = models.ForeignKey(
        Departement, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name="département"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name="unité")
    period = DateRangeField("période")
    is_deputy = models.BooleanField("suppléant", default=False)
    # « directrice de cabinet du préfet du Loiret »: what a signature says; a role alone may cover several offices.
    title = models.CharField("qualité, telle qu'elle signe", max_length=150, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "habilitation"
        verbose_name_plural = "habilitations"
        ordering = ["-period", "pk"]
        indexes = [models.Index(fields=["unit", "role"], name="posting_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=ScopeKind.UNIT, unit__isnull=False, departement__isnull=True)
                | Q(scope=ScopeKind.DEPARTEMENT, unit__isnull=True, departement__isnull=False)
                | Q(scope__in=[ScopeKind.NATION, ScopeKind.OWN], unit__isnull=True, departement__isnull=True),
                name="posting_scope_matches_target",
                violation_error_message="Le périmètre et l'unité ou le département ne vont pas ensemble.",
            ),
            models.CheckConstraint(
                condition=_role_matches_scope(),
                name="posting_role_matches_scope",
                violation_error_message="Ce rôle ne s'exerce pas sur ce périmètre.",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False),
                name="posting_period_has_start",
                violation_error_message="Une habilitation a une date de début, avant sa date de fin.",
            ),
            ExclusionConstraint(
                name="posting_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce(F("unit"), Value(0)), RangeOperators.EQUAL),
                    (Coalesce(F("departement"), Value("")), RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne a déjà cette habilitation sur une partie de la période.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_role_display()} — {self.place}"

    @property
    def place(self) -> str:
        if self.scope == ScopeKind.UNIT and self.unit:
            return self.unit.name
        if self.scope == ScopeKind.DEPARTEMENT and self.departement:
            return f"{self.departement.name} ({self.departement_id})"
        return self.get_scope_display()

    @property
    def last_day(self) -> date | None:
        """Last day of the posting, the one a person reads; None when no end is set."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """A line for one person, inside the product: something happened where he is concerned. Neutral, with a link.

    It gives no right: the page behind the link checks its own.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="notifications", verbose_name="compte", db_index=False)
    at = models.DateTimeField("le")
    text = models.CharField("texte", max_length=300)
    path = models.CharField("lien", max_length=300)
    dedupe_key = models.CharField("clé d'unicité", max_length=200)
    read_at = models.DateTimeField("lue le", null=True, blank=True)
    # Set once a digest by e-mail has counted it.
    digested_at = models.DateTimeField("annoncée le", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "notification"
        verbose_name_plural = "notifications"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notification_of_user"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "dedupe_key"], name="notification_once"),
            models.CheckConstraint(
                condition=Q(path__startswith="/"),
                name="notification_path_is_local",
                violation_error_message="Une notification mène à une page du portail.",
            ),
        ]

    def __str__(self) -> str:
        return self.text
