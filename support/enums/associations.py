from django.db import models


class Help(models.TextChoices):
    """What the convention AMF – France Victimes of 1 July 2025 offers: DOMAIN, section 5."""

    PSYCHOLOGICAL = "psychological", "soutien psychologique"
    LEGAL = "legal", "aide juridique"
    SOCIAL = "social", "aide sociale"
