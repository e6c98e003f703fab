"""The five steps of a new threat. A step is shown from what was typed, right or wrong, and checked when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.datastructures import MultiValueDict

from cases.forms.offences import offence_choices
from cases.forms.people import mandate_label, person_label
from cases.forms.threats import AuthorFields, FactsFields, FilingFields, MandateChoiceField, StoryFields
from cases.services import VictimFacts
from core import clock
from core.forms import CHOOSE, Conflict, Difference, PortalForm, value_words
from core.wording import local_datetime_words
from officials.enums import Kinship
from officials.models import Mandate, Official
from officials.selectors import household_of, search_officials, with_current_mandates
from officials.services import PersonFacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


MOST_PEOPLE = 5
MOST_FOUND = 6
# Enter presses the first button of a form: it must be the one that goes on.
FIRST_BUTTON = HTML('<button class="fr-sr-only" type="submit" tabindex="-1" aria-hidden="true">Continuer</button>')
NOT_TYPED = ("csrfmiddlewaretoken", "act", "version", "draft", "window")


@dataclass(frozen=True)
class Step:
    slug: str
    title: str
    form: type[StepForm]


class StepForm(PortalForm):
    """One step. `steps` gives what was typed at the others."""

    submit_label = "Continuer"
    more_acts = (("back", "Précédent"),)

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    draft = forms.UUIDField(widget=forms.HiddenInput, required=False)
    window = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)

    def __init__(
        self,
        data: MultiValueDict | None = None,
        *,
        official: Official,
        steps: Mapping[str, Mapping[str, list[str]]],
        typed: Mapping[str, list[str]] | None = None,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.official, self.steps = official, steps
        # Asked of fields that depend on what is typed, before the form is bound.
        self.typed_now = data if data is not None else MultiValueDict(dict(typed or {}))
        super().__init__(data, initial={"window": uuid4().hex, **(initial or {})}, **kwargs)
        self.prepare()
        if data is None and typed:
            self.initial |= self._initial_from(typed)

    def prepare(self) -> None:
        """Choices that depend on the élu and on the other steps."""

    def _initial_from(self, typed: Mapping[str, list[str]]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            if name in NOT_TYPED:
                continue
            given = list(typed.get(name, []))
            values[name] = given if isinstance(field, forms.MultipleChoiceField) else "".join(given[-1:])
        return values

    @property
    def conflict(self) -> Conflict | None:
        return getattr(self, "_conflict", None)

    def show_conflict(self, *, at: datetime, version: int, stored: Mapping[str, list[str]]) -> None:
        """Another window saved this step first: both values, and the next submission is made knowingly."""
        differences = []
        for name, field in self.fields.items():
            typed, kept = self.data.getlist(name), list(stored.get(name, []))  # type: ignore[union-attr]
            if name not in NOT_TYPED and typed != kept and not isinstance(field.widget, forms.HiddenInput):
                differences.append(Difference(str(field.label), _words(field, kept), _words(field, typed)))
        self.data = self.data.copy()
        self.data["version"] = str(version)
        self._conflict = Conflict("Une autre fenêtre", local_datetime_words(at), tuple(differences))


def _words(field: forms.Field, values: list[str]) -> str:
    return ", ".join(value_words(field, value) for value in values if value) or "non renseigné"


class WhoForm(StepForm):
    """Whom the fact aims at: the élu of the file, his household, other élus."""

    more_acts = ()

    official_targeted = forms.BooleanField(label="L'élu du dossier", required=False)
    mandate = MandateChoiceField(
        label="Mandat visé",
        queryset=Mandate.objects.none(),
        required=False,
        help_text="À quel titre l'élu, ou son proche, est-il visé ?",
    )
    household = forms.MultipleChoiceField(
        label="Personnes protégées déjà connues", required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.MultipleChoiceField(label="Autres élus visés", required=False, widget=forms.CheckboxSelectMultiple)
    other_search = forms.CharField(
        label="Chercher un autre élu visé",
        required=False,
        max_length=100,
        help_text="Nom, ou nom et commune. Puis cochez la bonne personne.",
    )
    searched = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    people = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def prepare(self) -> None:
        self.fields["official_targeted"].label = f"{self.official} est visé" + ("e" if self.official.sex == "F" else "")
        mandates = self.official.mandates.select_related("commune", "departement").order_by("-started_on", "pk")
        self.fields["mandate"].queryset = mandates
        self.known = {str(person.pk): person for person in household_of(self.official)}
        self.fields["household"].choices = [(key, person_label(person)) for key, person in self.known.items()]
        if not self.known:
            self.fields["household"].widget = forms.MultipleHiddenInput()
        self._prepare_others()
        self.number_of_people = min(_number(self.typed_now.get("people")), MOST_PEOPLE)
        for number in range(1, self.number_of_people + 1):
            self.fields |= _person_fields(number)
        self.layout = self._layout()  # type: ignore[misc]  # depends on how many people are typed

    def _prepare_others(self) -> None:
        ticked = [key for key in self.typed_now.getlist("others") if _is_uuid(key)]
        searched = (self.typed_now.get("searched") or "").strip()
        found = search_officials(searched, limit=MOST_FOUND + 1) if searched else []
        queryset = with_current_mandates(Official.objects.filter(pk__in=ticked)) if ticked else []
        people = {one.pk: one for one in [*queryset, *found] if one.pk != self.official.pk}
        self.other_officials = {str(key): one for key, one in people.items()}
        self.fields["others"].choices = [(key, _with_quality(one)) for key, one in self.other_officials.items()]
        self.nobody_found = searched if searched and not found else ""
        if not self.other_officials:
            self.fields["others"].widget = forms.MultipleHiddenInput()
        for key in ticked:
            held = self.other_officials[key].current_mandates if key in self.other_officials else []
            if len(held) > 1:
                self.fields[f"mandate_of_{key}"] = forms.ChoiceField(
                    label=f"Mandat visé de {self.other_officials[key]}",
                    choices=[(str(mandate.pk), mandate_label(mandate)) for mandate in held],
                    required=False,
                )
                self.fields[f"mandate_of_{key}"].widget.attrs["class"] = "fr-select"

    def _layout(self) -> Layout:
        others = [name for name in self.fields if name.startswith("mandate_of_")]
        none = HTML(
            '<p class="fr-mb-2w">Aucun autre élu ne correspond à « {{ form.nobody_found }} ».</p>'
            if self.nobody_found
            else ""
        )
        groups = [
            Fieldset(f"Personne {number} de l'entourage", *_person_fields(number))
            for number in range(1, self.number_of_people + 1)
        ]
        more = "Ajouter une autre personne de l'entourage" if groups else "Ajouter une personne de l'entourage"
        button = '<button class="fr-btn fr-btn--secondary fr-btn--sm" type="submit" name="act" value="{}">{}</button>'
        add = HTML(f"<p>{button.format('person', more)}</p>" if self.number_of_people < MOST_PEOPLE else "")
        return Layout(
            FIRST_BUTTON,
            Fieldset("L'élu", "official_targeted", "mandate"),
            Fieldset("Son entourage", "household", *groups, add, css_id="entourage"),
            Fieldset(
                "D'autres élus",
                "others", none, *others, "other_search",
                HTML(f"<p>{button.format('search', 'Chercher cet élu')}</p>"),
                css_id="autres",
            ),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, self.number_of_people + 1):
            self._clean_person(data, number)
        if not (data.get("official_targeted") or data.get("household") or data.get("others") or self.new_people):
            self.add_error("official_targeted", "Cochez au moins une personne visée.")
        return data

    def _clean_person(self, data: dict[str, Any], number: int) -> None:
        if not self._is_filled(number):
            return
        for name in ("kinship", "first_name"):
            if not data.get(f"p{number}_{name}") and f"p{number}_{name}" not in self.errors:
                self.add_error(f"p{number}_{name}", "À remplir pour cette personne.")
        if data.get(f"p{number}_minor") and data.get(f"p{number}_telephone"):
            self.add_error(f"p{number}_telephone", "Pour un mineur, pas de téléphone : on passe par ses parents.")

    def _is_filled(self, number: int) -> bool:
        return any(self.cleaned_data.get(name) for name in _person_fields(number))

    @property
    def new_people(self) -> list[PersonFacts]:
        data = self.cleaned_data
        return [
            PersonFacts(
                kinship=data.get(f"p{number}_kinship", ""),
                first_name=data.get(f"p{number}_first_name", ""),
                last_name=data.get(f"p{number}_last_name", ""),
                is_minor=bool(data.get(f"p{number}_minor")),
                birth_year=data.get(f"p{number}_birth_year"),
                telephone=data.get(f"p{number}_telephone", ""),
                safe_contact=data.get(f"p{number}_safe_contact", ""),
            )
            for number in range(1, self.number_of_people + 1)
            if self._is_filled(number)
        ]

    @property
    def victims(self) -> tuple[VictimFacts, ...]:
        """Those who are known already; new people become victims once they are kept."""
        data, found = self.cleaned_data, []
        if data["official_targeted"]:
            found.append(VictimFacts(official=self.official, mandate=data["mandate"]))
        for key in data["others"]:
            other = self.other_officials[key]
            chosen = data.get(f"mandate_of_{key}")
            held = [mandate for mandate in other.current_mandates if not chosen or str(mandate.pk) == chosen]
            found.append(VictimFacts(official=other, mandate=held[0] if held else None))
        found += [VictimFacts(protected_person=self.known[key]) for key in data["household"]]
        return tuple(found)


def _person_fields(number: int) -> dict[str, forms.Field]:
    at = f"p{number}_"
    kinship = forms.ChoiceField(label="Lien avec l'élu", required=False, choices=[("", CHOOSE), *Kinship.choices])
    kinship.widget.attrs["class"] = "fr-select"
    made: dict[str, forms.Field] = {
        "kinship": kinship,
        "first_name": forms.CharField(label="Prénom", required=False, max_length=100),
        "last_name": forms.CharField(label="Nom", required=False, max_length=100),
        "minor": forms.BooleanField(
            label="Cette personne est mineure",
            required=False,
            help_text="Prénom, lien et année de naissance suffisent.",
        ),
        "birth_year": forms.IntegerField(
            label="Année de naissance", required=False, min_value=1900, max_value=clock.today(clock.PARIS).year
        ),
        "telephone": forms.CharField(label="Téléphone", required=False, max_length=40),
        "safe_contact": forms.CharField(
            label="Comment la joindre sans danger",
            required=False,
            max_length=300,
            help_text="Par exemple : portable, après 18 h, ne pas laisser de message.",
        ),
    }
    for field in made.values():
        if not isinstance(field, forms.BooleanField | forms.ChoiceField):
            field.widget.attrs |= {"class": "fr-input", "autocomplete": "off"}
    return {at + name: field for name, field in made.items()}


def person_facts_label(facts: PersonFacts) -> str:
    tie = Kinship(facts.kinship).label
    return f"{facts.first_name} {facts.last_name}".strip() + f" ({tie}{', mineur' if facts.is_minor else ''})"


def _with_quality(official: Official) -> str:
    held = ", ".join(str(mandate) for mandate in official.current_mandates)  # type: ignore[attr-defined]
    return f"{official} — {held}" if held else str(official)


def _number(text: object) -> int:
    return int(str(text)) if str(text).isascii() and str(text).isdigit() else 0


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class FactsForm(FactsFields, StepForm):
    layout = Layout(
        FIRST_BUTTON,
        "nature", "channel",
        Div("platform", "online_reach", "still_online", css_class="portal-quote"),
        "occurred_date", "occurred_time", "before_mandate", "commune", "place",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if who := self.steps.get("victimes"):
            form = WhoForm(MultiValueDict(dict(who)), official=self.official, steps=self.steps)
            form.is_valid()
            self.check_mandate(form.cleaned_data.get("mandate"))
        return data


class StoryForm(StoryFields, StepForm):
    layout = Layout(FIRST_BUTTON, "description", "offences")

    def prepare(self) -> None:
        facts = FactsForm(MultiValueDict(dict(self.steps.get("faits", {}))), official=self.official, steps={})
        facts.is_valid()
        day = facts.cleaned_data.get("occurred_date") or clock.today(clock.PARIS)
        who = WhoForm(MultiValueDict(dict(self.steps.get("victimes", {}))), official=self.official, steps={})
        victims: list[Any] = []
        if who.is_valid():
            victims = [_Quality.of(victim) for victim in who.victims] + [_Quality(family=True) for _ in who.new_people]
        nature = facts.cleaned_data.get("nature") or ""
        self.fields["offences"].choices = offence_choices(nature, day, victims=victims)
        if not self.fields["offences"].choices:
            self.fields["offences"].widget = forms.MultipleHiddenInput()


@dataclass(frozen=True)
class _Quality:
    """What a victim to come is, in the terms of `aggravations_of`."""

    family: bool = False
    mandate: Mandate | None = None

    @classmethod
    def of(cls, victim: VictimFacts) -> _Quality:
        return cls(family=victim.protected_person is not None, mandate=victim.mandate)

    @property
    def protected_person_id(self) -> bool | None:
        return True if self.family else None


class AuthorForm(AuthorFields, StepForm):
    layout = Layout(
        FIRST_BUTTON,
        "author_knowledge", "antecedents",
        Fieldset("Ce qui peut le désigner", "telephones", "handles", "plates", "emails"),
        "author_description",
    )  # fmt: skip


class FilingForm(FilingFields, StepForm):
    submit_label = "Enregistrer la menace"
    layout = Layout(
        HTML(
            '<button class="fr-sr-only" type="submit" tabindex="-1" aria-hidden="true">Enregistrer la menace</button>'
        ),
        "complaint", "procedure_number", "complaint_on", "reported_under_cpp40", "cpp40_on", "urgency",
    )  # fmt: skip


STEPS = (
    Step("victimes", "Qui est visé", WhoForm),
    Step("faits", "Les faits", FactsForm),
    Step("recit", "Le récit et les infractions", StoryForm),
    Step("auteur", "L'auteur", AuthorForm),
    Step("suites", "Plainte, urgence et relecture", FilingForm),
)
