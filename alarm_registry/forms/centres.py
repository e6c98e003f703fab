"""What an administrator gives a centre, and the passphrase that its supervisor chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from alarm_registry.services.extracts import SHORTEST_PASSPHRASE
from core.forms import PortalForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from territories.models import Departement


class _CentreForm(PortalForm):
    departement = forms.ModelChoiceField(label="Centre", queryset=None, help_text="Le département où il répond au 17.")

    def __init__(self, *args: Any, centres: QuerySet[Departement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].queryset = centres  # type: ignore[attr-defined]  # a field of choices


class TokenForm(_CentreForm):
    submit_label = "Créer le jeton"

    label = forms.CharField(
        label="Logiciel",
        max_length=60,
        help_text="Le journal l'écrit devant le nom de l'opérateur. Par exemple : logiciel d'appel.",
    )
    last_day = forms.DateField(label="Dernier jour de validité", help_text="Dans un an au plus.")
    certificate = forms.CharField(
        label="Empreinte SHA-256 du certificat du poste",
        max_length=130,
        required=False,
        help_text="Avec elle, le jeton ne vaut rien sans ce certificat. Laissez vide si le centre n'en a pas.",
    )


class ExtractForm(_CentreForm):
    submit_label = "Permettre l'extrait"

    recipient = forms.CharField(
        label="Destinataire",
        max_length=120,
        help_text="La personne qui le garde. Son nom est écrit dans l'extrait et s'affiche sur chaque écran.",
    )


class PassphraseForm(PortalForm):
    submit_label = "Choisir cette phrase de passe"

    passphrase = forms.CharField(
        label="Phrase de passe",
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=(
            f"{SHORTEST_PASSPHRASE} signes au moins : cinq ou six mots sans rapport entre eux."
            " Le portail ne la garde pas : perdue, il faut en choisir une autre."
        ),
    )
    again = forms.CharField(
        label="La même, une seconde fois",
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again = self.cleaned_data["again"]
        if "passphrase" in self.cleaned_data and again != self.cleaned_data["passphrase"]:
            raise forms.ValidationError("Ce n'est pas la même phrase de passe.")
        return again
