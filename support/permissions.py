from accounts.enums import Role
from accounts.permissions import Permission

KEEP_DESK = Permission("support.desk", "tenir le guichet d'appui psychologique", Role.PSYCHOLOGIST)
HANDLE_REFERRAL = Permission("support.handle_referral", "suivre cette orientation", Role.PSYCHOLOGIST)
PROPOSE_REFERRAL = Permission(
    "support.propose_referral", "proposer un soutien", Role.REFERENT, Role.UNIT_HEAD, Role.INSTRUCTOR
)
# « Proposé le …, pris en charge », and no more. CALAE reads figures only.
SEE_REFERRAL_STATE = Permission(
    "support.see_referral_state",
    "savoir si un soutien est proposé",
    Role.REFERENT,
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
)
OWN_SUPPORT = Permission("support.own", "gérer ses propres demandes de soutien", Role.OFFICIAL, Role.PROTECTED_PERSON)
