"""What a supervisor of the 17 writes, and the limits that an administrator announces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from alarm_registry.enums import LookupKind, SampleVerdict
from alarm_registry.models.lookup import MOST_IN_AN_HOUR
from alarm_registry.services.alerts import LONGEST_ANSWER
from alarm_registry.services.sampling import LONGEST_NOTE
from core.forms import PortalForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


class SearchFilterForm(PortalForm):
    method = "get"
    submit_label = "Filtrer"

    operator = forms.ChoiceField(label="Opérateur", required=False)
    kind = forms.ChoiceField(
        label="Recherche par", required=False, choices=[("", "Toutes les recherches"), *LookupKind.choices]
    )
    missed = forms.BooleanField(label="Sans résultat", required=False)
    forced = forms.BooleanField(label="Appel urgent, pendant une pause", required=False)
    through_api = forms.BooleanField(label="Par le logiciel du centre", required=False)

    def __init__(self, *args: Any, operators: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(user.pk), user.get_full_name()) for user in operators]
        self.fields["operator"].choices = [("", "Tous les opérateurs"), *names]  # type: ignore[attr-defined]  # a field of choices


class AnswerForm(PortalForm):
    submit_label = "Clore l'alerte"

    answer = forms.CharField(
        label="Suite donnée, en une ligne",
        help_text="Par exemple : vu avec lui, afflux d'appels après l'orage ; ou : signalé au chef de centre.",
        max_length=LONGEST_ANSWER,
        error_messages={"required": "Écrivez en une ligne la suite donnée."},
    )


class SampleForm(PortalForm):
    submit_label = "Enregistrer le contrôle"

    verdict = forms.ChoiceField(
        label="Cette consultation est",
        choices=SampleVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si cette consultation est justifiée."},
    )
    note = forms.CharField(
        label="Observation",
        help_text="À remplir si elle est à expliquer : dites ce que vous demandez, et à qui.",
        max_length=LONGEST_NOTE,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("verdict") == SampleVerdict.TO_EXPLAIN and not data.get("note", "").strip():
            self.add_error("note", "Écrivez en une ligne ce qui est à expliquer.")
        return data


class LimitsForm(PortalForm):
    submit_label = "Annoncer ces limites"

    in_force_from = forms.DateField(label="En vigueur à partir du", help_text="Demain ou plus tard.")
    in_five_minutes = forms.IntegerField(label="Recherches en 5 minutes", min_value=5, max_value=MOST_IN_AN_HOUR)
    in_an_hour = forms.IntegerField(label="Recherches en une heure", min_value=5, max_value=MOST_IN_AN_HOUR)
    misses_in_an_hour = forms.IntegerField(
        label="Recherches sans résultat en une heure", min_value=5, max_value=MOST_IN_AN_HOUR
    )
    sequence = forms.IntegerField(
        label="Numéros qui se suivent",
        min_value=3,
        max_value=50,
        help_text="Combien de numéros cherchés l'un après l'autre peuvent se suivre avant l'alerte.",
    )
    same_commune = forms.IntegerField(
        label="Personnes d'une même commune en une heure", min_value=3, max_value=MOST_IN_AN_HOUR
    )
    pause_seconds = forms.IntegerField(
        label="Pause, en secondes",
        min_value=0,
        max_value=60,
        help_text="60 au plus : le 17 n'est jamais bloqué. « Appel urgent » passe toujours.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        few, many = data.get("in_five_minutes"), data.get("in_an_hour")
        if few is not None and many is not None and many < few:
            self.add_error("in_an_hour", "En une heure, autorisez au moins autant de recherches qu'en 5 minutes.")
        return data
