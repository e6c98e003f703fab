from __future__ import annotations

from typing import Any

from django import forms

from core import clock
from core.forms import CHOOSE, OptimisticLockForm, PortalForm
from officials.enums import Kinship
from officials.services import PersonFacts


class PersonForm(OptimisticLockForm):
    """Somebody of the household. A new person has the version 0."""

    submit_label = "Enregistrer"

    kinship = forms.ChoiceField(label="Lien avec l'élu", choices=[("", CHOOSE), *Kinship.choices])
    first_name = forms.CharField(label="Prénom", max_length=100)
    last_name = forms.CharField(label="Nom", required=False, max_length=100)
    is_minor = forms.BooleanField(
        label="Cette personne est mineure", required=False, help_text="Prénom, lien et année de naissance suffisent."
    )
    birth_year = forms.IntegerField(label="Année de naissance", required=False, min_value=1900)
    telephone = forms.CharField(label="Téléphone", required=False, max_length=40)
    safe_contact = forms.CharField(
        label="Comment la joindre sans danger",
        required=False,
        max_length=300,
        help_text="Par exemple : portable, après 18 h, ne pas laisser de message.",
    )

    def clean_birth_year(self) -> int | None:
        year = self.cleaned_data["birth_year"]
        if year is not None and year > clock.today(clock.PARIS).year:
            raise forms.ValidationError("Cette année n'est pas encore venue.")
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_minor") and data.get("telephone"):
            self.add_error("telephone", "Pour un mineur, pas de téléphone : on passe par ses parents.")
        return data

    @property
    def facts(self) -> PersonFacts:
        return PersonFacts(**{name: self.cleaned_data[name] for name in PersonFacts.__dataclass_fields__})


class ActivationCodeForm(PortalForm):
    submit_label = "Donner un code"

    email = forms.EmailField(
        label="Adresse électronique de la personne",
        help_text="La sienne, pas celle de la mairie ni de l'élu. Elle servira à se connecter.",
    )
