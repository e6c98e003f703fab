from __future__ import annotations

from django import forms

from core.forms import PortalForm

CODE_MAX = 60


class TieForm(PortalForm):
    submit_label = "Relier ma fiche"

    code = forms.CharField(
        label="Code de votre fiche anonyme",
        max_length=CODE_MAX,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    consented = forms.BooleanField(
        label="J'ai lu ce texte et je suis d'accord",
        error_messages={"required": "Sans votre accord, rien n'est relié."},
    )


class UntieForm(PortalForm):
    submit_label = "Défaire le lien"

    code = forms.CharField(
        label="Code de votre fiche, si vous l'avez",
        max_length=CODE_MAX,
        required=False,
        help_text="Sans lui, le lien est défait aussi : ce que garde la fiche ne mène plus à rien.",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
