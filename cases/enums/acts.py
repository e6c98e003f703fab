from django.db import models


class EventKind(models.TextChoices):
    """Acts of the timeline of a file."""

    OPENED = "opened", "dossier ouvert"
    THREAT_LOGGED = "threat_logged", "menace enregistrée"
    THREAT_CORRECTED = "threat_corrected", "menace corrigée"
    EVALUATION_OPENED = "evaluation_opened", "évaluation à faire"
    EVALUATION_SAVED = "evaluation_saved", "évaluation enregistrée en brouillon"
    EVALUATION_SUBMITTED = "evaluation_submitted", "évaluation transmise"
    EVALUATION_RETURNED = "evaluation_returned", "évaluation renvoyée"
    EVALUATION_VALIDATED = "evaluation_validated", "évaluation validée"
    EVALUATION_LATE = "evaluation_late", "évaluation en retard"
    CLOSED = "closed", "dossier clos"
    REOPENED = "reopened", "dossier rouvert"
    CALL_BUTTON = "call_button", "bouton d'appel"
    ATTACHMENT_ADDED = "attachment_added", "pièce jointe"
    ATTACHMENT_SCANNED = "attachment_scanned", "pièce jointe analysée"
    ATTACHMENT_WITHDRAWN = "attachment_withdrawn", "pièce jointe retirée"
    MEASURE_PROPOSED = "measure_proposed", "mesure proposée"
    MEASURE_DECIDED = "measure_decided", "mesure décidée"
    MEASURE_REFUSED = "measure_refused", "mesure refusée"
    MEASURE_STARTED = "measure_started", "mesure commencée"
    MEASURE_EXECUTED = "measure_executed", "exécution d'une mesure notée"
    MEASURE_REVIEWED = "measure_reviewed", "point fait sur une mesure"
    MEASURE_OWNER = "measure_owner", "responsable d'une mesure changé"
    MEASURE_ENDED = "measure_ended", "mesure terminée"
    VIGILANCE_ACKNOWLEDGED = "vigilance_acknowledged", "consigne de vigilance reçue"
    VIGILANCE_CLOSED = "vigilance_closed", "consigne de vigilance terminée"
    ACCESS = "access", "accès au dossier"
    PROTECTED_PERSON = "protected_person", "personne protégée"
    MERGED = "merged", "dossiers fusionnés"
    MERGE_UNDONE = "merge_undone", "fusion annulée"
    LINKED = "linked", "dossier lié"
    UNLINKED = "unlinked", "lien retiré"
    CONTACT = "contact", "contact entre unités"
    DUPLICATE_CHECKED = "duplicate_checked", "doublon vérifié"
    TASK_ADDED = "task_added", "tâche ajoutée"
    TASK_ASSIGNED = "task_assigned", "tâche confiée"
    TASK_DONE = "task_done", "tâche faite"
    EMERGENCY_CALL = "threat_emergency_call", "appel au 17 traité"


class TaskKind(models.TextChoices):
    """What a file may ask of somebody. The apps above give theirs `OTHER` and a title."""

    EVALUATE = "evaluate", "évaluer une menace"
    VALIDATE = "validate", "valider une évaluation"
    CHASE = "chase", "relancer une évaluation en retard"
    REVIEW_MEASURE = "review_measure", "faire le point sur une mesure"
    EXIT_CALL = "exit_call", "rappeler après la fin d'une mesure"
    ACKNOWLEDGE = "acknowledge", "accuser réception d'une consigne"
    ANSWER_CONTACT = "answer_contact", "répondre à une demande de contact"
    CHECK_DUPLICATE = "check_duplicate", "vérifier un doublon possible"
    REVIEW_ACCESS = "review_access", "contrôler un accès"
    OTHER = "other", "autre"


# Those that a person ticks by hand, with a line on what was done; the others end with the act that they ask for.
TICKED_BY_HAND = (TaskKind.OTHER, TaskKind.EXIT_CALL)
# Those that a closed file no longer asks. A call after a measure, a contact or a duplicate still has its sense.
ENDED_BY_CLOSING = (TaskKind.EVALUATE, TaskKind.REVIEW_MEASURE, TaskKind.ACKNOWLEDGE, TaskKind.OTHER)


class EventFamily(models.TextChoices):
    """How the timeline is filtered."""

    THREATS = "menaces", "Menaces"
    EVALUATIONS = "evaluations", "Évaluations"
    MEASURES = "mesures", "Mesures"
    CALL_BUTTONS = "bouton", "Bouton d'appel"
    DOCUMENTS = "documents", "Documents"
    ACCESS = "acces", "Accès au dossier"
    TASKS = "taches", "Tâches"
    FILE = "dossier", "Vie du dossier"


# By what a kind starts with, so that an act added later lands in its family; what matches nothing is the life of the
# file itself (opened, closed, merged, linked).
_FAMILY_BY_START: dict[str, EventFamily] = {
    "protected": EventFamily.THREATS,
    "threat": EventFamily.THREATS,
    "victim": EventFamily.THREATS,
    "complaint": EventFamily.THREATS,
    "author": EventFamily.THREATS,
    "evaluation": EventFamily.EVALUATIONS,
    "measure": EventFamily.MEASURES,
    "vigilance": EventFamily.MEASURES,
    "watch": EventFamily.MEASURES,
    "passage": EventFamily.MEASURES,
    "call_button": EventFamily.CALL_BUTTONS,
    "attachment": EventFamily.DOCUMENTS,
    "document": EventFamily.DOCUMENTS,
    "file_": EventFamily.DOCUMENTS,
    "access": EventFamily.ACCESS,
    "restrict": EventFamily.ACCESS,
    "unrestrict": EventFamily.ACCESS,
    "break": EventFamily.ACCESS,
    "task": EventFamily.TASKS,
}


def family_of_event(kind: str) -> EventFamily:
    return next((family for start, family in _FAMILY_BY_START.items() if kind.startswith(start)), EventFamily.FILE)
