from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from cases.enums import GridState, ReplayState


class GridVersion(models.Model):
    """A version of the evaluation grid. Published, it never changes: answers keep the version they were given on."""

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    label = models.CharField("intitulé", max_length=200)
    state = models.CharField("état", max_length=10, choices=GridState, default=GridState.DRAFT)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    moderate_from = models.PositiveSmallIntegerField("modéré à partir de (points)")
    high_from = models.PositiveSmallIntegerField("élevé à partir de (points)")
    very_high_from = models.PositiveSmallIntegerField("très élevé à partir de (points)")
    # Share of the weight that « ne sait pas » adds: what is not known is never counted as a « non ».
    unknown_percent = models.PositiveSmallIntegerField("part de « ne sait pas », en pour cent")
    # {"1": ["advice"], …}: measures that a level suggests.
    measures_by_level: Any = models.JSONField("mesures suggérées par niveau")
    change_note = models.CharField("ce qui change et pourquoi", max_length=500, blank=True, db_default="")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="publiée par"
    )
    # Of its settings alone: two analysts may each work on a question.
    version = models.PositiveIntegerField("version de saisie", default=1, db_default=1)
    # Of the whole draft: what is replayed or published is what was read.
    revision = models.PositiveIntegerField("révision", default=1, db_default=1)
    saved_by = models.CharField("dernier enregistrement par", max_length=200, blank=True, db_default="")
    saved_at = models.DateTimeField("dernier enregistrement le", null=True, blank=True)

    class Meta:
        verbose_name = "version de la grille"
        verbose_name_plural = "versions de la grille"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(moderate_from__lt=models.F("high_from"))
                & Q(high_from__lt=models.F("very_high_from"))
                & Q(unknown_percent__lte=100),
                name="grid_thresholds_ordered",
                violation_error_message="Les seuils de la grille doivent être croissants.",
            ),
            models.CheckConstraint(
                condition=Q(state=GridState.DRAFT) | Q(published_at__isnull=False),
                name="grid_published_has_date",
                violation_error_message="Une grille publiée a une date de publication.",
            ),
            # An exclusion rather than a partial index: it says the same, and old code lives with it.
            ExclusionConstraint(
                name="grid_one_draft",
                expressions=[("state", RangeOperators.EQUAL)],
                condition=Q(state=GridState.DRAFT),
                violation_error_message="Un brouillon de la grille existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} (version {self.number})"


class GridQuestion(models.Model):
    """A question of a version: yes, no, does not know."""

    grid = models.ForeignKey(GridVersion, models.PROTECT, related_name="questions", verbose_name="version")
    position = models.PositiveSmallIntegerField("rang")
    code = models.SlugField("code", max_length=40)
    section = models.CharField("thème", max_length=100)
    text = models.CharField("question", max_length=300)
    weight = models.SmallIntegerField("points si oui (négatif pour un facteur protecteur)")
    # The level a « oui » raises to, whatever the sum; null for an ordinary question.
    red_floor = models.PositiveSmallIntegerField("niveau minimal si oui", null=True, blank=True)
    red_sentence = models.CharField("phrase du facteur rouge", max_length=300, blank=True)
    measures: Any = models.JSONField("mesures suggérées si oui", default=list, blank=True)
    version = models.PositiveIntegerField("version de saisie", default=1, db_default=1)
    saved_by = models.CharField("dernier enregistrement par", max_length=200, blank=True, db_default="")
    saved_at = models.DateTimeField("dernier enregistrement le", null=True, blank=True)

    class Meta:
        verbose_name = "question de la grille"
        verbose_name_plural = "questions de la grille"
        ordering = ["grid_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "code"], name="grid_question_code_unique"),
            models.UniqueConstraint(fields=["grid", "position"], name="grid_question_position_unique"),
            models.CheckConstraint(
                condition=Q(red_floor__isnull=True, red_sentence="")
                | (Q(red_floor__range=(1, 4)) & ~Q(red_sentence="")),
                name="grid_red_question_has_sentence",
                violation_error_message="Un facteur rouge a un niveau minimal et une phrase.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class GridReplay(models.Model):
    """A draft tried on past answers, in the background. It holds counts alone: no file, no person, no narrative."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grid = models.ForeignKey(GridVersion, models.CASCADE, related_name="replays", verbose_name="brouillon")
    # The revision of the draft that was replayed: the page says when it has changed since.
    revision = models.PositiveIntegerField("révision rejouée", default=0)
    months = models.PositiveSmallIntegerField("sur les derniers mois")
    state = models.CharField("état", max_length=10, choices=ReplayState, default=ReplayState.WAITING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par"
    )
    requested_at = models.DateTimeField("demandé le")
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    # {"evaluations", "cells": {"before-after": n}, "signed": {"after-signed": n}, "stored": …, "missing": {code: n}}
    result: Any = models.JSONField("résultat", default=dict)

    class Meta:
        verbose_name = "rejeu de la grille"
        verbose_name_plural = "rejeux de la grille"
        ordering = ["-requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid"],
                condition=Q(state=ReplayState.WAITING),
                name="grid_replay_one_waiting",
                violation_error_message="Un rejeu de ce brouillon est déjà en cours.",
            ),
        ]

    def __str__(self) -> str:
        return f"rejeu du {self.requested_at:%d/%m/%Y}"
