from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from cases.enums import AuthorKnowledge, Channel, Complaint, Nature, Urgency
from cases.models.threat import EARLIEST_FACT
from cases.services import ThreatFacts
from core import clock
from core.forms import OptimisticLockForm, PortalForm
from core.wording import local_datetime_words
from officials.models import Mandate
from territories.fields import CommuneField

if TYPE_CHECKING:
    from cases.models import Threat
    from officials.models import Official

DESCRIPTION_MAX = 20_000
DETAIL_MAX = 2_000


class ThreatFields(forms.Form):
    """The facts, as a référent says them at a counter. The zone of the date is that of the commune of the fact."""

    layout = Layout(
        Fieldset("Les faits", "nature", "channel", "occurred_date", "occurred_time", "commune", "place", "mandate"),
        Fieldset("Le récit", "description"),
        Fieldset("L'auteur et la plainte", "author_knowledge", "author_description", "complaint"),
        Fieldset("L'urgence", "urgency"),
    )

    nature = forms.ChoiceField(label="Nature des faits", choices=[("", "---------"), *Nature.choices])
    channel = forms.ChoiceField(label="Moyen utilisé", choices=[("", "---------"), *Channel.choices])
    occurred_date = forms.DateField(label="Date des faits", help_text="Par exemple 12/01/2026.")
    occurred_time = forms.TimeField(
        label="Heure des faits",
        help_text="Heure locale de la commune des faits, par exemple 21:40.",
    )
    commune = CommuneField(
        label="Commune des faits",
        help_text="Nom, avec le département si plusieurs communes le portent : « Saint-Denis (974) ». Ou code INSEE.",
    )
    place = forms.CharField(
        label="Lieu précis", required=False, max_length=DETAIL_MAX, help_text="Adresse, ou endroit que l'on reconnaît."
    )
    mandate = forms.ModelChoiceField(
        label="Mandat visé",
        queryset=Mandate.objects.none(),
        required=False,
        help_text="À quel titre l'élu est-il visé ?",
    )
    description = forms.CharField(
        label="Récit des faits",
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": "8"}),
        help_text="Ce qui a été dit ou fait, dans les mots exacts si possible.",
        error_messages={
            "max_length": "Le récit dépasse %(limit_value)d caractères : joignez le détail à la procédure."
        },
    )
    author_knowledge = forms.ChoiceField(label="Auteur", choices=AuthorKnowledge.choices, widget=forms.RadioSelect)
    author_description = forms.CharField(
        label="Ce que l'on sait de l'auteur",
        required=False,
        max_length=DETAIL_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    complaint = forms.ChoiceField(label="Plainte", choices=Complaint.choices, widget=forms.RadioSelect)
    urgency = forms.ChoiceField(
        label="Y a-t-il un danger proche ?",
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        help_text="Votre réponse fixe le délai pour évaluer la menace.",
    )

    def use_mandates_of(self, official: Official) -> None:
        self.fields["mandate"].queryset = official.mandates.select_related("commune", "departement").order_by("pk")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, hour, commune = data.get("occurred_date"), data.get("occurred_time"), data.get("commune")
        if day and hour and commune:
            zone = commune.departement.zone
            moment = datetime.combine(day, hour, tzinfo=zone)
            if moment < EARLIEST_FACT:
                self.add_error("occurred_date", f"Vérifiez l'année : la date doit suivre le {EARLIEST_FACT:%d/%m/%Y}.")
            elif moment.astimezone(UTC).astimezone(zone).time() != hour:
                self.add_error("occurred_time", "Cette heure n'a pas existé ce jour-là : on passait à l'heure d'été.")
            if moment > clock.now():
                self.add_error(
                    "occurred_time" if day == clock.today(zone) else "occurred_date",
                    ValidationError(
                        f"Les faits seraient dans le futur : il est {local_datetime_words(clock.now(), zone)}."
                    ),
                )
            data["occurred_at"] = moment
        return data

    @property
    def facts(self) -> ThreatFacts:
        data = self.cleaned_data
        return ThreatFacts(
            occurred_at=data["occurred_at"],
            commune=data["commune"],
            nature=data["nature"],
            channel=data["channel"],
            description=data["description"],
            author_knowledge=data["author_knowledge"],
            complaint=data["complaint"],
            urgency=data["urgency"],
            mandate=data["mandate"],
            place=data["place"],
            author_description=data["author_description"],
        )


def form_values(threat: Threat) -> dict[str, Any]:
    """The values of a threat, as the fields of the form hold them."""
    local = threat.local_occurred_at
    return {
        "nature": threat.nature,
        "channel": threat.channel,
        "occurred_date": local.date(),
        "occurred_time": local.time().replace(second=0, microsecond=0),
        "commune": threat.commune,
        "place": threat.place or "",
        "mandate": threat.mandate,
        "description": threat.description,
        "author_knowledge": threat.author_knowledge,
        "author_description": threat.author_description or "",
        "complaint": threat.complaint,
        "urgency": threat.urgency,
    }


class NewThreatForm(ThreatFields, PortalForm):
    submit_label = "Enregistrer la menace"

    # The page's own number: the same page sent twice logs one threat.
    submission = forms.UUIDField(widget=forms.HiddenInput)
    # Set once the person has read what resembles this fact: the next press logs it.
    resemblances_read = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, official: Official, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("submission", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.use_mandates_of(official)


class CorrectThreatForm(ThreatFields, OptimisticLockForm):
    submit_label = "Enregistrer la correction"

    def __init__(self, *args: Any, official: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_mandates_of(official)
