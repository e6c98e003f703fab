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
# The entry of the menu: the page itself opens to whoever is signed in, an expired posting included.
FIND_ASSOCIATION = Permission("support.find", "chercher une association d'aide", *Role)
MANAGE_ASSOCIATIONS = Permission("support.manage", "tenir le répertoire des associations d'aide", Role.ADMINISTRATOR)
SEE_COVERAGE = Permission(
    "support.coverage", "voir les départements sans association d'aide", Role.ADMINISTRATOR, Role.CALAE_ANALYST
)
# The nation only: in one département, a count would point at somebody.
SEE_SUPPORT_FIGURES = Permission("support.figures", "lire les chiffres du soutien", Role.CALAE_ANALYST)
