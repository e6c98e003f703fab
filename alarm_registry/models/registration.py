from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import F, Func, Q

from accounts.enums import ScopeKind
from accounts.models import Unit, User
from accounts.scope import ScopedQuerySet
from alarm_registry.enums import AddressKind, AfterMandate, IdentityDocument, NumberRole, RegistrationState
from core import clock
from core.fields import RecordTextField
from core.record_keys import Keyed, RecordKey
from officials.models import Official
from territories.models import Departement, local_today

if TYPE_CHECKING:
    from datetime import date, datetime

# SERVICES, section 2: confirmed every six months; « non reconfirmé » is shown, nothing is removed.
CONFIRMED_FOR = relativedelta(months=6)
# CSI, R. 236-40: never more than ten years.
LONGEST = relativedelta(years=10)


class ConsentText(models.Model):
    """What a person agrees to, version after version. A text that somebody agreed to is not rewritten."""

    append_only = True

    version = models.PositiveSmallIntegerField("version", primary_key=True)
    text = models.TextField("texte")
    in_force_from = models.DateField("en vigueur depuis", unique=True)

    class Meta:
        verbose_name = "texte du consentement"
        verbose_name_plural = "textes du consentement"
        ordering = ["version"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="alarm_consent_has_text",
                violation_error_message="Le consentement a un texte.",
            ),
        ]

    def __str__(self) -> str:
        return f"texte n° {self.version}"


class RegistrationQuerySet(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "unit_id",
        ScopeKind.DEPARTEMENT: "departement_id",
        ScopeKind.OWN: "official__user",
    }

    def active(self) -> Self:
        return self.filter(state=RegistrationState.ACTIVE)

    def running(self) -> Self:
        """Those that may be read: a term that has passed hides the record at its local midnight, before any job."""
        return self.filter(runs())


def runs(registration: str = "") -> Q:
    """`RegistrationQuerySet.running`, for the rows that lead to a registration by this prefix (« registration__ »)."""
    term = {f"{registration}ends_on__gt": local_today(f"{registration}departement")}
    return Q(**{f"{registration}state": RegistrationState.ACTIVE}, **term)


class Registration(Keyed, models.Model):
    """A person known to the 17: registered in person, by consent, under a key of its own.

    Everything that locates or describes the household is a `RecordTextField`. Withdrawn, the key is destroyed
    (`RegistrationKey`) and the rows that hung on it are gone; what stays says who agreed to what, and when it ended.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    official = models.ForeignKey(Official, models.PROTECT, related_name="registrations", verbose_name="élu")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="registrations", verbose_name="unité")
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    state = models.CharField("état", max_length=10, choices=RegistrationState, default=RegistrationState.ACTIVE)
    identity_document = models.CharField("identité vérifiée par", max_length=20, choices=IdentityDocument)
    consent = models.ForeignKey(ConsentText, models.PROTECT, related_name="+", verbose_name="texte accepté")
    consented_on = models.DateField("consentement du")
    registered_at = models.DateTimeField("inscrite le")
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="inscrite par")
    # Half-open, as every period: the first day on which nothing is kept any more.
    ends_on = models.DateField("terme (exclu)")
    confirmed_at = models.DateTimeField("confirmée le")
    after_mandate = models.CharField("après le mandat", max_length=5, choices=AfterMandate, blank=True, default="")
    after_mandate_at = models.DateTimeField("décidé le", null=True, blank=True)
    ended_at = models.DateTimeField("retirée ou terminée le", null=True, blank=True)
    # What the patrol must know or do: « chien dans la cour », « se garer derrière la mairie ».
    instruction = RecordTextField("consigne", blank=True)
    persons_at_home = RecordTextField("nombre de personnes au foyer", blank=True)
    children = RecordTextField("enfants au foyer, sans leur nom", blank=True)
    vulnerabilities = RecordTextField("handicap ou difficulté à se déplacer", blank=True)
    dogs = RecordTextField("chiens", blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription « Alarme élu »"
        verbose_name_plural = "inscriptions « Alarme élu »"
        ordering = ["-registered_at", "pk"]
        indexes = [
            models.Index(
                fields=["unit", "confirmed_at"], name="alarm_of_unit", condition=Q(state=RegistrationState.ACTIVE)
            ),
            models.Index(fields=["ends_on"], name="alarm_ending", condition=Q(state=RegistrationState.ACTIVE)),
            models.Index(
                fields=["confirmed_at"], name="alarm_by_confirmation", condition=Q(state=RegistrationState.ACTIVE)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["official"],
                condition=Q(state=RegistrationState.ACTIVE),
                name="alarm_one_registration",
                violation_error_message="Cette personne est déjà inscrite.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RegistrationState.values),
                name="alarm_state_known",
                violation_error_message="L'état de l'inscription est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(identity_document__in=IdentityDocument.values),
                name="alarm_identity_checked",
                violation_error_message="Dites par quelle pièce l'identité est vérifiée.",
            ),
            models.CheckConstraint(
                condition=Q(state=RegistrationState.ACTIVE, ended_at__isnull=True)
                | (~Q(state=RegistrationState.ACTIVE) & Q(ended_at__isnull=False)),
                name="alarm_end_has_its_date",
                violation_error_message="Une inscription retirée ou terminée dit quand.",
            ),
            models.CheckConstraint(
                condition=Q(after_mandate="", after_mandate_at__isnull=True)
                | Q(after_mandate=AfterMandate.KEPT, after_mandate_at__isnull=False),
                name="alarm_after_mandate_dated",
                violation_error_message="Le choix fait après le mandat est daté.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("consented_on"))
                & Q(ends_on__lte=Func(F("consented_on"), template="(%(expressions)s + interval '10 years')::date")),
                name="alarm_ten_years_at_most",
                violation_error_message="Une inscription dure dix ans au plus.",
            ),
        ]

    def __str__(self) -> str:
        return f"inscription du {self.consented_on:%d/%m/%Y}"

    @property
    def to_confirm_from(self) -> datetime:
        """When it becomes « non reconfirmée »."""
        return self.confirmed_at + CONFIRMED_FOR

    @property
    def is_unconfirmed(self) -> bool:
        return clock.now() >= self.to_confirm_from

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)


class RegistrationKey(RecordKey):
    """The key of a registration. Deleting this row is destroying the record; long-lived backups leave it out."""

    registration = models.OneToOneField(Registration, models.PROTECT, related_name="key", verbose_name="inscription")

    class Meta:
        verbose_name = "clé d'une inscription"
        verbose_name_plural = "clés des inscriptions"

    def __str__(self) -> str:
        return "clé"


class RegisteredNumber(models.Model):
    """A number that the person may call from, as it was written down. Never unique: a town hall has several élus."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="numbers", verbose_name="inscription", db_index=False
    )
    rank = models.PositiveSmallIntegerField("ordre")
    role = models.CharField("à qui", max_length=12, choices=NumberRole)
    number = RecordTextField("numéro, tel qu'il est écrit", record="registration")
    holder = RecordTextField("qui répond", record="registration", blank=True)
    # The 17 calls back on the first number that allows it.
    may_call_back = models.BooleanField("peut être rappelé", default=True)
    note = RecordTextField("précaution", record="registration", blank=True)
    # The numbering plan it belongs to: a country code, 0 for a short number (core.telephones).
    plan = models.PositiveSmallIntegerField("plan de numérotation")

    class Meta:
        verbose_name = "numéro"
        verbose_name_plural = "numéros"
        ordering = ["registration_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "rank"], name="alarm_number_rank"),
            models.CheckConstraint(
                condition=Q(role__in=NumberRole.values),
                name="alarm_number_role_known",
                violation_error_message="Dites à qui est ce numéro.",
            ),
            models.CheckConstraint(
                condition=~Q(number=""), name="alarm_number_written", violation_error_message="Le numéro est vide."
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class NumberIndex(models.Model):
    """A form under which a number is found: keyed, so that the table alone says nothing of it.

    Written by `alarm_registry.services.numbers` alone, in the transaction of its number.
    """

    id = models.BigAutoField(primary_key=True)
    fingerprint = models.BinaryField("empreinte", max_length=16)
    key_name = models.CharField("clé", max_length=20)
    number = models.ForeignKey(RegisteredNumber, models.CASCADE, related_name="indexes", verbose_name="numéro")
    # Its registration again: from the fingerprint to the person without opening the table of numbers.
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="+", verbose_name="inscription", db_index=False
    )

    class Meta:
        verbose_name = "index d'un numéro"
        verbose_name_plural = "index des numéros"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["fingerprint"], name="alarm_by_number", include=["registration", "number"]),
            # What a change of key has still to do.
            models.Index(fields=["key_name", "id"], name="alarm_index_by_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number", "fingerprint"], name="alarm_index_once"),
            models.CheckConstraint(condition=~Q(key_name=""), name="alarm_index_names_its_key"),
        ]

    def __str__(self) -> str:
        return "index"


