from officials.services.households import (
    PersonChanged,
    PersonFacts,
    activate_access,
    add_protected_person,
    change_protected_person,
    issue_activation_code,
)
from officials.services.people import add_mandate, create_official, end_mandate
from officials.services.rne_loading import import_rne

__all__ = [
    "PersonChanged",
    "PersonFacts",
    "activate_access",
    "add_mandate",
    "add_protected_person",
    "change_protected_person",
    "create_official",
    "end_mandate",
    "import_rne",
    "issue_activation_code",
]
