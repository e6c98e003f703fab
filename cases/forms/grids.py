from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from cases.enums import Level, MeasureKind
from cases.services import QuestionFields
from core.forms import OptimisticLockForm, PortalForm

if TYPE_CHECKING:
    from cases.models import GridQuestion, GridVersion, UrgencyDelay

NEW_THEME = "nouveau"


def _points(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=1000, **more)


def _measures(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=MeasureKind.choices, widget=forms.CheckboxSelectMultiple
    )


class GridSettingsForm(OptimisticLockForm):
    """Thresholds, the share of « ne sait pas », the measures that each level suggests."""

    submit_label = "Enregistrer les réglages"
    layout = Layout(
        Fieldset("La version", "label", "change_note"),
        Fieldset("Les niveaux", "moderate_from", "high_from", "very_high_from", "unknown_percent"),
        Fieldset("Les mesures suggérées", *[f"measures_{level}" for level in Level.values]),
    )

    label = forms.CharField(label="Intitulé", max_length=200)
    change_note = forms.CharField(
        label="Ce qui change et pourquoi",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="À écrire avant de publier. Les référents le liront.",
    )
    moderate_from = _points("Modéré à partir de (points)")
    high_from = _points("Élevé à partir de (points)")
    very_high_from = _points("Très élevé à partir de (points)")
    unknown_percent = forms.IntegerField(
        label="Part des points que vaut « ne sait pas » (pour cent)",
        min_value=0,
        max_value=100,
        help_text="À 50, une question à 4 points en ajoute 2. Une réponse inconnue n'est jamais un « non ».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level in Level:
            self.fields[f"measures_{level.value}"] = _measures(f"Niveau {level.label}")

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        levels = {str(value): data[f"measures_{value}"] for value in Level.values}
        names = ("label", "change_note", "moderate_from", "high_from", "very_high_from", "unknown_percent")
        return {name: data[name] for name in names} | {"measures_by_level": levels}


def settings_values(grid: GridVersion) -> dict[str, Any]:
    names = ("label", "change_note", "moderate_from", "high_from", "very_high_from", "unknown_percent")
    values = {name: getattr(grid, name) for name in names}
    return values | {f"measures_{level}": grid.measures_by_level.get(str(level), []) for level in Level.values}


class GridQuestionForm(OptimisticLockForm):
    submit_label = "Enregistrer la question"
    layout = Layout(
        Fieldset("La question", "section", "new_section", "text", "weight"),
        Fieldset("Facteur rouge", "red_floor", "red_sentence"),
        Fieldset("Mesures suggérées si la réponse est « oui »", "measures"),
    )

    section = forms.ChoiceField(label="Thème")
    new_section = forms.CharField(label="Nom du nouveau thème", required=False, max_length=100)
    text = forms.CharField(
        label="Question",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text="On y répond par oui, non ou « ne sait pas ».",
    )
    weight = forms.IntegerField(
        label="Points si la réponse est « oui »",
        min_value=-100,
        max_value=100,
        help_text="Négatif pour un facteur protecteur.",
    )
    red_floor = forms.TypedChoiceField(
        label="Niveau minimal si la réponse est « oui »",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Aucun : question ordinaire"), *[(str(value), label) for value, label in Level.choices]],
    )
    red_sentence = forms.CharField(
        label="Phrase du facteur rouge",
        required=False,
        max_length=300,
        help_text="Elle dit au référent pourquoi le niveau monte.",
    )
    measures = _measures("Mesures")

    def __init__(self, *args: Any, themes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [*[(theme, theme) for theme in themes], (NEW_THEME, "Un nouveau thème")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("section") == NEW_THEME and not data.get("new_section"):
            self.add_error("new_section", "Écrivez le nom du nouveau thème.")
        return data

    @property
    def values(self) -> QuestionFields:
        data = self.cleaned_data
        return QuestionFields(
            section=data["new_section"] if data["section"] == NEW_THEME else data["section"],
            text=data["text"],
            weight=data["weight"],
            red_floor=data["red_floor"],
            red_sentence=data["red_sentence"],
            measures=data["measures"],
        )


def question_values(question: GridQuestion) -> dict[str, Any]:
    return {
        "section": question.section,
        "text": question.text,
        "weight": question.weight,
        "red_floor": question.red_floor,
        "red_sentence": question.red_sentence,
        "measures": question.measures,
    }


class ReplayForm(PortalForm):
    submit_label = "Rejouer le brouillon"

    months = forms.TypedChoiceField(
        label="Évaluations validées",
        coerce=int,
        choices=[("3", "des 3 derniers mois"), ("12", "des 12 derniers mois"), ("24", "des 24 derniers mois")],
        initial="12",
    )


class PublishForm(PortalForm):
    submit_label = "Publier cette version"

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    note = forms.CharField(
        label="Ce qui change et pourquoi", max_length=500, widget=forms.Textarea(attrs={"rows": "4"})
    )
    sure = forms.BooleanField(label="J'ai relu les questions et les avertissements.")


class DelayForm(OptimisticLockForm):
    submit_label = "Changer le délai"

    hours = forms.IntegerField(label="Délai pour évaluer (heures)", min_value=1, max_value=720)
    hierarchy_hours = forms.IntegerField(
        label="Prévenir la hiérarchie après (heures de retard)", min_value=1, max_value=1440
    )
    prefecture_hours = forms.IntegerField(
        label="Prévenir la préfecture après (heures de retard)", min_value=2, max_value=1440
    )
    reason = forms.CharField(
        label="Pourquoi ce délai change", max_length=400, widget=forms.Textarea(attrs={"rows": "3"})
    )


def delay_values(delay: UrgencyDelay) -> dict[str, Any]:
    return {name: getattr(delay, name) for name in ("hours", "hierarchy_hours", "prefecture_hours")}


class FollowUpForm(PortalForm):
    method = "get"
    submit_label = "Afficher"

    mois = forms.TypedChoiceField(
        label="Période",
        coerce=int,
        empty_value=12,
        required=False,
        choices=[
            ("1", "le dernier mois"),
            ("3", "les 3 derniers mois"),
            ("12", "les 12 derniers mois"),
            ("24", "les 24 derniers mois"),
        ],
    )
    departement = forms.ChoiceField(label="Département", required=False)

    def __init__(self, *args: Any, departements: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].choices = [("", "Tous"), *departements]
        if not departements:
            del self.fields["departement"]
