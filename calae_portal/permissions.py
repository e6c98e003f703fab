from accounts.enums import Role
from accounts.permissions import Permission

READ_OWN_SITUATION = Permission("portal.own_situation", "consulter votre situation", Role.OFFICIAL)
