from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from cases.enums import ConsultationMotive, PartyRole
from core.forms import PortalForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User

TEXT_MAX = 1_000


def _lines(people: Sequence[User], functions: Mapping[int, str]) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one}, {functions.get(one.pk, 'sans habilitation')}") for one in people]


class _PeopleForm(PortalForm):
    """Chooses among a few people, each with what he is today."""

    def __init__(self, *args: Any, people: Sequence[User], functions: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        name = "people" if "people" in self.fields else "person"
        lines = _lines(people, functions)
        self.fields[name].choices = lines if name == "people" else [("", "Choisissez dans la liste"), *lines]  # type: ignore[attr-defined]


class RestrictForm(_PeopleForm):
    submit_label = "Restreindre l'accès"

    people = forms.MultipleChoiceField(
        label="Qui pourra ouvrir ce dossier, en plus de vous et des référents de l'unité ?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Si un bouton d'appel est demandé ou en cours, ajoutez l'instructeur et le décideur.",
    )
    reason = forms.CharField(
        label="Pourquoi restreindre l'accès ?", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": "3"})
    )

    @property
    def chosen(self) -> list[User]:
        return [self.people[pk] for pk in self.cleaned_data["people"]]


class AddAccessForm(_PeopleForm):
    submit_label = "Ajouter à la liste"

    person = forms.ChoiceField(label="Personne")
    until = forms.DateTimeField(
        label="Jusqu'au", required=False, help_text="Laissez vide pour un accès sans date de fin."
    )


class PartyForm(_PeopleForm):
    submit_label = "Déclarer"

    person = forms.ChoiceField(label="Agent concerné", help_text="Pour vous-même, demandez-le à un collègue.")
    role = forms.ChoiceField(label="À quel titre ?", choices=PartyRole.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Raison", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": "3"}))


class GlassForm(PortalForm):
    submit_label = "Ouvrir le dossier pour 24 heures"

    reason = forms.CharField(
        label="Pourquoi devez-vous ouvrir ce dossier maintenant ?",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="La hiérarchie de l'unité lit ce texte et dit si l'accès était justifié.",
    )


class FindRestrictedForm(PortalForm):
    method = "get"
    submit_label = "Continuer"

    reference = forms.RegexField(
        r"^\s*\d{4}-[0-9ABab]{2,3}-\d{5,9}\s*$",
        label="Référence du dossier",
        max_length=20,
        help_text="Par exemple 2026-45-00012. L'unité qui suit le dossier vous la donne.",
        error_messages={"invalid": "Écrivez la référence comme dans l'exemple : 2026-45-00012."},
    )


class GlassReviewForm(PortalForm):
    submit_label = "Enregistrer le contrôle"

    justified = forms.ChoiceField(
        label="Cet accès d'urgence était-il justifié ?",
        choices=[("yes", "oui"), ("no", "non")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Observations",
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Nécessaires si l'accès n'était pas justifié : il prend alors fin aussitôt.",
    )


class ConsultationForm(PortalForm):
    submit_label = "Ouvrir le dossier"

    motive = forms.ChoiceField(label="Pourquoi ouvrez-vous ce dossier ?", widget=forms.RadioSelect)
    note = forms.CharField(
        label="Précision",
        required=False,
        max_length=300,
        help_text="Nécessaire pour un remplacement ou une demande : qui remplacez-vous, ou qui le demande ?",
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)

    def __init__(self, *args: Any, national: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nobody else follows the nation.
        choices = [line for line in ConsultationMotive.choices if national or line[0] != ConsultationMotive.NATIONAL]
        self.fields["motive"].choices = choices  # type: ignore[attr-defined]
