from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from core.forms import PortalForm, PortalFormMixin


class SignInForm(PortalForm):
    submit_label = "Se connecter"

    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Format attendu : prenom.nom@domaine.fr",
        error_messages={"required": "Saisissez votre adresse électronique."},
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        error_messages={"required": "Saisissez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(PortalFormMixin, PasswordChangeForm):
    submit_label = "Changer le mot de passe"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django's help is a list, which a label cannot hold.
        self.fields["new_password1"].help_text = (
            "12 caractères au moins, pas seulement des chiffres, pas un mot de passe courant, "
            "rien qui ressemble à votre nom ou à votre adresse."
        )
