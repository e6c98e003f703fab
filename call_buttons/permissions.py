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
UPDATE_GROUND = Permission(
    "call_buttons.update_ground", "changer l'évaluation de cette demande", Role.REFERENT, Role.INSTRUCTOR
)
CONTEST_DECISION = Permission("call_buttons.contest", "demander de revoir cette décision", Role.OFFICIAL)
ASK_FOR_ONESELF = Permission("call_buttons.wish", "demander un bouton d'appel pour soi", Role.OFFICIAL)
SEE_DELEGATIONS = Permission(
    "call_buttons.delegations", "lire les délégations de signature", Role.INSTRUCTOR, Role.DECIDER, Role.ADMINISTRATOR
)
CONFIGURE = Permission("call_buttons.configure", "régler le bouton d'appel", Role.ADMINISTRATOR)
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
# Counts by département; CALAE reads them and nothing of who holds what.
SEE_STOCK = Permission(
    "call_buttons.stock", "consulter le stock d'appareils", Role.INSTRUCTOR, Role.DECIDER, Role.CALAE_ANALYST
)
MANAGE_DEVICES = Permission("call_buttons.devices", "gérer les appareils", Role.INSTRUCTOR, Role.DECIDER)
# Whom a device calls, and how to reach the person: the unit and the prefecture.
VIEW_HANDOVER = Permission(
    "call_buttons.view_handover",
    "consulter cette remise d'appareil",
    Role.REFERENT,
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
)
HAND_OVER = Permission("call_buttons.hand_over", "remettre un appareil", Role.REFERENT, Role.UNIT_HEAD)
# At whichever counter the person brings it back.
TAKE_BACK = Permission(
    "call_buttons.take_back",
    "noter le retour ou la perte d'un appareil",
    Role.REFERENT,
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
)
