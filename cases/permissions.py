from accounts.enums import Role
from accounts.permissions import FILE_ROLES, Permission

VIEW_CASE = Permission("cases.view", "consulter ce dossier", *FILE_ROLES)
LOG_THREAT = Permission("cases.log_threat", "enregistrer une menace", Role.REFERENT)
EVALUATE = Permission("cases.evaluate", "évaluer cette menace", Role.REFERENT)
VALIDATE_EVALUATION = Permission("cases.validate", "valider une évaluation", Role.UNIT_HEAD)
CLOSE_CASE = Permission("cases.close", "clore ou rouvrir ce dossier", Role.REFERENT, Role.UNIT_HEAD)
# Figures of one's scope: the files behind them may be read there too.
FOLLOW_EVALUATIONS = Permission("cases.follow_evaluations", "suivre les évaluations", *FILE_ROLES)
READ_DIVERGENCE = Permission(
    "cases.divergence", "lire les écarts entre grille et niveaux retenus", Role.CALAE_ANALYST, Role.UNIT_HEAD
)
EDIT_GRID = Permission("cases.edit_grid", "modifier la grille d'évaluation", Role.CALAE_ANALYST)
