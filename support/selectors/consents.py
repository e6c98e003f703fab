"""The text to agree to and the delays in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.models import ReferralRules, SupportConsentText

if TYPE_CHECKING:
    from datetime import date

    from support.enums.referrals import ConsentKind


def consent_in_force(kind: ConsentKind, *, on: date) -> SupportConsentText:
    return SupportConsentText.objects.filter(kind=kind, in_force_from__lte=on).latest("in_force_from")


def referral_rules(*, on: date) -> ReferralRules:
    return ReferralRules.objects.filter(in_force_from__lte=on).latest("in_force_from")
