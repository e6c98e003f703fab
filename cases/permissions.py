from accounts.enums import Role
from accounts.permissions import FILE_ROLES, Permission

VIEW_CASE = Permission("cases.view", "consulter ce dossier", *FILE_ROLES)
LOG_THREAT = Permission("cases.log_threat", "enregistrer une menace", Role.REFERENT)
EVALUATE = Permission("cases.evaluate", "évaluer cette menace", Role.REFERENT)
VALIDATE_EVALUATION = Permission("cases.validate", "valider une évaluation", Role.UNIT_HEAD)
CLOSE_CASE = Permission("cases.close", "clore ou rouvrir ce dossier", Role.REFERENT, Role.UNIT_HEAD)
ADD_TASK = Permission("cases.add_task", "ajouter une tâche à ce dossier", Role.REFERENT, Role.UNIT_HEAD)
# Figures of one's scope: the files behind them may be read there too.
FOLLOW_EVALUATIONS = Permission("cases.follow_evaluations", "suivre les évaluations", *FILE_ROLES)
READ_DIVERGENCE = Permission(
    "cases.divergence", "lire les écarts entre grille et niveaux retenus", Role.CALAE_ANALYST, Role.UNIT_HEAD
)
EDIT_GRID = Permission("cases.edit_grid", "modifier la grille d'évaluation", Role.CALAE_ANALYST)
ADD_ATTACHMENT = Permission(
    "cases.add_attachment", "joindre ou retirer un fichier de ce dossier", Role.REFERENT, Role.UNIT_HEAD
)
READ_ATTACHMENT = Permission("cases.read_attachment", "télécharger une pièce jointe", *FILE_ROLES)
PROPOSE_MEASURE = Permission("cases.propose_measure", "proposer une mesure de protection", Role.REFERENT)
# Which kind each role may decide is data: `MeasureRule`.
DECIDE_MEASURE = Permission(
    "cases.decide_measure",
    "décider une mesure de protection",
    Role.REFERENT,
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
)
FOLLOW_MEASURE = Permission(
    "cases.follow_measure",
    "suivre une mesure de protection",
    Role.REFERENT,
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
)
SEE_VIGILANCE = Permission(
    "cases.see_vigilance", "consulter les consignes de vigilance de cette unité", Role.REFERENT, Role.UNIT_HEAD
)
SEE_NIGHT_CHECK = Permission(
    "cases.see_night_check",
    "consulter le contrôle de nuit",
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
    Role.CALAE_ANALYST,
)
RESTRICT_CASE = Permission("cases.restrict", "restreindre l'accès à ce dossier", Role.UNIT_HEAD)
DECLARE_PARTY = Permission(
    "cases.declare_party", "déclarer qu'un agent est concerné par ce dossier", Role.REFERENT, Role.UNIT_HEAD
)
REVIEW_ACCESS = Permission("cases.review_access", "contrôler les accès d'urgence", Role.UNIT_HEAD)
# The unit and its chain of command; everybody else reads the initials of a minor.
READ_MINORS_NAMES = Permission("cases.minors_names", "lire le nom d'un mineur", Role.REFERENT, Role.UNIT_HEAD)
PROTECT_PERSON = Permission("cases.protect_person", "inscrire une personne protégée", Role.REFERENT)
MERGE_CASES = Permission("cases.merge", "fusionner des dossiers ou vérifier un doublon", Role.UNIT_HEAD)
LINK_CASES = Permission("cases.link", "lier des dossiers", Role.REFERENT, Role.UNIT_HEAD)
ASK_CONTACT = Permission("cases.contact", "demander un contact ou y répondre", Role.REFERENT, Role.UNIT_HEAD)
IMPORT_FACTS = Permission("cases.import_facts", "importer des faits", Role.INSTRUCTOR, Role.CALAE_ANALYST)
SHARE_IDENTIFIERS = Permission(
    "cases.shared_identifiers", "tenir la liste des numéros partagés", Role.UNIT_HEAD, Role.CALAE_ANALYST
)
