"""Merging, linking, contacts between units, imports of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from cases.enums import IdentifierKind, LinkKind
from cases.services.fact_table import MOST_BYTES
from core.forms import PortalForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cases.models import Threat

OTHER = "autre"


def _threat_words(threat: Threat) -> str:
    return f"même fait que : {_fact_words(threat)}"


def _fact_words(threat: Threat) -> str:
    return f"{threat} à {threat.local_occurred_at:%H h %M}, {threat.commune}"


class MergeForm(PortalForm):
    """For each threat that comes, whether the surviving file tells it already; and why the files are one."""

    submit_label = "Fusionner les deux dossiers"

    reason = forms.CharField(
        label="Pourquoi ces deux dossiers n'en font qu'un",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(self, *args: Any, moving: Iterable[Threat], kept: Iterable[Threat], **kwargs: Any) -> None:
        choices = [("", "---------"), (OTHER, "autre fait"), *[(str(t.pk), _threat_words(t)) for t in kept]]
        self.moving = list(moving)
        # Before the base, which dresses the fields it finds.
        self.base_fields = {
            f"double_{threat.pk.hex}": forms.ChoiceField(label=capfirst(_fact_words(threat)), choices=choices)
            for threat in self.moving
        } | self.base_fields
        super().__init__(*args, **kwargs)

    @property
    def doubles(self) -> dict[UUID, UUID | None]:
        answers = {threat.pk: self.cleaned_data[f"double_{threat.pk.hex}"] for threat in self.moving}
        return {pk: None if answer == OTHER else UUID(answer) for pk, answer in answers.items()}


class LinkForm(PortalForm):
    submit_label = "Lier les deux dossiers"

    reference = forms.CharField(
        label="Référence de l'autre dossier", max_length=20, help_text="Par exemple 2026-45-00012."
    )
    kind = forms.ChoiceField(label="Ce qu'ils ont en commun", choices=LinkKind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Pourquoi", max_length=400, widget=forms.Textarea(attrs={"rows": "3"}))


class OtherFileForm(PortalForm):
    method = "get"
    submit_label = "Comparer les deux dossiers"

    autre = forms.CharField(label="Référence de l'autre dossier", max_length=20, help_text="Par exemple 2026-45-00012.")


class SharedIdentifierForm(PortalForm):
    submit_label = "Ajouter à la liste"

    kind = forms.ChoiceField(label="Nature", choices=IdentifierKind.choices)
    value = forms.CharField(label="Numéro ou adresse", max_length=200)
    label = forms.CharField(
        label="À qui est-il ?", max_length=150, help_text="Par exemple : standard de la mairie d'Olmes."
    )


class FactImportForm(PortalForm):
    submit_label = "Importer les lignes acceptées"
    draft_label = "Vérifier seulement"

    file = forms.FileField(
        label="Tableau de faits",
        help_text="CSV ou XLSX, 1 000 lignes et 10 Mo au plus.",
        allow_empty_file=True,
        error_messages={"required": "Choisissez un fichier."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError("Fichier refusé : il dépasse 10 Mo. Coupez-le en plusieurs.")
        return file
