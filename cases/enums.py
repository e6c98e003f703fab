from django.db import models


class CaseState(models.TextChoices):
    OPEN = "open", "ouvert"
    CLOSED = "closed", "clos"
    MERGED = "merged", "fusionné"


# Days during which a merge can be undone.
UNDO_DAYS = 30


class MergeState(models.TextChoices):
    """Running and undoing live inside one transaction: the database lets rows move then, and at no other time."""

    RUNNING = "running", "en cours"
    DONE = "done", "faite"
    UNDOING = "undoing", "annulation en cours"
    UNDONE = "undone", "annulée"


class LinkKind(models.TextChoices):
    SAME_AUTHOR = "same_author", "même auteur"
    SAME_EVENT = "same_event", "même événement"


class HintState(models.TextChoices):
    OPEN = "open", "à vérifier"
    MERGED = "merged", "dossiers fusionnés"
    LINKED = "linked", "dossiers liés"
    DISMISSED = "dismissed", "faits différents"


class ContactState(models.TextChoices):
    ASKED = "asked", "en attente"
    ACCEPTED = "accepted", "acceptée"
    DECLINED = "declined", "déclinée"
    WITHDRAWN = "withdrawn", "retirée"


class SharedOrigin(models.TextChoices):
    """Why an identifier names nobody."""

    UNIT = "unit", "téléphone d'une unité"
    OFFICIALS = "officials", "téléphone de plusieurs élus"
    DECLARED = "declared", "déclaré"


class Nature(models.TextChoices):
    """Nature of the fact, in the words that CALAE publishes."""

    THREAT = "threat", "menace"
    DEATH_THREAT = "death_threat", "menace de mort"
    CONTEMPT = "contempt", "outrage"
    HARASSMENT = "harassment", "harcèlement"
    DEFAMATION = "defamation", "injure ou diffamation publique"
    DOXXING = "doxxing", "divulgation d'informations personnelles"
    VIOLENCE = "violence", "violences physiques"
    DAMAGE = "damage", "destruction ou dégradation"
    INTRUSION = "intrusion", "intrusion au domicile ou à la permanence"
    OBSTRUCTION = "obstruction", "entrave à une réunion ou à une assemblée"
    OTHER = "other", "autre atteinte"


class NatureFamily(models.TextChoices):
    """The families that the barometer counts."""

    THREATS = "threats", "menaces et outrages"
    VIOLENCE = "violence", "violences physiques"
    DAMAGE = "damage", "destructions et dégradations"
    OTHER = "other", "autres atteintes"


FAMILY_OF_NATURE: dict[str, NatureFamily] = {
    Nature.THREAT: NatureFamily.THREATS,
    Nature.DEATH_THREAT: NatureFamily.THREATS,
    Nature.CONTEMPT: NatureFamily.THREATS,
    Nature.HARASSMENT: NatureFamily.THREATS,
    Nature.DEFAMATION: NatureFamily.THREATS,
    Nature.DOXXING: NatureFamily.THREATS,
    Nature.VIOLENCE: NatureFamily.VIOLENCE,
    Nature.DAMAGE: NatureFamily.DAMAGE,
    Nature.INTRUSION: NatureFamily.OTHER,
    Nature.OBSTRUCTION: NatureFamily.OTHER,
    Nature.OTHER: NatureFamily.OTHER,
}


class Channel(models.TextChoices):
    LETTER = "letter", "courrier"
    TELEPHONE = "telephone", "téléphone"
    SMS = "sms", "SMS ou messagerie"
    EMAIL = "email", "courriel"
    SOCIAL = "social", "réseau social ou site internet"
    IN_PERSON = "in_person", "en personne"
    GRAFFITI = "graffiti", "inscription, affiche, objet déposé"
    OTHER = "other", "autre"


# What happens on a screen: its platform, its reach and whether it is still there are asked.
ONLINE_CHANNELS = (Channel.SOCIAL, Channel.EMAIL, Channel.SMS)


class Reach(models.TextChoices):
    """Who could read a message sent online."""

    PUBLIC = "public", "message public"
    PRIVATE = "private", "message privé"
    UNKNOWN = "unknown", "ne sait pas"


