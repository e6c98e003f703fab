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
