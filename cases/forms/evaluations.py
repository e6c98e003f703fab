from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from crispy_forms.layout import Fieldset, Layout
from django import forms

from cases.enums import Answer, Level
from cases.forms.threats import DESCRIPTION_MAX, DETAIL_MAX
from core.forms import FRENCH_ERRORS, OptimisticLockForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.models import Evaluation
    from cases.selectors.people import Covered


class EvaluationForm(OptimisticLockForm):
    """The grid of the evaluation's own version, one question a field; then the level that the référent signs."""

    submit_label = "Transmettre à la hiérarchie"
    draft_label = "Enregistrer le brouillon"

    # Names the page, so that it does not meet its own automatic save.
    window = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
    signed_level = forms.TypedChoiceField(
        label="Niveau que vous retenez",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Celui que calcule la grille"), *[(str(value), label) for value, label in Level.choices]],
        help_text="La grille aide, vous décidez. Pour un autre niveau, écrivez pourquoi.",
    )
    departure_reason = forms.CharField(
        label="Pourquoi un autre niveau que celui de la grille",
        required=False,
        max_length=DETAIL_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    comment = forms.CharField(
        label="Observations",
        required=False,
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, evaluation: Evaluation, people: Sequence[Covered] = (), **kwargs: Any) -> None:
        questions = list(evaluation.grid.questions.all())
        kwargs["initial"] = (
            stored_answers(evaluation, people)
            | {"version": evaluation.version, "window": uuid4().hex}
            | kwargs.get("initial", {})
        )
        super().__init__(*args, **kwargs)
        sections: dict[str, list[str]] = {}
        grid_fields = {}
        for question in questions:
            name = f"q_{question.code}"
            grid_fields[name] = forms.ChoiceField(
                label=question.text,
                choices=Answer.choices,
                widget=forms.RadioSelect(attrs={"data-inline": "1"}),
                required=False,
                error_messages={"invalid_choice": FRENCH_ERRORS["invalid_choice"]},
                help_text="Facteur rouge." if question.red_floor else "",
            )
            sections.setdefault(question.section, []).append(name)
        tail = {name: self.fields.pop(name) for name in ("signed_level", "departure_reason", "comment")}
        notes = {f"n_{person.key}": _note_field(person.label) for person in people if not person.is_main}
        self.fields.update(grid_fields)
        self.fields.update(notes)
        self.fields.update(tail)
        self.layout = Layout(
            *[Fieldset(title, *names) for title, names in sections.items()],
            *([Fieldset("Ce que cela change pour les proches", *notes)] if notes else []),
            Fieldset("Votre conclusion", *tail),
        )

    @property
    def answers(self) -> dict[str, str]:
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith("q_") and value}

    @property
    def notes(self) -> dict[str, str]:
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith("n_")}

    def require_answers(self) -> bool:
        """To send, every question has an answer; to keep a draft, none is needed."""
        for name in self.fields:
            if name.startswith("q_") and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, "Répondez à cette question. « Ne sait pas » est une réponse.")
        return not self.errors


def _note_field(label: str) -> forms.CharField:
    return forms.CharField(
        label=f"Pour {label}",
        required=False,
        max_length=DETAIL_MAX,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text="Par exemple : trajet de l'école, domicile, lieu de travail.",
    )


def stored_answers(evaluation: Evaluation, people: Sequence[Covered]) -> dict[str, Any]:
    """What is saved of an evaluation, as the fields of the form hold it."""
    values: dict[str, Any] = {f"q_{code}": answer for code, answer in evaluation.answers.items()}
    values |= {f"n_{person.key}": person.note for person in people}
    return values | {
        "signed_level": evaluation.signed_level,
        "departure_reason": evaluation.departure_reason or "",
        "comment": evaluation.comment or "",
    }
