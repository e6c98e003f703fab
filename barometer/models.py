from __future__ import annotations

from django.db import models
from django.db.models import Q

from barometer.enums import Dimension
from barometer.months import month_words


class FrozenMonth(models.Model):
    """The figures of a month as they were known at a moment. Never changed: a trigger refuses a figure added later."""

    append_only = True

    month = models.DateField("premier jour du mois", unique=True)
    definition_version = models.PositiveSmallIntegerField("version des définitions")
    unit = models.CharField("unité de compte", max_length=100)
    definitions = models.TextField("définitions")
    # The facts known then are counted: on the portal's clock, as every date of this row.
    cut_off = models.DateTimeField("chiffres arrêtés au")
    frozen_at = models.DateTimeField("gelé le")
    total = models.PositiveIntegerField("nombre de faits")
    sha256 = models.CharField("empreinte SHA-256 des chiffres", max_length=64)
    # Set by a trigger: figures enter in the transaction that creates the month, and in no other.
    transaction = models.BigIntegerField("transaction", editable=False, default=0)

    class Meta:
        verbose_name = "mois gelé"
        verbose_name_plural = "mois gelés"
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="frozen_month_is_first_day",
                violation_error_message="Un mois est désigné par son premier jour.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="frozen_month_has_hash",
                violation_error_message="Un mois gelé porte l'empreinte de ses chiffres.",
            ),
            models.CheckConstraint(
                condition=~Q(unit="") & ~Q(definitions=""),
                name="frozen_month_has_definitions",
                violation_error_message="Un mois gelé nomme son unité de compte et ses définitions.",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__gte=models.F("cut_off")),
                name="frozen_month_after_cut_off",
                violation_error_message="Un mois est gelé après l'arrêt de ses chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return month_words(self.month)


class FrozenFigure(models.Model):
    """One figure of a frozen month, exact. Small counts are hidden when shown, never here."""

    append_only = True

    month = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="figures", verbose_name="mois")
    dimension = models.CharField("répartition", max_length=16, choices=Dimension)
    key = models.CharField("code", max_length=20)
    label = models.CharField("intitulé", max_length=200)
    value = models.PositiveIntegerField("nombre de faits")

    class Meta:
        verbose_name = "chiffre gelé"
        verbose_name_plural = "chiffres gelés"
        ordering = ["month_id", "dimension", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "dimension", "key"],
                name="frozen_figure_once",
                violation_error_message="Ce chiffre est déjà gelé.",
            ),
            models.CheckConstraint(
                condition=Q(dimension__in=Dimension.values) & ~Q(key=""),
                name="frozen_figure_dimension_known",
                violation_error_message="La répartition est inconnue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} : {self.value}"


class FigureRevision(models.Model):
    """What changed in the live count of a frozen month, when, and why. The frozen figures stay as they were."""

    append_only = True

    month = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="revisions", verbose_name="mois")
    at = models.DateTimeField("le")
    change = models.SmallIntegerField("écart")
    # Public to every reader of the barometer: no reference, no name, no text of a file.
    reason = models.CharField("raison", max_length=200)
    # The merge it comes from, so that one act revises a month once.
    source = models.CharField("origine", max_length=80)

    class Meta:
        verbose_name = "révision d'un mois gelé"
        verbose_name_plural = "révisions de mois gelés"
        ordering = ["month_id", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["month", "source"], name="revision_once"),
            models.CheckConstraint(
                condition=~Q(change=0) & ~Q(reason="") & ~Q(source=""),
                name="revision_says_why",
                violation_error_message="Une révision dit de combien le compte change, et pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change:+d} ({self.reason})"
