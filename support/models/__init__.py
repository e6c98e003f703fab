from support.models.associations import Association, AssociationMember, AssociationMemberQuerySet, AssociationQuerySet
from support.models.desk import Absence, Availability, Place, Replacement

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
