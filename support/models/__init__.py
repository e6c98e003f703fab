from support.models.appointments import ReferralAppointment, ReferralAppointmentQuerySet
from support.models.associations import Association, AssociationMember, AssociationMemberQuerySet, AssociationQuerySet
from support.models.consents import ReferralRules, SupportConsentText
from support.models.referrals import Referral, ReferralChase, ReferralEvent, ReferralQuerySet, ReferralTie

__all__ = [
    "Association",
    "AssociationMember",
    "AssociationMemberQuerySet",
    "AssociationQuerySet",
    "Referral",
    "ReferralAppointment",
    "ReferralAppointmentQuerySet",
    "ReferralChase",
    "ReferralEvent",
    "ReferralQuerySet",
    "ReferralRules",
    "ReferralTie",
    "SupportConsentText",
]
