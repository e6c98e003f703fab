from support.models.associations import Association, AssociationMember, AssociationMemberQuerySet, AssociationQuerySet
from support.models.hours import Absence, Availability, Place, Replacement

__all__ = [
    "Absence",
    "Association",
    "AssociationMember",
    "AssociationMemberQuerySet",
    "AssociationQuerySet",
    "Availability",
    "Place",
    "Replacement",
]