class AuthorKnowledge(models.TextChoices):
    UNKNOWN = "unknown", "inconnu"
    SUSPECTED = "suspected", "soupçonné, non identifié"
    IDENTIFIED = "identified", "identifié"


class IdentifierKind(models.TextChoices):
    """What may name an author, and be compared between files by its keyed hash."""

    TELEPHONE = "telephone", "numéro de téléphone"
    HANDLE = "handle", "pseudonyme ou compte en ligne"
    PLATE = "plate", "plaque d'immatriculation"
    EMAIL = "email", "adresse électronique"


class Complaint(models.TextChoices):
    FILED = "filed", "plainte déposée"
    LOGBOOK = "logbook", "main courante ou procès-verbal de renseignement"
    PLANNED = "planned", "plainte prévue"
    NONE = "none", "pas de plainte"


class Urgency(models.TextChoices):
    """How fast the evaluation is due; the hours are data (`UrgencyDelay`)."""

    IMMEDIATE = "immediate", "danger possible dans les heures qui viennent"
    HIGH = "high", "danger possible dans les jours qui viennent"
    NORMAL = "normal", "pas de signe de passage à l'acte proche"


class EvaluationState(models.TextChoices):
    TODO = "todo", "à faire"
    SUBMITTED = "submitted", "à valider"
    VALIDATED = "validated", "validée"
    # The threat is the double of another: only a merge sets it, only its undo takes it back.
    SET_ASIDE = "set_aside", "sans objet (doublon)"


# Who may go where. The database holds the same table (migration 0021), with what a merge may do.
EVALUATION_TRANSITIONS: dict[str, tuple[str, ...]] = {
    EvaluationState.TODO: (EvaluationState.SUBMITTED,),
    EvaluationState.SUBMITTED: (EvaluationState.VALIDATED, EvaluationState.TODO),
    EvaluationState.VALIDATED: (),
    EvaluationState.SET_ASIDE: (),
}
UNFINISHED_EVALUATIONS = (EvaluationState.TODO, EvaluationState.SUBMITTED)


class Level(models.IntegerChoices):
    """Level of danger. Always shown in words: another scale in use runs the other way."""

    LOW = 1, "faible"
    MODERATE = 2, "modéré"
    HIGH = 3, "élevé"
    VERY_HIGH = 4, "très élevé"


class Answer(models.TextChoices):
    YES = "yes", "oui"
    NO = "no", "non"
    UNKNOWN = "unknown", "ne sait pas"


class GridState(models.TextChoices):
    DRAFT = "draft", "brouillon"
    PUBLISHED = "published", "publiée"


class EscalationStep(models.TextChoices):
    """Where a late evaluation climbs; how late is data (`UrgencyDelay`)."""

    DUE = "due", "échéance passée"
    HIERARCHY = "hierarchy", "signalée à la hiérarchie"
    PREFECTURE = "prefecture", "signalée à la préfecture"


class ReplayState(models.TextChoices):
    WAITING = "waiting", "en attente"
    DONE = "done", "terminé"
    FAILED = "failed", "en échec"


class MeasureKind(models.TextChoices):
    """Catalogue of protective measures: DOMAIN, section 2."""

    ADVICE = "advice", "conseils de sécurité"
    REINFORCED_VIGILANCE = "reinforced_vigilance", "vigilance renforcée"
    PATROLS = "patrols", "patrouilles au domicile et à la permanence"
    ALARM = "alarm", "inscription « Alarme élu »"
    CALL_BUTTON = "call_button", "bouton d'appel (décision du préfet)"
    SITE_SURVEY = "site_survey", "diagnostic du référent sûreté"
    VIDEO = "video", "vidéoprotection"
    PHYSICAL_SECURITY = "physical_security", "sécurisation physique des lieux"
    EVENT_SECURITY = "event_security", "sécurisation ponctuelle d'une réunion"
    ACCOMPANIMENT = "accompaniment", "accompagnement"
    PSYCHOLOGICAL_SUPPORT = "psychological_support", "soutien psychologique"
    FUNCTIONAL_PROTECTION = "functional_protection", "protection fonctionnelle"
    CYBER = "cyber", "17Cyber ou signalement PHAROS"
    CLOSE_PROTECTION = "close_protection", "protection rapprochée (SDLP)"


