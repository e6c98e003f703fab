from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from accounts.models import User
from call_buttons.enums import Opinion, RefusalMotive
from call_buttons.services import EndAnswers, Refusal
from core.forms import OptimisticLockForm, PortalForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from territories.models import Departement

TEXT_MAX = 5_000


class RequestForm(PortalForm):
    submit_label = "Demander le bouton d'appel"

    motive = forms.CharField(
        label="Pourquoi un bouton d'appel ?",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "5"}),
        help_text="La préfecture lit ce texte. L'élu ne le lit pas.",
    )


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


class ClosedDayForm(PortalForm):
    submit_label = "Déclarer ce jour fermé"

    departement = forms.ModelChoiceField(label="Département", queryset=None)
    day = forms.DateField(label="Jour")
    reason = forms.CharField(label="Raison", max_length=100, help_text="Par exemple : pont de l'Ascension.")

    def __init__(self, *args: Any, departements: QuerySet[Departement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["departement"]
        field.queryset = departements  # type: ignore[attr-defined]
        if len(found := list(departements[:2])) == 1:
            field.initial, field.empty_label = found[0], None  # type: ignore[attr-defined]


class OpinionForm(OptimisticLockForm):
    submit_label = "Enregistrer l'avis"

    opinion = forms.ChoiceField(label="Votre avis", choices=Opinion.choices, widget=forms.RadioSelect)
    opinion_text = forms.CharField(
        label="Raisons de l'avis", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": "4"})
    )


class GrantForm(PortalForm):
    submit_label = "Accorder pour trois mois"

    # What was read: the service refuses to sign another document.
    previewed = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RefusalForm(PortalForm):
    submit_label = "Voir l'aperçu du refus"
    TYPED = ("coded_motive", "internal_motive", "communicable_motive", "orientation")

    coded_motive = forms.ChoiceField(label="Motif codé", choices=[("", "---------"), *RefusalMotive.choices])
    internal_motive = forms.CharField(
        label="Motif interne",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Pour les services. Il n'apparaît jamais dans la lettre.",
    )
    communicable_motive = forms.CharField(
        label="Motif communicable",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Ce texte est écrit dans la lettre que l'élu reçoit.",
    )
    orientation = forms.CharField(
        label="Ce qui est proposé à la place",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Par exemple : inscription « Alarme élu » et diagnostic du référent sûreté.",
    )
    previewed = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def field_with(self, sign: str) -> str | None:
        """The text of the letter in which `sign` was typed; None when it comes from elsewhere."""
        texts = ("communicable_motive", "orientation")
        return next((name for name in texts if sign in self.cleaned_data.get(name, "")), None)

    @property
    def refusal(self) -> Refusal:
        data = self.cleaned_data
        return Refusal(
            coded_motive=RefusalMotive(data["coded_motive"]),
            internal_motive=data["internal_motive"],
            communicable_motive=data["communicable_motive"],
            orientation=data["orientation"],
        )
