"""The key of the desk, and who holds it. Its private half is never stored but in the boxes of those let in."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User


class DeskKey(models.Model):
    """The pair to which slips are sealed. A new one is drawn only when nobody can open the last one any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    public = models.BinaryField("clé publique")
    # In Paris.
    made_on = models.DateField("créée le")
    is_current = models.BooleanField("en service", default=True)

    class Meta:
        verbose_name = "clé du guichet"
        verbose_name_plural = "clés du guichet"
        ordering = ["-made_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="desk_key_one_current")
        ]

    def __str__(self) -> str:
        return f"clé du {self.made_on:%d/%m/%Y}"


class DeskSeat(models.Model):
    """A psychologist at the desk: a pair of his own, whose private half opens with his passphrase alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(DeskKey, models.CASCADE, related_name="seats", verbose_name="clé du guichet")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="personne")
    public = models.BinaryField("clé publique")
    salt = models.BinaryField("sel")
    private_box = models.BinaryField("clé privée, sous la phrase secrète")
    # The desk's private key, for this seat. Empty until a colleague lets the person in.
    desk_box = models.BinaryField("clé du guichet, pour cette place", null=True)
    asked_on = models.DateField("demandée le")
    let_in_on = models.DateField("ouverte le", null=True)
    let_in_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="ouverte par")

    class Meta:
        verbose_name = "place au guichet"
        verbose_name_plural = "places au guichet"
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "user"], name="desk_seat_once"),
            models.CheckConstraint(
                condition=Q(desk_box__isnull=True, let_in_on__isnull=True, let_in_by__isnull=True)
                | Q(desk_box__isnull=False, let_in_on__isnull=False, let_in_by__isnull=False),
                name="desk_seat_let_in_whole",
                violation_error_message="Une place ouverte dit quand et par qui.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}"
