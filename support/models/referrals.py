"""A named referral: somebody is put in touch with an association, by name and with his agreement.

Nothing here describes facts or health: who, which help, how soon, how to call without danger, and what becomes of it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role, ScopeKind
from accounts.models import User
from cases.models import Case, CaseLinkedQuerySet
from cases.models.hidden import barred_from, behind_glass
from core import clock
from core.fields import EncryptedTextField
from officials.models import Official, ProtectedPerson
from support.enums import Help
from support.enums.referrals import (
    CLOSED_STATES,
    OPEN_STATES,
    Origin,
    ReferralOutcome,
    ReferralState,
    RefusalReason,
    Urgency,
)
from support.models.associations import Association, AssociationMember
from support.models.consents import SupportConsentText
from territories.models import Departement

if TYPE_CHECKING:
    from accounts.permissions import Permission

LONGEST_REASON = 200
LONGEST_CONTACT = 200


class ReferralQuerySet(CaseLinkedQuerySet):
    """Three doors, never mixed: the file's (its state alone), the association's, the person's own.

    A referral without a file is one that a person asked for by himself: no agent reaches it, whatever his posting.
    """

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {
        ScopeKind.UNIT: "case__unit_id",
        ScopeKind.DEPARTEMENT: "departement_id",
        ScopeKind.OWN: "account_id",
    }

    def _territory_of(self, user: User, permission: Permission) -> Q | None:
        territory = super()._territory_of(user, permission)
        if territory is None:
            return None
        if Role.PSYCHOLOGIST in permission.roles:
            # The posting gives the role; the membership, today, gives the association.
            return territory & _of_associations_of(user)
        return territory & Q(case__isnull=False)

    def _narrowed_for(self, user: User) -> Q:
        """A restricted file is closed to agents off its list, not to the association that the person agreed to."""
        return ~Q(case_id__in=barred_from(user)) & (~Q(case_id__in=behind_glass(user)) | _of_associations_of(user))

    def _own_of(self, user: User, permission: Permission) -> Q:
        # One person behind two columns: the posting is read as everywhere, the column is chosen here.
        if not super()._own_of(user, permission):
            return Q()
        return Q(official__user=user.pk) | Q(protected_person__user=user.pk)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def of_person(self, person: Official | ProtectedPerson) -> Self:
        return self.filter(**{"official" if isinstance(person, Official) else "protected_person": person})

    def with_people(self) -> Self:
        return self.select_related("official__user", "protected_person__user", "departement", "association")


def _of_associations_of(user: User) -> Q:
    today = clock.today(clock.PARIS)
    held = AssociationMember.objects.on(today).filter(user=user.pk, association__is_active=True)
    return Q(association__in=held.order_by().values("association"))


class Referral(models.Model):
    """One kind of help, for one person, asked of one association, under a consent that ends when the person says so."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Names the page it was typed on: sent twice, it is one referral for each kind of help.
    submission = models.UUIDField("envoi")
    # None when the person asked by himself without a file, or without the élu's knowledge.
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name="dossier"
    )
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="+", verbose_name="département")
    official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name="élu"
    )
    protected_person = models.ForeignKey(
        ProtectedPerson, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name="proche"
    )
    # « sans que l'élu le sache »
    is_discreet = models.BooleanField("sans que l'élu le sache", default=False)
    kind = models.CharField("aide", max_length=20, choices=Help)
    urgency = models.PositiveSmallIntegerField("délai souhaité", choices=Urgency)
    association = models.ForeignKey(
        Association, models.PROTECT, related_name="referrals", verbose_name="association", db_index=False
    )
    contact = EncryptedTextField("comment joindre la personne", blank=True)
    when_to_call = EncryptedTextField("quand l'appeler", blank=True)
    leaves_no_message = models.BooleanField("ne pas laisser de message", default=False)
    origin = models.CharField("origine", max_length=10, choices=Origin)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="proposée par")
    # The role under which it was proposed: to whom the task of the second chase is given.
    proposed_as = models.CharField("au titre de", max_length=20, choices=Role)
    proposed_at = models.DateTimeField("proposée le")
    consent = models.ForeignKey(
        SupportConsentText, models.PROTECT, related_name="+", verbose_name="texte accepté", db_index=False
    )
    consented_on = models.DateField("accord du")
    state = models.CharField("état", max_length=10, choices=ReferralState, default=ReferralState.PROPOSED)
    answered_at = models.DateTimeField("réponse le", null=True, blank=True)
    handled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="suivie par", db_index=False
    )
    refusal_reason = models.CharField("raison du refus", max_length=12, choices=RefusalReason, blank=True, default="")
    refusal_text = EncryptedTextField("précision du refus", blank=True)
    outcome = models.CharField("issue", max_length=12, choices=ReferralOutcome, blank=True, default="")
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "orientation"
        verbose_name_plural = "orientations"
        ordering = ["urgency", "proposed_at", "pk"]
        indexes = [
            models.Index(fields=["association", "state", "urgency", "proposed_at"], name="referral_of_association"),
            # What the jobs read: few rows.
            models.Index(fields=["proposed_at"], name="referral_waiting", condition=Q(state=ReferralState.PROPOSED)),
            models.Index(fields=["closed_at"], name="referral_to_erase", condition=~Q(contact="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["official", "kind"],
                condition=Q(state__in=OPEN_STATES),
                name="referral_one_open_official",
                violation_error_message="Une orientation de cette sorte est déjà en cours pour cette personne.",
            ),
            models.UniqueConstraint(
                # What was asked in secret stands beside: a refusal here would tell it.
                fields=["protected_person", "kind", "is_discreet"],
                condition=Q(state__in=OPEN_STATES),
                name="referral_one_open_relative",
                violation_error_message="Une orientation de cette sorte est déjà en cours pour cette personne.",
            ),
            models.UniqueConstraint(fields=["submission", "kind"], name="referral_sent_once"),
            models.CheckConstraint(
                condition=Q(official__isnull=False, protected_person__isnull=True)
                | Q(official__isnull=True, protected_person__isnull=False),
                name="referral_of_one_person",
                violation_error_message="Une orientation concerne un élu ou un de ses proches.",
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.REFERRED, case__isnull=False, is_discreet=False)
                | Q(origin=Origin.OWN, is_discreet=False)
                | Q(origin=Origin.OWN, is_discreet=True, case__isnull=True, protected_person__isnull=False),
                name="referral_discreet_has_no_file",
                violation_error_message="Une demande faite sans que l'élu le sache n'est rattachée à aucun dossier.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=Help.values,
                    urgency__in=Urgency.values,
                    state__in=ReferralState.values,
                    origin__in=Origin.values,
                    refusal_reason__in=["", *RefusalReason.values],
                    outcome__in=["", *ReferralOutcome.values],
                ),
                name="referral_codes_known",
                violation_error_message="Une valeur de l'orientation est inconnue.",
            ),
            models.CheckConstraint(
                condition=(Q(state=ReferralState.REFUSED) & ~Q(refusal_reason=""))
                | (~Q(state=ReferralState.REFUSED) & Q(refusal_reason="", refusal_text="")),
                name="referral_refusal_has_reason",
                violation_error_message="Dites pourquoi l'orientation n'est pas prise en charge.",
            ),
            models.CheckConstraint(
                condition=(Q(state=ReferralState.ENDED) & ~Q(outcome=""))
                | (~Q(state=ReferralState.ENDED) & Q(outcome="")),
                name="referral_end_has_outcome",
                violation_error_message="Une orientation terminée a une issue.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReferralState.PROPOSED, answered_at__isnull=True, handled_by__isnull=True)
                | Q(
                    state__in=[ReferralState.ACCEPTED, ReferralState.ENDED],
                    answered_at__isnull=False,
                    handled_by__isnull=False,
                )
                | Q(state=ReferralState.REFUSED, answered_at__isnull=False, handled_by__isnull=True)
                | Q(state=ReferralState.WITHDRAWN),
                name="referral_answer_is_dated",
                violation_error_message="Une réponse est datée, et une prise en charge porte un nom.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, closed_at__isnull=True)
                | Q(state__in=CLOSED_STATES, closed_at__isnull=False),
                name="referral_close_is_dated",
                violation_error_message="Une orientation close dit quand.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OPEN_STATES) | ~Q(contact=""),
                name="referral_can_be_reached",
                violation_error_message="Dites comment joindre la personne.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReferralState.WITHDRAWN) | Q(contact="", when_to_call=""),
                name="referral_withdrawn_is_erased",
                violation_error_message="Une orientation retirée ne garde pas de coordonnées.",
            ),
        ]

    def __str__(self) -> str:
        return f"orientation du {self.proposed_at:%d/%m/%Y}"

    @property
    def person(self) -> Official | ProtectedPerson:
        found = self.official or self.protected_person
        if found is None:
            raise ValueError("a referral without a person")
        return found

    @property
    def account(self) -> User | None:
        return self.person.user

    @property
    def account_id(self) -> int | None:
        """Whose own referral it is: followed by `accounts.scope` to name a posting."""
        return self.person.user_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_waiting(self) -> bool:
        return self.state == ReferralState.PROPOSED

    @property
    def is_accepted(self) -> bool:
        return self.state == ReferralState.ACCEPTED

    @property
    def is_withdrawn(self) -> bool:
        return self.state == ReferralState.WITHDRAWN

    @property
    def name(self) -> str:
        """The person's name; nothing once the agreement is taken back."""
        if self.is_withdrawn:
            return ""
        return self.official.full_name if self.official else self.protected_person.full_name  # type: ignore[union-attr]  # one of two


