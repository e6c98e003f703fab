from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from accounts.services import TooManyAttempts, change_password, check_own_password
from core.forms import PortalForm, PortalFormMixin

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor


TOO_MANY_CODE = "too_many"
TOO_MANY_SENTENCE = "Trop d'essais ont échoué. Attendez un quart d'heure, ou appelez l'administrateur du portail."


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

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        # Django's help is a list, which a label cannot hold.
        self.fields["new_password1"].help_text = (
            "12 caractères au moins, pas seulement des chiffres, pas un mot de passe courant, "
            "rien qui ressemble à votre nom ou à votre adresse."
        )

    def clean_old_password(self) -> str:
        password = self.cleaned_data["old_password"]
        try:
            right = check_own_password(user=self.user, password=password, actor=self.actor)
        except TooManyAttempts:
            raise forms.ValidationError(TOO_MANY_SENTENCE, code=TOO_MANY_CODE) from None
        if not right:
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password

    def save(self, commit: bool = True) -> User:
        change_password(user=self.user, password=self.cleaned_data["new_password1"], actor=self.actor)
        return self.user
