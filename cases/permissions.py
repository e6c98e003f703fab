from accounts.enums import Role
from accounts.permissions import FILE_ROLES, Permission

VIEW_CASE = Permission("cases.view", "consulter ce dossier", *FILE_ROLES)
LOG_THREAT = Permission("cases.log_threat", "enregistrer une menace", Role.REFERENT)
EVALUATE = Permission("cases.evaluate", "évaluer cette menace", Role.REFERENT)
VALIDATE_EVALUATION = Permission("cases.validate", "valider une évaluation", Role.UNIT_HEAD)
CLOSE_CASE = Permission("cases.close", "clore ou rouvrir ce dossier", Role.REFERENT, Role.UNIT_HEAD)
ADD_ATTACHMENT = Permission(
    "cases.add_attachment", "joindre ou retirer un fichier de ce dossier", Role.REFERENT, Role.UNIT_HEAD
)
READ_ATTACHMENT = Permission("cases.read_attachment", "télécharger une pièce jointe", *FILE_ROLES)
