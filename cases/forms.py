from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from cases.enums import Answer, AuthorKnowledge, Channel, Complaint, Level, Nature, Urgency
from cases.models.threat import EARLIEST_FACT
from cases.services import ThreatFacts
from core import clock
from core.forms import FRENCH_ERRORS, OptimisticLockForm, PortalForm
from core.wording import local_datetime_words
from officials.models import Mandate
from territories.fields import CommuneField

if TYPE_CHECKING:
    from cases.models import Evaluation, Threat
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

    def __init__(self, *args: Any, official: Official, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("submission", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.use_mandates_of(official)


class CorrectThreatForm(ThreatFields, OptimisticLockForm):
    submit_label = "Enregistrer la correction"

    def __init__(self, *args: Any, official: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_mandates_of(official)


class EvaluationForm(OptimisticLockForm):
    """The grid of the evaluation's own version, one question a field; then the level that the référent signs."""

    submit_label = "Transmettre à la hiérarchie"
    draft_label = "Enregistrer le brouillon"

    signed_level = forms.TypedChoiceField(
        label="Niveau que vous retenez",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Celui que calcule la grille"), *[(str(value), label) for value, label in Level.choices]],
        help_text="La grille aide, vous décidez. Pour un autre niveau, écrivez pourquoi.",
    )
    departure_reason = forms.CharField(
        label="Pourquoi un autre niveau que celui de la grille",
        required=False,
        max_length=DETAIL_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    comment = forms.CharField(
        label="Observations",
        required=False,
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        questions = list(evaluation.grid.questions.all())
        kwargs["initial"] = stored_answers(evaluation) | {"version": evaluation.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        sections: dict[str, list[str]] = {}
        grid_fields = {}
        for question in questions:
            name = f"q_{question.code}"
            grid_fields[name] = forms.ChoiceField(
                label=question.text,
                choices=Answer.choices,
                widget=forms.RadioSelect(attrs={"data-inline": "1"}),
                required=False,
                error_messages={"invalid_choice": FRENCH_ERRORS["invalid_choice"]},
                help_text="Facteur rouge." if question.red_floor else "",
            )
            sections.setdefault(question.section, []).append(name)
        tail = {name: self.fields.pop(name) for name in ("signed_level", "departure_reason", "comment")}
        self.fields.update(grid_fields)
        self.fields.update(tail)
        self.layout = Layout(
            *[Fieldset(title, *names) for title, names in sections.items()],
            Fieldset("Votre conclusion", *tail),
        )

    @property
    def answers(self) -> dict[str, str]:
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith("q_") and value}

    def require_answers(self) -> bool:
        """To send, every question has an answer; to keep a draft, none is needed."""
        for name in self.fields:
            if name.startswith("q_") and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, "Répondez à cette question. « Ne sait pas » est une réponse.")
        return not self.errors


def stored_answers(evaluation: Evaluation) -> dict[str, Any]:
    """What is saved of an evaluation, as the fields of the form hold it."""
    values: dict[str, Any] = {f"q_{code}": answer for code, answer in evaluation.answers.items()}
    return values | {
        "signed_level": evaluation.signed_level,
        "departure_reason": evaluation.departure_reason or "",
        "comment": evaluation.comment or "",
    }


class ReasonForm(PortalForm):
    """One written reason: closing, reopening, returning, evaluating again."""

    reason = forms.CharField(label="Raison", max_length=400, widget=forms.Textarea(attrs={"rows": "3"}))

    def __init__(self, *args: Any, label: str, submit_label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text
        self.submit_label = submit_label


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
        ],
    )
    level = forms.ChoiceField(
        label="Niveau", required=False, choices=[("", "Tous"), *[(str(v), label) for v, label in Level.choices]]
    )
