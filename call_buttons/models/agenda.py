from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class CallButtonAgenda(models.Model):
    """The secret address by which a person's diary reads the ends of measures. It is kept as a hash only.

    It gives no right by itself: what it shows follows the person's postings at each reading.
    """

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="compte", db_index=False
    )
    # Of 256 random bits: nothing to guess, hence no salt, and the row is found by equality of the hash.
    sha256 = models.CharField("empreinte de l'adresse", max_length=64, unique=True)
    created_at = models.DateTimeField("créée le")
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)

    class Meta:
        verbose_name = "adresse d'agenda"
        verbose_name_plural = "adresses d'agenda"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at__isnull=True),
                name="agenda_one_address",
                violation_error_message="Une personne a une seule adresse d'agenda en service.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="agenda_keeps_a_hash",
                violation_error_message="L'adresse d'agenda est gardée sous forme d'empreinte.",
            ),
        ]

    def __str__(self) -> str:
        return f"adresse d'agenda créée le {self.created_at:%d/%m/%Y}"