class MeasureState(models.TextChoices):
    PROPOSED = "proposed", "proposée"
    DECIDED = "decided", "décidée"
    IN_FORCE = "in_force", "en vigueur"
    ENDED = "ended", "terminée"
    REFUSED = "refused", "refusée"


# Who may go where. The database holds the same table (migration 0051).
MEASURE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    MeasureState.PROPOSED: (MeasureState.DECIDED, MeasureState.REFUSED),
    MeasureState.DECIDED: (MeasureState.IN_FORCE, MeasureState.ENDED),
    MeasureState.IN_FORCE: (MeasureState.ENDED,),
    MeasureState.ENDED: (),
    MeasureState.REFUSED: (),
}
LIVE_MEASURES = (MeasureState.DECIDED, MeasureState.IN_FORCE)
UNSETTLED_MEASURES = (MeasureState.PROPOSED, *LIVE_MEASURES)
# Carried out by units that receive an instruction with its hours.
VIGILANCE_KINDS = (MeasureKind.REINFORCED_VIGILANCE, MeasureKind.EVENT_SECURITY)
# The call button has its own request, decision and grant (call_buttons).
MEASURE_OBJECTS = tuple(kind for kind in MeasureKind if kind != MeasureKind.CALL_BUTTON)


class MeasureTarget(models.TextChoices):
    """Whom, or which place, a measure protects."""

    OFFICIAL = "official", "l'élu"
    PERSON = "person", "une personne de son entourage"
    HOME = "home", "le domicile"
    TOWN_HALL = "town_hall", "la mairie"
    OFFICE = "office", "la permanence"
    SCHOOL_ROUTE = "school_route", "le trajet scolaire d'un enfant"
    OTHER_PLACE = "other_place", "un autre lieu"


class MeasureEnd(models.TextChoices):
    """Why a measure ended."""

    TERM = "term", "la fin prévue est atteinte"
    DANGER_OVER = "danger_over", "le danger a diminué"
    REPLACED = "replaced", "une autre mesure la remplace"
    DECLINED = "declined", "la personne n'en veut plus"
    IMPOSSIBLE = "impossible", "elle ne peut pas être exécutée"
    OTHER = "other", "autre raison"


class TraceKind(models.TextChoices):
    EXECUTION = "execution", "exécution"
    REVIEW = "review", "point sur la mesure"


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


class AttachmentKind(models.TextChoices):
    IMAGE = "image", "image"
    PDF = "pdf", "PDF"
    AUDIO = "audio", "enregistrement audio"
    VIDEO = "video", "vidéo"
    EMAIL = "email", "courriel"


class ScanState(models.TextChoices):
    """Nothing leaves before an antivirus has read it. The database holds the same transitions (migration 0031)."""

    QUARANTINE = "quarantine", "en attente d'analyse"
    CLEAN = "clean", "aucun virus trouvé"
    INFECTED = "infected", "virus trouvé"


class AttachmentFault(models.TextChoices):
    MISSING = "missing", "le fichier a disparu"
    ALTERED = "altered", "le fichier a été modifié"


class AccessKind(models.TextChoices):
    """How somebody is on the list of a restricted file."""

    LISTED = "listed", "sur la liste"
    BREAK_GLASS = "break_glass", "accès d'urgence"


class PartyRole(models.TextChoices):
    """Why an agent is himself concerned by a file."""

    VICTIM = "victim", "il est visé par les faits"
    AUTHOR = "author", "il est mis en cause"
    RELATIVE = "relative", "il est proche d'une personne visée ou mise en cause"


class ConsultationMotive(models.TextChoices):
    """Why somebody opens a file that is not of his own list. The élu reads them as they are written here."""

    UNIT_REQUEST = "unit_request", "à la demande de l'unité qui suit le dossier"
    EXAMINATION = "examination", "instruction d'une demande ou d'une mesure"
    REPLACEMENT = "replacement", "remplacement d'un collègue absent"
    OVERSIGHT = "oversight", "contrôle hiérarchique"
    NATIONAL = "national", "CALAE — suivi national"
    OUTSIDE_REQUEST = "outside_request", "demande de l'élu, de la justice ou d'une autorité"


# Those that say nothing without « who » or « which ».
MOTIVES_WITH_NOTE = (ConsultationMotive.REPLACEMENT, ConsultationMotive.OUTSIDE_REQUEST)
