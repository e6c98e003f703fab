from accounts.enums import Role
from accounts.permissions import FILE_ROLES, Permission

VIEW_CASE = Permission("cases.view", "consulter ce dossier", *FILE_ROLES)
LOG_THREAT = Permission("cases.log_threat", "enregistrer une menace", Role.REFERENT)
EVALUATE = Permission("cases.evaluate", "évaluer cette menace", Role.REFERENT)
VALIDATE_EVALUATION = Permission("cases.validate", "valider une évaluation", Role.UNIT_HEAD)
CLOSE_CASE = Permission("cases.close", "clore ou rouvrir ce dossier", Role.REFERENT, Role.UNIT_HEAD)
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