class RegisteredAddress(models.Model):
    """Where the person may be when calling, and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="addresses", verbose_name="inscription", db_index=False
    )
    rank = models.PositiveSmallIntegerField("ordre")
    kind = models.CharField("lieu", max_length=11, choices=AddressKind)
    # Local time is needed to say whether somebody is probably there; nothing more precise stands in clear.
    departement = models.ForeignKey(
        Departement, models.PROTECT, related_name="+", verbose_name="département", db_index=False
    )
    address = RecordTextField("adresse", record="registration")
    town = RecordTextField("commune", record="registration")
    access = RecordTextField("accès", record="registration", blank=True)
    # JSON, see `alarm_registry.presence`.
    presence = RecordTextField("présence probable", record="registration", blank=True)

    class Meta:
        verbose_name = "adresse"
        verbose_name_plural = "adresses"
        ordering = ["registration_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "rank"], name="alarm_address_rank"),
            models.CheckConstraint(
                condition=Q(kind__in=AddressKind.values),
                name="alarm_address_kind_known",
                violation_error_message="Dites quel lieu est à cette adresse.",
            ),
            models.CheckConstraint(
                condition=~Q(address="") & ~Q(town=""),
                name="alarm_address_written",
                violation_error_message="Une adresse a une rue et une commune.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Correction(models.Model):
    """What the person asks to change in what is registered; the référent answers by changing it, or says why not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="corrections", verbose_name="inscription"
    )
    asked_at = models.DateTimeField("demandée le")
    text = RecordTextField("ce qui est à corriger", record="registration")
    answered_at = models.DateTimeField("traitée le", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="traitée par"
    )
    answer = RecordTextField("réponse", record="registration", blank=True)

    class Meta:
        verbose_name = "demande de correction"
        verbose_name_plural = "demandes de correction"
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="alarm_correction_answered_whole",
                violation_error_message="Une correction traitée dit par qui, quand et comment.",
            ),
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(answered_at__isnull=True),
                name="alarm_one_open_correction",
                violation_error_message="Une demande de correction attend déjà une réponse.",
            ),
        ]

    def __str__(self) -> str:
        return f"correction demandée le {self.asked_at:%d/%m/%Y}"
