from accounts.enums import Role
from accounts.permissions import Permission

# Those who must be able to reach the élu. The search itself is accounts.permissions.SEARCH_OFFICIALS.
SEE_CONTACT_DETAILS = Permission(
    "officials.contact_details",
    "consulter les coordonnées d'un élu",
    Role.REFERENT,
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
)
