from support.services.association_import import ImportOutcome, import_associations
from support.services.associations import (
    AssociationChanged,
    AssociationFacts,
    add_member,
    change_association,
    create_association,
    end_member,
    set_association_active,
)
from support.services.hours import (
    Opening,
    add_absence,
    add_availability,
    add_place,
    add_replacement,
    close_place,
    remove_absence,
    remove_availability,
    remove_replacement,
    set_video_link,
)

__all__ = [
    "AssociationChanged",
    "AssociationFacts",
    "ImportOutcome",
    "Opening",
    "add_absence",
    "add_availability",
    "add_member",
    "add_place",
    "add_replacement",
    "change_association",
    "close_place",
    "create_association",
    "end_member",
    "import_associations",
    "remove_absence",
    "remove_availability",
    "remove_replacement",
    "set_association_active",
    "set_video_link",
]