class ReferralEvent(models.Model):
    """Who did what to a referral, when, and the code of why. Append-only."""

    append_only = True

    referral = models.ForeignKey(
        Referral, models.PROTECT, related_name="events", verbose_name="orientation", db_index=False
    )
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par", db_index=False)
    from_state = models.CharField("état d'avant", max_length=10, choices=ReferralState, blank=True)
    to_state = models.CharField("état d'après", max_length=10, choices=ReferralState)
    # A code of RefusalReason or ReferralOutcome, « handed_over », or nothing.
    why = models.CharField("raison", max_length=20, blank=True)

    class Meta:
        verbose_name = "étape d'une orientation"
        verbose_name_plural = "étapes des orientations"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["referral", "at"], name="referral_steps")]

    def __str__(self) -> str:
        return f"{self.get_to_state_display()} ({self.at:%d/%m/%Y})"


class ReferralChase(models.Model):
    """A referral without an answer was recalled, once for each number, by a job that may come late or twice."""

    append_only = True

    referral = models.ForeignKey(
        Referral, models.PROTECT, related_name="chases", verbose_name="orientation", db_index=False
    )
    number = models.PositiveSmallIntegerField("numéro")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "relance d'une orientation"
        verbose_name_plural = "relances des orientations"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="referral_chased_once"),
            models.CheckConstraint(condition=Q(number__in=[1, 2]), name="referral_chased_twice_at_most"),
        ]

    def __str__(self) -> str:
        return f"relance n° {self.number}"


class ReferralTie(models.Model):
    """The person chose to tie an anonymous slip to this referral. Undone, the row is gone and nothing says it was.

    Neither the slip nor its code is here: only a slow hash of a random token that the slip keeps encrypted. A day, and
    no hour; no number of its own, for a sequence would remember that one existed.
    """

    referral = models.OneToOneField(
        Referral, models.PROTECT, primary_key=True, related_name="tie", verbose_name="orientation"
    )
    token_hash = models.BinaryField("empreinte", max_length=32, unique=True)
    tied_on = models.DateField("liée le")
    consent = models.ForeignKey(
        SupportConsentText, models.PROTECT, related_name="+", verbose_name="texte accepté", db_index=False
    )

    class Meta:
        verbose_name = "lien avec une fiche"
        verbose_name_plural = "liens avec une fiche"

    def __str__(self) -> str:
        return "lien"
