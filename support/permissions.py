from accounts.enums import Role
from accounts.permissions import Permission

KEEP_DESK = Permission("support.desk", "tenir le guichet d'appui psychologique", Role.PSYCHOLOGIST)
