from __future__ import annotations

from django import forms

from cases.enums import Level
from core.forms import PortalForm


class CaseFilterForm(PortalForm):
    method = "get"
    submit_label = "Filtrer"

    q = forms.CharField(label="Nom de l'élu ou référence", required=False, max_length=100)
    state = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"),
            ("open", "Ouverts"),
            ("unevaluated", "À évaluer"),
            ("late", "En retard"),
            ("closed", "Clos"),
            ("merged", "Fusionnés"),
        ],
    )
    level = forms.ChoiceField(
        label="Niveau", required=False, choices=[("", "Tous"), *[(str(v), label) for v, label in Level.choices]]
    )
