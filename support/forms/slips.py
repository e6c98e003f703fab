"""The forms of somebody without a name: choices first, few words, nothing that must be told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from core import clock
from core.forms import CHOOSE, PortalForm
from support.enums import DayPart, Help, Mode, WeekDay, Who
from support.selectors.contents import SlipContent, Wish
from territories.models import Departement

if TYPE_CHECKING:
    from crispy_forms.helper import FormHelper

LONGEST_WORDS = 500
WISHES = (1, 2, 3)
# Days ahead that one may wish for.
FARTHEST = 60
_SUBMISSION = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def printable(text: str) -> str:
    """Without the signs that no keyboard types: they would only make a slip longer."""
    return "".join(sign for sign in text.replace("\r\n", "\n") if sign.isprintable() or sign == "\n").strip()


class QuietForm(PortalForm):
    """For pages without session nor cookie: there is no token to send (core.no_trace)."""

    required_css_class = ""

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.disable_csrf = True
        return helper


class AgeForm(QuietForm):
    submit_label = "Continuer"

    step = forms.CharField(widget=forms.HiddenInput, initial="age")
    age = forms.ChoiceField(
        label="Quel âge avez-vous ?",
        choices=[("adult", "J'ai 18 ans ou plus"), ("minor", "J'ai moins de 18 ans")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse : la suite n'est pas la même."},
    )


class WhenForm(QuietForm):
    """When it would suit. Everything may be left empty: the psychologist then proposes."""

    parts = forms.MultipleChoiceField(
        label="À quel moment de la journée ?", choices=DayPart, widget=forms.CheckboxSelectMultiple, required=False
    )
    days = forms.MultipleChoiceField(
        label="Quels jours ?", choices=WeekDay, widget=forms.CheckboxSelectMultiple(attrs={"data-inline": "1"}),
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rank in WISHES:
            self.fields[f"day_{rank}"] = forms.DateField(label=f"Date n° {rank}", required=False)
            self.fields[f"part_{rank}"] = forms.ChoiceField(
                label="Moment", choices=[("", CHOOSE), *DayPart.choices], required=False
            )
        self.dress_fields()

    @classmethod
    def when_fieldset(cls) -> Fieldset:
        rows = [
            Row(
                Column(f"day_{rank}", css_class="fr-col-12 fr-col-sm-6"),
                Column(f"part_{rank}", css_class="fr-col-12 fr-col-sm-6"),
            )
            for rank in WISHES
        ]
        return Fieldset("Vos disponibilités", "parts", "days", *rows)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        today = clock.today(clock.PARIS)
        for rank in WISHES:
            day, part = data.get(f"day_{rank}"), data.get(f"part_{rank}")
            if day and not part and f"part_{rank}" not in self.errors:
                self.add_error(f"part_{rank}", "Choisissez aussi le moment de la journée.")
            elif part and not day and f"day_{rank}" not in self.errors:
                self.add_error(f"day_{rank}", "Choisissez aussi la date.")
            # A day of tolerance: yesterday in Paris is still today in Tahiti.
            elif day and not today - timedelta(days=1) <= day <= today + timedelta(days=FARTHEST):
                self.add_error(f"day_{rank}", "Choisissez une date dans les deux mois qui viennent.")
        return data

    @property
    def wishes(self) -> tuple[Wish, ...]:
        told = {(self.cleaned_data[f"day_{rank}"], self.cleaned_data[f"part_{rank}"]) for rank in WISHES}
        return tuple(Wish(day.isoformat(), part) for day, part in sorted(told, key=str) if isinstance(day, date))


class MoveForm(WhenForm):
    submit_label = "Demander un autre moment"

    code = forms.CharField(widget=forms.HiddenInput)
    act = forms.CharField(widget=forms.HiddenInput, initial="move")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout = Layout("code", "act", self.when_fieldset())  # type: ignore[misc]  # made for its own rows

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not (data["parts"] or data["days"] or self.wishes):
            raise forms.ValidationError("Dites au moins un moment qui vous irait.")
        return data

    @property
    def content(self) -> SlipContent:
        data = self.cleaned_data
        return SlipContent("", (), (), "", parts=tuple(data["parts"]), days=tuple(data["days"]), wishes=self.wishes)


class WordsForm(QuietForm):
    submit_label = "Enregistrer ces mots"

    code = forms.CharField(widget=forms.HiddenInput)
    act = forms.CharField(widget=forms.HiddenInput, initial="words")
    words = forms.CharField(
        label="Ce que vous voulez nous dire avant le rendez-vous",
        help_text="Quelques mots, si vous le souhaitez. Vous n'avez pas à raconter les faits.",
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=LONGEST_WORDS,
        required=False,
    )

    def clean_words(self) -> str:
        return printable(self.cleaned_data["words"])


class SlipForm(WhenForm):
    submit_label = "Envoyer ma demande"

    step = forms.CharField(widget=forms.HiddenInput, initial="slip")
    submission = forms.CharField(widget=forms.HiddenInput)
    nickname = forms.CharField(
        label="Un surnom",
        help_text="Entre 3 et 30 caractères. Choisissez un mot au hasard, comme « Tilleul ». Surtout pas votre nom.",
        min_length=3,
        max_length=30,
        error_messages={"required": "Choisissez un surnom, n'importe lequel."},
    )
    helps = forms.MultipleChoiceField(
        label="De quoi avez-vous besoin ?",
        choices=Help,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une réponse. Vous pourrez en changer en parlant."},
    )
    modes = forms.MultipleChoiceField(
        label="Comment voulez-vous être reçu ?",
        choices=Mode,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une réponse."},
    )
    who = forms.ChoiceField(label="Vous êtes", choices=Who, widget=forms.RadioSelect, required=False)
    departement = forms.ChoiceField(
        label="Votre département",
        help_text="Pour un rendez-vous en face à face, il aide à trouver près de chez vous. Sinon, laissez vide.",
        required=False,
    )
    words = WordsForm.base_fields["words"]

    layout: ClassVar[Layout] = Layout(
        "step",
        "submission",
        "nickname",
        "helps",
        "modes",
        WhenForm.when_fieldset(),
        Fieldset("Si vous le souhaitez", "who", "departement", "words"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Departement.objects.order_by("sort_name", "pk").values_list("code", "name")
        self.fields["departement"].choices = [("", CHOOSE), *places]  # type: ignore[attr-defined]  # a field of choices
        self.fields["who"].initial = Who.UNSAID

    def clean_submission(self) -> str:
        drawn: str = self.cleaned_data["submission"]
        if not _SUBMISSION.match(drawn):
            raise forms.ValidationError("Rouvrez cette page, puis recommencez.")
        return drawn

    def clean_nickname(self) -> str:
        nickname = " ".join(printable(self.cleaned_data["nickname"]).split())
        if "@" in nickname or sum(sign.isdigit() for sign in nickname) >= 6:
            raise forms.ValidationError("Un mot suffit : ni adresse, ni numéro de téléphone.")
        if len(nickname) < 3:
            raise forms.ValidationError("Choisissez un surnom d'au moins 3 caractères.")
        return nickname

    def clean_words(self) -> str:
        return printable(self.cleaned_data["words"])

    @property
    def content(self) -> SlipContent:
        data = self.cleaned_data
        return SlipContent(
            nickname=data["nickname"],
            helps=tuple(data["helps"]),
            modes=tuple(data["modes"]),
            made_on=clock.today(clock.PARIS).isoformat(),
            parts=tuple(data["parts"]),
            days=tuple(data["days"]),
            wishes=self.wishes,
            who=data["who"] or Who.UNSAID,
            departement=data["departement"],
            words=data["words"],
        )


class CodeForm(QuietForm):
    submit_label = "Ouvrir ma demande"

    act = forms.CharField(widget=forms.HiddenInput, initial="open")
    code = forms.CharField(
        label="Votre code",
        help_text="Quatre groupes de quatre, comme sur votre papier. Les espaces et les majuscules ne comptent pas.",
        max_length=200,
        error_messages={"required": "Recopiez votre code."},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false", "data-code": "1"}),
    )
