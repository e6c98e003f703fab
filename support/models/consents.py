"""What people agree to, and the parameters of referrals: dated, never rewritten."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from support.enums.referrals import ConsentKind


class SupportConsentText(models.Model):
    """What a person agrees to, version after version. A text that somebody agreed to is not rewritten."""

    append_only = True

    kind = models.CharField("objet", max_length=10, choices=ConsentKind)
    version = models.PositiveSmallIntegerField("version")
    text = models.TextField("texte")
    in_force_from = models.DateField("en vigueur depuis")

    class Meta:
        verbose_name = "texte d'accord pour le soutien"
        verbose_name_plural = "textes d'accord pour le soutien"
        ordering = ["kind", "version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="support_consent_version"),
            models.UniqueConstraint(fields=["kind", "in_force_from"], name="support_consent_one_a_day"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(kind__in=ConsentKind.values),
                name="support_consent_has_text",
                violation_error_message="Un accord a un texte et un objet connu.",
            ),
        ]

    def __str__(self) -> str:
        return f"texte n° {self.version}"


class ReferralRules(models.Model):
    """Parameters of referrals, from a day on."""

    append_only = True

    in_force_from = models.DateField("en vigueur depuis", unique=True)
    # Working days of the département without an answer, before each of the two chases.
    chase_after_days = models.PositiveSmallIntegerField("relance après (jours ouvrés)")
    # Calendar days during which the contact of an ended referral is kept.
    contact_kept_days = models.PositiveSmallIntegerField("coordonnées gardées après la fin (jours)")

    class Meta:
        verbose_name = "règles des orientations"
        verbose_name_plural = "règles des orientations"
        ordering = ["in_force_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chase_after_days__gte=1, chase_after_days__lte=20, contact_kept_days__lte=90),
                name="referral_rules_are_short",
                violation_error_message="Une relance vient sous 20 jours, des coordonnées restent 90 jours au plus.",
            ),
        ]

    def __str__(self) -> str:
        return f"règles du {self.in_force_from:%d/%m/%Y}"
