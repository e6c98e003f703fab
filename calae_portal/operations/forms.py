from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core import clock
from core.forms import PortalForm
from core.journal import Action, Outcome

EARLIEST = datetime(2015, 1, 1, tzinfo=clock.PARIS)
LATEST = datetime(2045, 1, 1, tzinfo=clock.PARIS)


class ClockForm(PortalForm):
    submit_label = "Déplacer la date"

    moment = forms.DateTimeField(
        label="Nouvelle date et heure",
        help_text="Heure de Paris. L'horloge continue d'avancer à partir de ce moment.",
        error_messages={"required": "Indiquez la date et l'heure."},
    )

    def clean_moment(self) -> datetime:
        moment: datetime = self.cleaned_data["moment"]
        if not EARLIEST <= moment < LATEST:
            raise forms.ValidationError("Choisissez une date entre le 01/01/2015 et le 31/12/2044.")
        return moment


# Far enough for any question; the day after the last day that Python knows does not exist.
LAST_DAY = date(2999, 12, 31)


class JournalFilterForm(PortalForm):
    method = "get"
    submit_label = "Filtrer"
    layout = Layout(
        Row(Column("action"), Column("outcome"), Column("person")),
        Row(Column("reference"), Column("first_day"), Column("last_day")),
    )

    action = forms.ChoiceField(label="Action", required=False, choices=[("", "Toutes"), *Action.choices])
    outcome = forms.ChoiceField(label="Résultat", required=False, choices=[("", "Tous"), *Outcome.choices])
    person = forms.CharField(
        label="Personne", required=False, max_length=100, help_text="Nom ou prénom d'un titulaire de compte."
    )
    reference = forms.CharField(
        label="Objet", required=False, max_length=200, help_text="Référence exacte, par exemple 2026-45-00012."
    )
    first_day = forms.DateField(label="Du", required=False)
    last_day = forms.DateField(label="Au (inclus)", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "La fin de la période précède son début.")
        return cleaned

    @property
    def period(self) -> dict[str, datetime]:
        """Bounds asked for, in Paris, the last day included."""
        bounds = {}
        if first := self.cleaned_data.get("first_day"):
            bounds["since"] = datetime.combine(first, time(), clock.PARIS)
        if last := self.cleaned_data.get("last_day"):
            bounds["until"] = datetime.combine(min(last, LAST_DAY) + timedelta(days=1), time(), clock.PARIS)
        return bounds
