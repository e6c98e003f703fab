from django.db import models


class Dimension(models.TextChoices):
    """What the facts of a month are broken down by. Each fact is counted once in each."""

    NATURE_FAMILY = "nature_family", "famille de nature"
    NATURE = "nature", "nature détaillée"
    MANDATE = "mandate", "mandat visé"
    FACT_DEPARTEMENT = "fact_dep", "département des faits"
    MANDATE_DEPARTEMENT = "mandate_dep", "département du mandat"
    RECORDING_DEPARTEMENT = "recording_dep", "département de l'enregistrement"
    EVALUATION = "evaluation", "délai de la première évaluation"


TERRITORIES = (Dimension.FACT_DEPARTEMENT, Dimension.MANDATE_DEPARTEMENT, Dimension.RECORDING_DEPARTEMENT)
# Small groups of persons: their small counts are hidden.
PROTECTED = (Dimension.MANDATE, *TERRITORIES)


class Timeliness(models.TextChoices):
    """Where the first evaluation of a fact stood when the figures were computed."""

    IN_TIME = "in_time", "transmise dans les délais"
    LATE = "late", "transmise hors délai"
    OVERDUE = "overdue", "non transmise, délai dépassé"
    NOT_DUE = "not_due", "non transmise, délai en cours"
    MISSING = "missing", "aucune évaluation ouverte"
