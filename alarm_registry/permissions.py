from accounts.enums import Role
from accounts.permissions import Permission

REGISTER = Permission(
    "alarm_registry.register", "inscrire une personne à « Alarme élu »", Role.REFERENT, Role.UNIT_HEAD
)
SEE_REGISTRATION = Permission(
    "alarm_registry.see", "consulter cette inscription « Alarme élu »", Role.REFERENT, Role.UNIT_HEAD
)
OWN_REGISTRATION = Permission("alarm_registry.own", "gérer sa propre inscription « Alarme élu »", Role.OFFICIAL)
SEARCH_CALLER = Permission("alarm_registry.search", "reconnaître un appelant du 17", Role.OPERATOR_17)
SUPERVISE = Permission("alarm_registry.supervise", "contrôler les recherches du 17", Role.SUPERVISOR_17)
CONFIGURE_CENTRES = Permission(
    "alarm_registry.configure", "régler l'accès des centres d'appel du 17", Role.ADMINISTRATOR
)
