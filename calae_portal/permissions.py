from accounts.enums import Role
from accounts.permissions import Permission

READ_OWN_SITUATION = Permission("portal.own_situation", "consulter votre situation", Role.OFFICIAL)
READ_OWN_SPACE = Permission("portal.own_space", "consulter votre espace", Role.PROTECTED_PERSON)
