"""A request taken back, and an end that is prepared."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from call_buttons.forms import TEXT_MAX
from call_buttons.services import EndAnswers
from core.forms import OptimisticLockForm, PortalForm


class WithdrawForm(PortalForm):
    submit_label = "Retirer la demande"

    reason = forms.CharField(
        label="Pourquoi retirez-vous cette demande ?",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="La préfecture lit ce texte. L'élu ne le lit pas.",
    )


def _question(label: str, help_text: str = "") -> forms.CharField:
    # May wait in a draft; it is not optional for that.
    widget = forms.Textarea(attrs={"rows": "3", "data-asked": ""})
    return forms.CharField(label=label, help_text=help_text, max_length=TEXT_MAX, widget=widget, required=False)


class EndPlanForm(OptimisticLockForm):
    submit_label = "Enregistrer les réponses"

    danger = _question("1. Le danger demeure-t-il, et pourquoi la mesure peut-elle finir ?")
    replacement = _question("2. Qu'est-ce qui remplace le bouton d'appel ?")
    comeback = _question("3. Qu'est-ce qui le ferait revenir ?", "Par exemple : une nouvelle menace, une libération.")
    caller = forms.ModelChoiceField(
        label="4. Qui appelle la personne, 30 jours après la fin ?",
        queryset=None,
        required=False,
        widget=forms.Select(attrs={"data-asked": ""}),
        help_text="Cette personne aura la tâche à cette date.",
    )
    device_return = _question("5. Comment et quand l'appareil revient-il ?")
    person_told = forms.ChoiceField(
        label="La personne est-elle prévenue ?",
        choices=[("yes", "oui"), ("no", "pas encore")],
        widget=forms.RadioSelect(attrs={"data-asked": ""}),
        required=False,
    )

    def __init__(self, *args: Any, callers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=[user.pk for user in callers]).order_by("last_name", "first_name", "pk")
        self.fields["caller"].queryset = people  # type: ignore[attr-defined]

    @property
    def answers(self) -> EndAnswers:
        data = self.cleaned_data
        return EndAnswers(
            danger=data["danger"],
            replacement=data["replacement"],
            comeback=data["comeback"],
            caller=data["caller"],
            device_return=data["device_return"],
            person_told={"yes": True, "no": False, "": None}[data["person_told"]],
        )


class TakeNoteForm(forms.Form):
    """The version that the decision-maker read."""

    version = forms.IntegerField(min_value=0)
