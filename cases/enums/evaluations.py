from django.db import models


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
