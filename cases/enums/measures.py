from django.db import models


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
