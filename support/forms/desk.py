"""The forms of the desk."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from core import clock
from core.forms import PortalForm
from support.enums import DayPart, Mode, SlipState
from support.forms.slips import LONGEST_WORDS, printable
from support.selectors.contents import Moment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from support.selectors.contents import SlipContent

SHORTEST_PASSPHRASE = 16
# Where a form starts from, when the person wished for a part of a day.
USUAL = {
    DayPart.MORNING: time(10),
    DayPart.NOON: time(12, 30),
    DayPart.AFTERNOON: time(15),
    DayPart.EVENING: time(19),
}


class OpenForm(PortalForm):
    submit_label = "Ouvrir le guichet"

    passphrase = forms.CharField(
        label="Votre phrase secrète", widget=forms.PasswordInput(attrs={"autocomplete": "off"}), max_length=200
    )


class ChooseForm(PortalForm):
    """A passphrase chosen, twice."""

    submit_label = "Choisir cette phrase"

    passphrase = forms.CharField(
        label="Votre phrase secrète",
        help_text="16 caractères au moins : quatre ou cinq mots sans rapport entre eux. Elle n'est écrite nulle part,"
        " et personne ne peut la retrouver.",
        min_length=SHORTEST_PASSPHRASE,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="La même, une seconde fois",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "passphrase" in data and "again" in data and data["passphrase"] != data["again"]:
            self.add_error("again", "Les deux phrases diffèrent.")
        return data


class CreateForm(ChooseForm):
    submit_label = "Créer le guichet"


class ReplaceForm(ChooseForm):
    submit_label = "Créer une nouvelle clé"

    nobody = forms.BooleanField(
        label="Plus personne ne peut ouvrir le guichet. J'ai compris que les demandes déjà reçues ne se liront plus"
        " ici : seules les personnes pourront les ouvrir, avec leur code.",
        error_messages={"required": "Cochez la case si c'est bien le cas."},
    )


class AnswerForm(PortalForm):
    """A moment for the person: given, or proposed. Hours are those of the zone that is given."""

    submit_label = "Confirmer ce rendez-vous"
    more_acts = (("propose", "Proposer ce moment"),)

    at = forms.DateTimeField(label="Date et heure")
    minutes = forms.TypedChoiceField(
        label="Durée", choices=[(30, "30 min"), (45, "45 min"), (60, "1 h"), (90, "1 h 30")], coerce=int, initial=45
    )
    mode = forms.ChoiceField(label="Comment", choices=Mode)
    words = forms.CharField(
        label="Quelques mots",
        help_text="La personne les lit avec son code. Par exemple, où venir ou quel numéro appeler.",
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=LONGEST_WORDS,
        initial="Rendez-vous confirmé.",
    )

    def __init__(self, *args: Any, zone: ZoneInfo, content: SlipContent, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(*args, **kwargs)
        # The person chose how: an answer does not choose otherwise.
        wished = [(value, label) for value, label in Mode.choices if value in content.modes]
        self.fields["mode"].choices = wished  # type: ignore[attr-defined]  # a field of choices
        if not zone.key.endswith("/Paris"):
            self.fields["at"].help_text = "À l'heure de la personne."
        for wish in content.wishes:
            moment = datetime.combine(wish.date, USUAL[DayPart(wish.part)], tzinfo=zone)
            if moment > clock.now():
                self.fields["at"].initial = moment.replace(tzinfo=None)
                break

    def full_clean(self) -> None:
        with timezone.override(self.zone):
            super().full_clean()

    def clean_words(self) -> str:
        return printable(self.cleaned_data["words"])

    @property
    def moment(self) -> Moment:
        data = self.cleaned_data
        return Moment(data["at"].astimezone(UTC).isoformat(), data["minutes"], data["mode"])


class CloseForm(PortalForm):
    submit_label = "Terminer"

    outcome = forms.ChoiceField(
        label="Ce rendez-vous",
        choices=[(SlipState.SEEN, "a eu lieu"), (SlipState.MISSED, "n'a pas eu lieu : la personne n'est pas venue")],
        widget=forms.RadioSelect,
    )
