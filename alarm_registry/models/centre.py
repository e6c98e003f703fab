"""What a centre of the 17 has of its own: the tokens of its software, and the extract for when the network is down."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import ScopeKind
from accounts.models import User
from accounts.scope import ScopedQuerySet
from core import clock
from core.fields import EncryptedTextField
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import date

# A program is given its right again each year at least, by somebody who knows that it still runs.
LONGEST_TOKEN = timedelta(days=366)
# After that nobody opens it any more, and the portal does not keep it.
EXTRACT_LASTS = timedelta(hours=36)
LEAST_ITERATIONS = 600_000


class CentreTokenQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}


class CentreToken(models.Model):
    """The right of a centre's software to search, bound to that centre. Shown once, kept as a hash only."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="centre")
    # What the journal writes in front of the agent: « Logiciel d'appel ».
    label = models.CharField("logiciel", max_length=60)
    # Of 256 random bits: nothing to guess, hence no salt, and the row is found by equality of the hash.
    sha256 = models.CharField("empreinte du jeton", max_length=64, unique=True)
    # SHA-256 of the client's certificate, where the reverse proxy asks for one (mutual TLS).
    certificate = models.CharField("empreinte du certificat du poste", max_length=64, blank=True)
    created_at = models.DateTimeField("créé le")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="créé par")
    # Half-open, as every period: the first local day on which it opens nothing.
    expires_on = models.DateField("terme (exclu)")
    last_used_on = models.DateField("dernière utilisation", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="révoqué par"
    )

    objects = CentreTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "jeton d'un centre"
        verbose_name_plural = "jetons des centres"
        ordering = ["departement", "-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["departement", "label"],
                condition=Q(revoked_at__isnull=True),
                name="centre_token_one_a_label",
                violation_error_message="Un jeton en service porte déjà ce nom dans ce centre : révoquez-le d'abord.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="centre_token_keeps_a_hash",
                violation_error_message="Un jeton est gardé sous forme d'empreinte.",
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="centre_token_has_a_label",
                violation_error_message="Dites quel logiciel se sert de ce jeton.",
            ),
            models.CheckConstraint(
                condition=Q(certificate__regex=r"^([0-9a-f]{64})?$"),
                name="centre_token_certificate_is_a_hash",
                violation_error_message="L'empreinte d'un certificat a 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="centre_token_revoked_whole",
                violation_error_message="Un jeton révoqué dit par qui et quand.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.departement})"

    @property
    def last_day(self) -> date:
        return self.expires_on - timedelta(days=1)

    @property
    def opens(self) -> bool:
        """Whether it lets in at this very moment."""
        return self.revoked_at is None and clock.today(self.departement.time_zone) < self.expires_on


class ExtractSettingQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "departement_id"}

    def working(self) -> Self:
        """Those for which an extract is made: allowed by an administrator, with the passphrase of the centre."""
        return self.filter(is_on=True, public_key__isnull=False)


class ExtractSetting(models.Model):
    """The degraded mode of a centre, off by default. An administrator allows it, the supervisor chooses the passphrase:
    neither opens an extract alone.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    departement = models.OneToOneField(Departement, models.PROTECT, related_name="+", verbose_name="centre")
    is_on = models.BooleanField("extrait de secours permis", default=False)
    recipient = models.CharField("destinataire", max_length=120)
    set_at = models.DateTimeField("réglé le")
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="réglé par")
    # P-256. Extracts are made for the public key; the private one is sealed by the passphrase, which is never kept.
    public_key = models.BinaryField("clé publique", max_length=65, null=True)
    sealed_key = EncryptedTextField("clé privée, scellée par la phrase de passe", blank=True)
    iterations = models.PositiveIntegerField("tours de dérivation", null=True, blank=True)
    keyed_at = models.DateTimeField("phrase de passe choisie le", null=True, blank=True)
    keyed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="phrase de passe choisie par"
    )

    objects = ExtractSettingQuerySet.as_manager()

    class Meta:
        verbose_name = "extrait de secours d'un centre"
        verbose_name_plural = "extraits de secours des centres"
        ordering = ["departement"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recipient=""),
                name="extract_setting_names_somebody",
                violation_error_message="Dites à qui l'extrait est destiné : son nom est écrit dedans.",
            ),
            models.CheckConstraint(
                condition=Q(
                    public_key__isnull=True,
                    sealed_key="",
                    iterations__isnull=True,
                    keyed_at__isnull=True,
                    keyed_by__isnull=True,
                )
                | (
                    Q(
                        public_key__isnull=False,
                        iterations__gte=LEAST_ITERATIONS,
                        keyed_at__isnull=False,
                        keyed_by__isnull=False,
                    )
                    & ~Q(sealed_key="")
                ),
                name="extract_setting_key_whole",
                violation_error_message="La clé d'un extrait va avec sa phrase de passe, dérivée 600 000 fois.",
            ),
            models.CheckConstraint(
                condition=Q(keyed_by__isnull=True) | ~Q(keyed_by=F("set_by")),
                name="extract_setting_two_people",
                violation_error_message="Qui permet l'extrait n'en choisit pas la phrase de passe.",
            ),
        ]

    def __str__(self) -> str:
        return f"extrait de secours {self.departement.name_of}"


class ExtractQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "setting__departement_id"}

    def kept(self) -> Self:
        return self.filter(erased_at__isnull=True)

    def unexpired(self) -> Self:
        return self.kept().filter(expires_at__gt=clock.now())


class Extract(models.Model):
    """An extract made for a centre, which the portal itself cannot open. Erased after 36 hours; the line stays.

    `content` is sealed once more under `content_key`: a dump of the table without the keys of the portal gives nothing
    to try passphrases on.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    setting = models.ForeignKey(
        ExtractSetting, models.PROTECT, related_name="extracts", verbose_name="centre", db_index=False
    )
    recipient = models.CharField("destinataire", max_length=120)
    made_at = models.DateTimeField("fait le")
    expires_at = models.DateTimeField("expire le")
    registrations = models.PositiveIntegerField("inscriptions")
    size = models.PositiveIntegerField("taille")
    sha256 = models.CharField("empreinte du fichier", max_length=64)
    content = models.BinaryField("contenu scellé", null=True)
    content_key = EncryptedTextField("clé du contenu", blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    objects = ExtractQuerySet.as_manager()

    class Meta:
        verbose_name = "extrait de secours"
        verbose_name_plural = "extraits de secours"
        ordering = ["-made_at", "pk"]
        indexes = [
            models.Index("setting", F("made_at").desc(), name="extract_of_centre"),
            models.Index(fields=["expires_at"], name="extract_to_erase", condition=Q(erased_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at=F("made_at") + EXTRACT_LASTS),
                name="extract_lasts_36_hours",
                violation_error_message="Un extrait expire 36 heures après avoir été fait.",
            ),
            models.CheckConstraint(
                condition=(Q(erased_at__isnull=True, content__isnull=False) & ~Q(content_key=""))
                | Q(erased_at__isnull=False, content__isnull=True, content_key=""),
                name="extract_erased_whole",
                violation_error_message="Un extrait effacé ne garde ni contenu ni clé.",
            ),
        ]

    def __str__(self) -> str:
        return f"extrait du {self.made_at:%d/%m/%Y}"
