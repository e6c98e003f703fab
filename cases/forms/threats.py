"""The facts of a threat as a référent says them: one group of fields a step, and the page that corrects."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from cases.enums import (
    ONLINE_CHANNELS,
    Answer,
    AuthorKnowledge,
    Channel,
    Complaint,
    IdentifierKind,
    Nature,
    Reach,
    Urgency,
)
from cases.forms.offences import offence_choices
from cases.forms.people import mandate_label, victim_choices
from cases.models.threat import EARLIEST_FACT
from cases.services import ThreatFacts, VictimFacts
from core import clock
from core.forms import CHOOSE, OptimisticLockForm
from core.wording import local_datetime_words
from officials.models import Mandate
from territories.fields import CommuneField

if TYPE_CHECKING:
    from cases.models import Threat
    from officials.models import Official

DESCRIPTION_MAX = 20_000
DETAIL_MAX = 2_000
SEPARATORS = re.compile(r"[;\n]+")
INLINE = {"data-inline": "true"}


class MandateChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, mandate: Mandate) -> str:
        return mandate_label(mandate)


class FactsFields(forms.Form):
    """What happened, when and where. The zone of the date is that of the commune of the fact."""

    nature = forms.ChoiceField(label="Nature des faits", choices=[("", CHOOSE), *Nature.choices])
    channel = forms.ChoiceField(label="Moyen utilisé", choices=[("", CHOOSE), *Channel.choices])
    platform = forms.CharField(
        label="Si les faits sont en ligne : plateforme",
        required=False,
        max_length=100,
        help_text="Obligatoire pour un SMS, un courriel ou un réseau social. Par exemple : Facebook, WhatsApp, SMS.",
    )
    online_reach = forms.ChoiceField(
        label="En ligne : message public ou privé ?",
        required=False,
        choices=Reach.choices,
        widget=forms.RadioSelect(attrs=INLINE),
    )
    still_online = forms.ChoiceField(
        label="En ligne : encore visible ?",
        required=False,
        choices=Answer.choices,
        widget=forms.RadioSelect(attrs=INLINE),
    )
    occurred_date = forms.DateField(label="Date des faits", help_text="Par exemple 12/01/2026.")
    occurred_time = forms.TimeField(
        label="Heure des faits",
        help_text="Heure locale de la commune des faits, par exemple 21:40.",
    )
    commune = CommuneField(
        label="Commune des faits",
        accepts_former=True,
        help_text="Nom, avec le département si plusieurs communes le portent : « Saint-Denis (974) ». Ou code INSEE.",
    )
    place = forms.CharField(
        label="Lieu précis", required=False, max_length=DETAIL_MAX, help_text="Adresse, ou endroit que l'on reconnaît."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("channel") in ONLINE_CHANNELS:
            for name in ("platform", "online_reach", "still_online"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "À remplir pour un fait en ligne.")
        self._clean_moment(data)
        former = getattr(data.get("commune"), "former_name", "")
        if former:
            notice = f"{former}, ancienne commune qui fait aujourd'hui partie de {data['commune']}"
            place = data.get("place") or ""
            if notice not in place:
                data["place"] = f"{place} ({notice})".strip() if place else notice
        return data

    def _clean_moment(self, data: dict[str, Any]) -> None:
        day, hour, commune = data.get("occurred_date"), data.get("occurred_time"), data.get("commune")
        if not (day and hour and commune):
            return
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

    def check_mandate(self, mandate: Mandate | None) -> None:
        """A fact before the mandate is a slip, or a fact that the file must keep: the référent says which."""
        confirmation = self.fields["before_mandate"]
        day = self.cleaned_data.get("occurred_date")
        start = mandate.started_on if mandate else None
        if not (day and start and day < start):
            return
        confirmation.widget = forms.CheckboxInput()
        if not self.cleaned_data.get("before_mandate"):
            self.add_error(
                "before_mandate",
                f"Les faits précèdent le début du mandat visé ({start:%d/%m/%Y}). Corrigez la date, changez de mandat à"
                " la première étape, ou cochez cette case.",
            )

    before_mandate = forms.BooleanField(
        label="Je confirme : les faits précèdent ce mandat", required=False, widget=forms.HiddenInput
    )


class StoryFields(forms.Form):
    description = forms.CharField(
        label="Récit des faits",
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": "8"}),
        help_text="Ce qui a été dit ou fait, dans les mots exacts si possible.",
        error_messages={
            "max_length": "Le récit compte %(show_value)d caractères : le maximum est %(limit_value)d. "
            "Raccourcissez-le, et joignez le détail à la procédure."
        },
    )
    offences = forms.MultipleChoiceField(
        label="Infractions possibles",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Liste de travail, selon la nature et la date des faits. Le parquet décide de la qualification.",
    )


class AuthorFields(forms.Form):
    author_knowledge = forms.ChoiceField(label="Auteur", choices=AuthorKnowledge.choices, widget=forms.RadioSelect)
    antecedents = forms.ChoiceField(
        label="Antécédents connus",
        choices=Answer.choices,
        initial=Answer.UNKNOWN,
        widget=forms.RadioSelect(attrs=INLINE),
    )
    telephones = forms.CharField(
        label="Numéros de téléphone",
        required=False,
        max_length=500,
        help_text="Plusieurs : séparez par un point-virgule.",
    )
    handles = forms.CharField(label="Pseudonymes ou comptes en ligne", required=False, max_length=500)
    plates = forms.CharField(label="Plaques d'immatriculation", required=False, max_length=200)
    emails = forms.CharField(label="Adresses électroniques", required=False, max_length=500)
    author_description = forms.CharField(
        label="Ce que l'on sait de l'auteur",
        required=False,
        max_length=DETAIL_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def clean_antecedents(self) -> str:
        return self.cleaned_data.get("antecedents") or Answer.UNKNOWN


IDENTIFIER_FIELDS = {
    "telephones": IdentifierKind.TELEPHONE,
    "handles": IdentifierKind.HANDLE,
    "plates": IdentifierKind.PLATE,
    "emails": IdentifierKind.EMAIL,
}


class FilingFields(forms.Form):
    complaint = forms.ChoiceField(label="Plainte", choices=Complaint.choices, widget=forms.RadioSelect)
    procedure_number = forms.CharField(
        label="Numéro de la plainte ou de la main courante", required=False, max_length=60
    )
    complaint_on = forms.DateField(label="Date de la plainte ou de la main courante", required=False)
    reported_under_cpp40 = forms.BooleanField(
        label="Signalement au procureur au titre de l'article 40 du code de procédure pénale", required=False
    )
    cpp40_on = forms.DateField(label="Date du signalement", required=False)
    urgency = forms.ChoiceField(
        label="Y a-t-il un danger proche ?",
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        help_text="Votre réponse fixe le délai pour évaluer la menace.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        today = clock.today(clock.PARIS)
        for name in ("complaint_on", "cpp40_on"):
            if data.get(name) and data[name] > today:
                self.add_error(name, "Cette date est dans le futur.")
        if data.get("cpp40_on") and not data.get("reported_under_cpp40"):
            self.add_error("cpp40_on", "Cochez le signalement, ou effacez sa date.")
        return data


def author_identifiers(data: dict[str, Any]) -> list[tuple[str, str]]:
    """What names the author: kind and value, as typed."""
    return [
        (kind.value, part.strip())
        for name, kind in IDENTIFIER_FIELDS.items()
        for part in SEPARATORS.split(data[name])
        if part.strip()
    ]


def threat_facts(data: dict[str, Any], victims: tuple[VictimFacts, ...]) -> ThreatFacts:
    """From what the fields hold, all steps together."""
    same = (
        "occurred_at commune nature channel platform online_reach still_online place mandate description"
        " author_knowledge antecedents author_description complaint complaint_on reported_under_cpp40 cpp40_on"
        " procedure_number urgency"
    )
    return ThreatFacts(
        **{name: data[name] for name in same.split()},
        victims=victims,
        offences=tuple(data["offences"]),
        identifiers=tuple(author_identifiers(data)),
    )


def form_values(threat: Threat) -> dict[str, Any]:
    """The values of a threat, as the fields of the form hold them."""
    local = threat.local_occurred_at
    same = (
        "nature channel platform online_reach still_online commune mandate description author_knowledge antecedents"
        " complaint complaint_on reported_under_cpp40 cpp40_on procedure_number urgency"
    )
    typed: dict[str, list[str]] = {name: [] for name in IDENTIFIER_FIELDS}
    by_kind = {kind.value: name for name, kind in IDENTIFIER_FIELDS.items()}
    for identifier in threat.author_identifiers.all():
        typed[by_kind[identifier.kind]].append(identifier.value)
    return {name: getattr(threat, name) for name in same.split()} | {
        "occurred_date": local.date(),
        "occurred_time": local.time().replace(second=0, microsecond=0),
        "place": threat.place or "",
        "author_description": threat.author_description or "",
        "victims": [victim_key(one.official_id, one.protected_person_id) for one in threat.victims.all()],
        "offences": [one.offence.code for one in threat.offences.select_related("offence")],
        **{name: " ; ".join(values) for name, values in typed.items()},
    }


def victim_key(official_id: object, person_id: object) -> str:
    return f"e:{official_id}" if official_id else f"p:{person_id}"


class CorrectThreatForm(FactsFields, StoryFields, AuthorFields, FilingFields, OptimisticLockForm):
    """Everything on one page, for somebody who knows what he comes to change."""

    submit_label = "Enregistrer la correction"
    layout = Layout(
        Fieldset("Qui est visé", "victims", "mandate"),
        Fieldset(
            "Les faits", "nature", "channel", "platform", "online_reach", "still_online", "occurred_date",
            "occurred_time", "commune", "place", "before_mandate",
        ),
        Fieldset("Le récit", "description", "offences"),
        Fieldset(
            "L'auteur", "author_knowledge", "antecedents", "telephones", "handles", "plates", "emails",
            "author_description",
        ),
        Fieldset(
            "La plainte", "complaint", "procedure_number", "complaint_on", "reported_under_cpp40", "cpp40_on"
        ),
        Fieldset("L'urgence", "urgency"),
    )  # fmt: skip

    victims = forms.MultipleChoiceField(label="Personnes visées", widget=forms.CheckboxSelectMultiple)
    mandate = MandateChoiceField(label="Mandat visé", queryset=Mandate.objects.none(), required=False)

    def __init__(self, *args: Any, threat: Threat, official: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mandate"].queryset = official.mandates.select_related("commune", "departement").order_by("pk")
        self.people = victim_choices(threat, official)
        self.fields["victims"].choices = [(key, label) for key, (label, _) in self.people.items()]
        nature = self.data.get("nature") or threat.nature
        self.fields["offences"].choices = offence_choices(
            nature, threat.local_day, chosen=self.initial.get("offences", ())
        )
        if self.is_bound:
            # The correction may change the nature, and its list: what was ticked stays valid.
            self.fields["offences"].choices += [
                choice
                for choice in offence_choices(threat.nature, threat.local_day)
                if choice[0] not in dict(self.fields["offences"].choices)
            ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_mandate(data.get("mandate"))
        return data

    @property
    def facts(self) -> ThreatFacts:
        data = self.cleaned_data
        chosen = [self.people[key][1] for key in data["victims"]]
        official_id = self.fields["mandate"].queryset._hints["instance"].pk
        victims = tuple(
            VictimFacts(official=one.official, mandate=data["mandate"])
            if one.official is not None and one.official.pk == official_id
            else one
            for one in chosen
        )
        return threat_facts(data, victims)
