from accounts.enums import Role
from accounts.permissions import FILE_ROLES, Permission
from call_buttons.enums import Audience

VIEW_CALL_BUTTON = Permission("call_buttons.view", "consulter ce bouton d'appel", *FILE_ROLES)
REQUEST_CALL_BUTTON = Permission("call_buttons.request", "demander un bouton d'appel", Role.REFERENT)
ADVISE_REQUEST = Permission("call_buttons.advise", "donner un avis sur cette demande", Role.INSTRUCTOR)
DECIDE_REQUEST = Permission("call_buttons.decide", "décider de cette demande", Role.DECIDER)
WITHDRAW_REQUEST = Permission("call_buttons.withdraw", "retirer cette demande", Role.REFERENT)
PREPARE_END = Permission("call_buttons.prepare_end", "préparer la fin de cette mesure", Role.REFERENT, Role.INSTRUCTOR)
ACCEPT_END = Permission("call_buttons.accept_end", "prendre acte de la fin de cette mesure", Role.DECIDER)
READ_DECISION = Permission("call_buttons.read_decision", "lire cette décision", *FILE_ROLES, Role.OFFICIAL)
ACT_ON_REQUEST = Permission("call_buttons.act", "traiter cette demande", Role.INSTRUCTOR, Role.DECIDER)
DECLARE_CLOSED_DAY = Permission(
    "call_buttons.closed_days", "déclarer les jours de fermeture d'une préfecture", Role.DECIDER, Role.ADMINISTRATOR
)
ROSTER_ROLES = (Role.DECIDER, Role.INSTRUCTOR, Role.UNIT_HEAD)
_ACKNOWLEDGE = ("call_buttons.acknowledge", "répondre à ce rappel")
ACKNOWLEDGE_REMINDER = Permission(*_ACKNOWLEDGE, Role.REFERENT, *ROSTER_ROLES)
# By whom a reminder to each audience is answered.
ACKNOWLEDGE_AS = {
    Audience.REFERENT: Permission(*_ACKNOWLEDGE, Role.REFERENT),
    Audience.INSTRUCTOR: Permission(*_ACKNOWLEDGE, Role.INSTRUCTOR),
    Audience.DECIDER: Permission(*_ACKNOWLEDGE, Role.DECIDER),
    Audience.ROSTER: Permission(*_ACKNOWLEDGE, *ROSTER_ROLES),
}
