"""Slips without a name, and the figures that may be told of them (docs/adr/0028).

Nothing here says who, when, or in which order. The application reads these three tables and writes none: the database's
own function `support_write_slips` writes them all anew, shuffled, at each change.
"""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from core import clock
from core.boxes import KEY_BYTES, LOCK_BYTES, SEAL_BYTES
from support.enums import Help, Mode

# Every slip is as long as any other, in bytes: a length says nothing.
CONTENT_BYTES = 6_144
STORED_BYTES = CONTENT_BYTES + LOCK_BYTES

models.BinaryField.register_lookup(Length)


class SlipQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Those that have not expired, by the day it is in Paris: a row that a backup brought back is not read."""
        return self.filter(expires_on__gt=clock.today(clock.PARIS))


class Slip(models.Model):
    """What somebody asked for under a nickname. It opens with the person's code, or with the key of the desk."""

    # The application's role has no right to write it: support_write_slips has.
    written_by_function = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # A slow hash of the code: whoever reads it does not find the code.
    locator = models.BinaryField("empreinte lente du code", unique=True)
    # The key of the content: once under the key that the code gives, once for the desk.
    code_box = models.BinaryField("clé, pour le code")
    desk_box = models.BinaryField("clé, pour le guichet")
    # Which key of the desk. Not a foreign key: checking one would mark a row at the hour of each slip.
    desk = models.UUIDField("clé du guichet")
    content = models.BinaryField("contenu")
    # A day, of Paris: 30 days after the last appointment, or after the slip was left.
    expires_on = models.DateField("disparaît le")

    objects = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = "demande sans nom"
        verbose_name_plural = "demandes sans nom"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    locator__length=KEY_BYTES,
                    code_box__length=KEY_BYTES + LOCK_BYTES,
                    desk_box__length=KEY_BYTES + SEAL_BYTES,
                    content__length=STORED_BYTES,
                ),
                name="slip_of_one_size",
                violation_error_message="Une demande a toujours la même longueur.",
            )
        ]

    def __str__(self) -> str:
        return "demande sans nom"


class SupportCount(models.Model):
    """How many slips of a month wished for a help in a mode. A slip that wishes for two helps counts in both."""

    written_by_function = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Its first day, in Paris.
    month = models.DateField("mois")
    help = models.CharField("aide", max_length=20, choices=Help)
    mode = models.CharField("mode", max_length=20, choices=Mode)
    count = models.PositiveIntegerField("nombre")

    class Meta:
        verbose_name = "décompte de demandes"
        verbose_name_plural = "décomptes de demandes"
        ordering = ["month", "help", "mode"]
        constraints = [models.UniqueConstraint(fields=["month", "help", "mode"], name="support_count_once")]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"


class SupportDelay(models.Model):
    """For the slips that got a first appointment in a month: how many, and the sum of the days they waited for it."""

    written_by_function = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField("mois", unique=True)
    meetings = models.PositiveIntegerField("premiers rendez-vous")
    days = models.PositiveIntegerField("jours d'attente, en tout")

    class Meta:
        verbose_name = "délai des demandes"
        verbose_name_plural = "délais des demandes"
        ordering = ["month"]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"
