"""Short forms about a registration: a correction and its answer, an absence, a withdrawal at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from alarm_registry.models import RegisteredAddress
from alarm_registry.services import AbsenceFacts
from alarm_registry.services.absences import WATCHED
from core.forms import PortalForm

if TYPE_CHECKING:
    from alarm_registry.models import Registration

TEXT_MAX = 2_000
LINE_MAX = 200


class CorrectionForm(PortalForm):
    submit_label = "Demander la correction"

    text = forms.CharField(
        label="Qu'est-ce qui est à corriger ?",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Par exemple : j'ai changé de portable, ou l'adresse de la mairie n'est plus la bonne.",
    )


class AnswerForm(PortalForm):
    submit_label = "Répondre"

    answer = forms.CharField(
        label="Ce qui est changé, ou pourquoi rien ne l'est",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="La personne lit cette réponse. Modifiez d'abord l'inscription s'il y a lieu.",
    )


class WithdrawForm(PortalForm):
    submit_label = "Retirer et tout effacer"

    asked = forms.BooleanField(
        label="La personne le demande, en personne ou par écrit",
        error_messages={"required": "Une inscription se retire à la demande de la personne."},
    )


class WatchedAddressField(forms.ModelChoiceField):
    def label_from_instance(self, obj: RegisteredAddress) -> str:  # type: ignore[override]  # the field lists addresses alone
        return f"{obj.get_kind_display().capitalize()} : {obj.address}, {obj.town}"


class AbsenceForm(PortalForm):
    """The rule of the force is applied by the service: what it refuses comes back beside its field."""

    submit_label = "Déclarer l'absence"

    address = WatchedAddressField(
        label="Adresse où il n'y aura personne",
        queryset=RegisteredAddress.objects.none(),
        error_messages={"invalid_choice": "Cette adresse n'est plus inscrite : choisissez-en une autre."},
    )
    first_day = forms.DateField(label="Premier jour d'absence")
    last_day = forms.DateField(label="Dernier jour d'absence")
    key_holder = forms.CharField(
        label="Qui a les clés",
        max_length=LINE_MAX,
        required=False,
        help_text="Prévenez cette personne que son nom est noté ici.",
    )
    key_holder_telephone = forms.CharField(
        label="Son téléphone", max_length=LINE_MAX, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    note = forms.CharField(
        label="À savoir pendant l'absence",
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text="Par exemple : la lumière du garage s'allume seule le soir.",
    )

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        homes = registration.addresses.filter(kind__in=WATCHED).select_related("registration__key").order_by("rank")
        field = self.fields["address"]
        field.queryset = homes  # type: ignore[attr-defined]  # a field of choices
        if len(found := list(homes[:2])) == 1:
            field.initial, field.empty_label = found[0], None  # type: ignore[attr-defined]  # a field of choices

    @property
    def facts(self) -> AbsenceFacts:
        data = self.cleaned_data
        return AbsenceFacts(
            first_day=data["first_day"],
            last_day=data["last_day"],
            key_holder=data["key_holder"],
            key_holder_telephone=data["key_holder_telephone"],
            note=data["note"],
        )
