from support.models.appointments import ReferralAppointment, ReferralAppointmentQuerySet
from support.models.associations import Association, AssociationMember, AssociationMemberQuerySet, AssociationQuerySet
from support.models.consents import ReferralRules, SupportConsentText
from support.models.desk import DeskKey, DeskSeat
from support.models.hours import Absence, Availability, Place, Replacement
from support.models.referrals import Referral, ReferralChase, ReferralEvent, ReferralQuerySet, ReferralTie
from support.models.slips import CONTENT_BYTES, Slip, SlipQuerySet, SupportCount, SupportDelay

__all__ = [
    "CONTENT_BYTES",
    "Absence",
    "Association",
    "AssociationMember",
    "AssociationMemberQuerySet",
    "AssociationQuerySet",
    "Availability",
    "DeskKey",
    "DeskSeat",
    "Place",
    "Referral",
    "ReferralAppointment",
    "ReferralAppointmentQuerySet",
    "ReferralChase",
    "ReferralEvent",
    "ReferralQuerySet",
    "ReferralRules",
    "ReferralTie",
    "Replacement",
    "Slip",
    "SlipQuerySet",
    "SupportConsentText",
    "SupportCount",
    "SupportDelay",
]
