from support.models.associations import Association, AssociationMember, AssociationMemberQuerySet, AssociationQuerySet
from support.models.desk import DeskKey, DeskSeat
from support.models.slips import CONTENT_BYTES, Slip, SlipQuerySet, SupportCount, SupportDelay

__all__ = [
    "CONTENT_BYTES",
    "Association",
    "AssociationMember",
    "AssociationMemberQuerySet",
    "AssociationQuerySet",
    "DeskKey",
    "DeskSeat",
    "Slip",
    "SlipQuerySet",
    "SupportCount",
    "SupportDelay",
]
