from accounts.enums import Role
from accounts.permissions import FILE_ROLES, Permission

VIEW_CALL_BUTTON = Permission("call_buttons.view", "consulter ce bouton d'appel", *FILE_ROLES)
REQUEST_CALL_BUTTON = Permission("call_buttons.request", "demander un bouton d'appel", Role.REFERENT)
ADVISE_REQUEST = Permission("call_buttons.advise", "donner un avis sur cette demande", Role.INSTRUCTOR)
DECIDE_REQUEST = Permission("call_buttons.decide", "décider de cette demande", Role.DECIDER)
READ_DECISION = Permission("call_buttons.read_decision", "lire cette décision", *FILE_ROLES, Role.OFFICIAL)
ACT_ON_REQUEST = Permission("call_buttons.act", "traiter cette demande", Role.INSTRUCTOR, Role.DECIDER)
DECLARE_CLOSED_DAY = Permission(
    "call_buttons.closed_days", "déclarer les jours de fermeture d'une préfecture", Role.DECIDER, Role.ADMINISTRATOR
)
