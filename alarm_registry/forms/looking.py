"""The fields of the 17: one has the focus, everything is done with the keyboard."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.urls import reverse

from alarm_registry.services.handling import LONGEST_LINE
from core.forms import PortalForm
from core.telephones import candidates
from territories.fields import CommuneField

NOT_A_NUMBER = "Ce n'est pas un numéro que l'on peut chercher. Corrigez-le, ou cherchez par le nom."


class _ActingForm(PortalForm):
    """A form that is sent to its own address, whatever page shows it: the answers of the 17 are not redirects."""

    url_name = ""

    @property
    def form_attrs(self) -> dict[str, Any]:  # type: ignore[override]  # an address is known once URLs are
        return {"action": reverse(self.url_name)}


class _AnsweredForm(_ActingForm):
    """With htmx, only the answer and the field are drawn again."""

    focused = ""

    def take_focus(self) -> None:
        """One field of the page has it, the one that is typed in next."""
        self.fields[self.focused].widget.attrs["autofocus"] = True

    @property
    def form_attrs(self) -> dict[str, Any]:  # type: ignore[override]  # as above
        return super().form_attrs | {"hx-post": reverse(self.url_name), "hx-target": "#resultat"}


class _SearchForm(_AnsweredForm):
    """Shows « Appel urgent » once a pause was asked, so that no call waits."""

    submit_label = "Chercher"
    forced = forms.BooleanField(
        label="Appel urgent : chercher sans attendre",
        help_text="Le superviseur en est informé.",
        required=False,
    )

    def __init__(self, *args: Any, paused: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not paused:
            self.fields["forced"].widget = forms.HiddenInput()


class NumberForm(_SearchForm):
    url_name, focused = "alarm_registry:search", "number"
    field_order = ("number", "forced")

    number = forms.CharField(
        label="Numéro de l'appelant",
        help_text="Tapez-le ou collez-le comme il s'affiche.",
        max_length=200,
        strip=True,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    def __init__(self, *args: Any, departement: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.departement = departement

    def clean_number(self) -> str:
        text = self.cleaned_data["number"]
        if not candidates(text, departement=self.departement):
            raise forms.ValidationError(NOT_A_NUMBER)
        return text


class NameForm(_SearchForm):
    url_name, focused = "alarm_registry:search_name", "name"
    field_order = ("name", "commune", "forced")

    name = forms.CharField(label="Nom de l'appelant", max_length=150)
    commune = CommuneField(label="Commune", required=False, help_text="Celle de son mandat, s'il la donne.")


class ElsewhereForm(_AnsweredForm):
    url_name, focused = "alarm_registry:choose", "reason"
    submit_label = "Ouvrir la fiche"

    registration = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Pourquoi ouvrir une fiche hors de votre ressort ?",
        help_text="Par exemple : appel dérouté, élu de passage dans le département.",
        max_length=300,
    )


class HandledForm(_ActingForm):
    url_name = "alarm_registry:handled"
    submit_label = "Appel traité"

    registration = forms.UUIDField(widget=forms.HiddenInput)
    submission = forms.UUIDField(widget=forms.HiddenInput)
    line = forms.CharField(
        label="Ce qui a été fait, en une ligne",
        help_text="Le référent le lira. Rien d'autre n'est demandé.",
        max_length=LONGEST_LINE,
    )

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "submission":
            return uuid.uuid4()
        return super().get_initial_for_field(field, field_name)
