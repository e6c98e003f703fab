"""What somebody who helps says of hours, places, absences and colleagues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from core.forms import PortalForm
from support.enums import MeetingMode, Weekday
from support.models import Place
from support.selectors.associations import colleagues_of
from support.services.hours import Opening
from territories.models import Departement

if TYPE_CHECKING:
    from support.models import AssociationMember


class _OfAMember(PortalForm):
    """A form whose lists are those of an association; without a member, they are empty."""

    def __init__(self, *args: Any, member: AssociationMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        if "departement" in self.fields:
            self._set_departements(self.fields["departement"])

    def _set_departements(self, field: Any) -> None:
        field.queryset = self.member.association.departements.order_by("code")
        if len(found := list(self.member.association.departements.all())) == 1:
            field.initial, field.empty_label = found[0], None


class AvailabilityForm(_OfAMember):
    submit_label = "Ajouter ces heures"

    mode = forms.ChoiceField(label="Comment", choices=MeetingMode.choices, widget=forms.RadioSelect)
    departement = forms.ModelChoiceField(
        label="Département", queryset=Departement.objects.none(), help_text="Les heures sont celles de ce département."
    )
    place = forms.ModelChoiceField(
        label="Lieu", queryset=Place.objects.none(), required=False, help_text="Seulement si vous recevez sur place."
    )
    weekday = forms.TypedChoiceField(
        label="Chaque semaine, le",
        choices=[("", "Choisissez dans la liste"), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    day = forms.DateField(
        label="Ou un seul jour", required=False, help_text="Cette date remplace le jour de la semaine."
    )
    start = forms.TimeField(label="De")
    end = forms.TimeField(label="À")
    first_day = forms.DateField(label="À partir du", required=False, help_text="Sans date : dès aujourd'hui.")
    last_day = forms.DateField(
        label="Jusqu'au", required=False, help_text="Sans date : jusqu'à ce que vous le retiriez."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.open().filter(association=self.member.association_id)
        self.fields["place"].queryset = places.order_by("departement", "name", "pk")  # type: ignore[attr-defined]

    @property
    def opening(self) -> Opening:
        return Opening(**self.cleaned_data)


class AbsenceForm(PortalForm):
    submit_label = "Noter l'absence"

    first_day = forms.DateField(label="Premier jour")
    last_day = forms.DateField(label="Dernier jour")
    start = forms.TimeField(label="De", required=False, help_text="Sans heures : toute la journée.")
    end = forms.TimeField(label="À", required=False)


class PlaceForm(_OfAMember):
    submit_label = "Ajouter ce lieu"

    departement = forms.ModelChoiceField(label="Département", queryset=Departement.objects.none())
    name = forms.CharField(label="Nom", max_length=100, help_text="Par exemple : Maison de la justice.")
    address = forms.CharField(label="Adresse", max_length=200)
    access = forms.CharField(
        label="Comment y entrer",
        max_length=200,
        required=False,
        help_text="Ce qui rassure en arrivant : l'étage, la sonnette, l'entrée discrète.",
    )


class VideoForm(PortalForm):
    submit_label = "Enregistrer le lien"

    link = forms.CharField(
        label="Lien de visio",
        max_length=500,
        required=False,
        help_text="Celui de l'outil de votre association. Il commence par https://. Vide : plus de lien.",
    )


class ReplacementForm(PortalForm):
    submit_label = "Noter le remplacement"

    member = forms.ModelChoiceField(label="Qui est absent", queryset=None)
    colleague = forms.ModelChoiceField(label="Qui garde ses rendez-vous", queryset=None)
    first_day = forms.DateField(label="Premier jour")
    last_day = forms.DateField(label="Dernier jour")

    def __init__(self, *args: Any, member: AssociationMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [one.pk for one in colleagues_of(member)]
        for name in ("member", "colleague"):
            field: Any = self.fields[name]
            found = type(member).objects.filter(pk__in=keys).select_related("user")
            field.queryset = found.order_by("user__last_name", "user__first_name", "pk")
            field.label_from_instance = lambda one: str(one.user)
        self.fields["member"].initial = member.pk
