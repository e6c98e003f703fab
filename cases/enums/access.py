from django.db import models


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
