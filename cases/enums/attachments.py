from django.db import models


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
