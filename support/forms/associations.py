"""The keeper of the directory: an association, who works there, a table of associations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import OptimisticLockForm, PortalForm
from support.enums import Help
from support.services.association_files import CODE, MOST_BYTES
from support.services.associations import AssociationFacts
from territories.selectors import departements

if TYPE_CHECKING:
    from support.models import Association


class _AssociationFields(PortalForm):
    name = forms.CharField(label="Nom", max_length=120)
    telephone = forms.CharField(label="Téléphone", max_length=30, help_text="Par exemple : 02 61 91 00 00.")
    email = forms.EmailField(label="Adresse électronique", required=False)
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    hours = forms.CharField(
        label="Horaires", max_length=200, help_text="Par exemple : du lundi au vendredi, 9 h à 18 h."
    )
    helps = forms.MultipleChoiceField(label="Aides", choices=Help.choices, widget=forms.CheckboxSelectMultiple)
    departements = forms.CharField(
        label="Départements", max_length=600, help_text="Leurs codes, séparés par une virgule : 28, 45, 974."
    )

    def clean_telephone(self) -> str:
        telephone: str = self.cleaned_data["telephone"]
        if not any(character.isdigit() for character in telephone):
            raise ValidationError("Ce téléphone n'a aucun chiffre.")
        return telephone

    def clean_departements(self) -> str:
        """Kept as typed: the page shows it again."""
        typed: str = self.cleaned_data["departements"]
        codes = typed.replace(",", " ").replace(";", " ").upper().split()
        known = set(departements().values_list("pk", flat=True))
        self.codes = [code.zfill(2) for code in codes]
        if unknown := [code for code in self.codes if code not in known]:
            raise ValidationError(f"Département inconnu : {', '.join(unknown)[:60]}.")
        return typed

    @property
    def facts(self) -> AssociationFacts:
        texts = {name: self.cleaned_data[name] for name in ("name", "telephone", "hours", "email", "address")}
        return AssociationFacts(helps=self.cleaned_data["helps"], departements=sorted(set(self.codes)), **texts)


class NewAssociationForm(_AssociationFields):
    submit_label = "Inscrire l'association"

    code = forms.CharField(
        label="Code", max_length=40, help_text="Lettres sans accent, chiffres et tirets. Il ne change plus."
    )
    field_order = ("code",)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().lower()
        if not CODE.fullmatch(code):
            raise ValidationError("Le code n'a que des lettres sans accent, des chiffres et des tirets.")
        return code


class AssociationForm(_AssociationFields, OptimisticLockForm):
    submit_label = "Enregistrer"


def values_of(association: Association) -> dict[str, Any]:
    """What the form shows of an association."""
    names = ("name", "telephone", "email", "address", "hours", "helps")
    codes = sorted(departement.pk for departement in association.departements.all())
    return {name: getattr(association, name) for name in names} | {"departements": ", ".join(codes)}


class MemberForm(PortalForm):
    submit_label = "Ajouter cette personne"

    email = forms.EmailField(label="Adresse électronique de son compte")
    first_day = forms.DateField(label="Premier jour")
    last_day = forms.DateField(label="Dernier jour", required=False, help_text="S'il est connu.")


class EndMemberForm(PortalForm):
    submit_label = "Enregistrer le dernier jour"

    last_day = forms.DateField(label="Dernier jour")


class AssociationImportForm(PortalForm):
    submit_label = "Importer les lignes acceptées"
    draft_label = "Vérifier seulement"

    file = forms.FileField(
        label="Liste d'associations",
        help_text="CSV, 1 000 lignes et 1 Mo au plus.",
        allow_empty_file=True,
        error_messages={"required": "Choisissez un fichier."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError("Fichier refusé : il dépasse 1 Mo. Coupez-le en plusieurs.")
        return file
