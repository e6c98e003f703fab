from __future__ import annotations

from django.db import models
from django.db.models import Q

from alarm_registry.enums import AskingKind
from alarm_registry.models.registration import Registration


class RegistrationAsking(models.Model):
    """What the portal asked or told about a registration, once for each moment that it follows.

    A job writes it with the messages, in one transaction: what it says is not said again.
    """

    append_only = True

    id = models.BigAutoField(primary_key=True)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="askings", verbose_name="inscription", db_index=False
    )
    kind = models.CharField("objet", max_length=12, choices=AskingKind)
    # The confirmation that grows old; for the end of a mandate, the day it is asked about.
    since = models.DateTimeField("depuis")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "demande faite à une personne inscrite"
        verbose_name_plural = "demandes faites aux personnes inscrites"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "kind", "since"], name="alarm_asked_once"),
            models.CheckConstraint(condition=Q(kind__in=AskingKind.values), name="alarm_asking_kind_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
