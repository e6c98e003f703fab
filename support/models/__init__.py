from support.models.associations import Association, AssociationMember, AssociationMemberQuerySet, AssociationQuerySet

__all__ = ["Association", "AssociationMember", "AssociationMemberQuerySet", "AssociationQuerySet"]
