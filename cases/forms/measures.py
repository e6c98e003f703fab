from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from cases.enums import MEASURE_OBJECTS, VIGILANCE_KINDS, MeasureEnd, MeasureKind, MeasureTarget
from cases.models import ProtectiveMeasure
from cases.services import ExitReview, Instruction, Proposal
from core.forms import OptimisticLockForm, PortalForm
from territories.fields import CommuneField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from accounts.models import Unit, User
    from cases.models import MeasureRule
    from officials.models import ProtectedPerson

# Asked as soon as the measure is ticked: not « facultatif ».
ASKED = {"data-asked": "1"}
TEXT_MAX = 2_000
PLACE_MAX = 300
PLACES_TO_WRITE = (MeasureTarget.SCHOOL_ROUTE, MeasureTarget.OTHER_PLACE)


class OwnerField(forms.ChoiceField):
    """One of the people in office over the file. Their list is read once for a whole page."""

    def __init__(self, *, people: Iterable[User] = (), **kwargs: Any) -> None:
        self.people = {str(person.pk): person for person in people}
        kwargs.setdefault("choices", [("", "---------"), *[(key, str(person)) for key, person in self.people.items()]])
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)

    def clean(self, value: Any) -> User | None:
        chosen = super().clean(value)
        return self.people.get(chosen) if chosen else None


def owner_field(people: Iterable[User], label: str = "Responsable", **more: Any) -> OwnerField:
    return OwnerField(people=people, label=label, **more)


class ProposeForm(PortalForm):
    """The catalogue: what the grid suggests is ticked, the référent ticks the rest. One group of fields a measure."""

    submit_label = "Proposer ces mesures"

    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        suggested: Iterable[str],
        people: list[User],
        household: Iterable[ProtectedPerson],
        rules: Mapping[str, MeasureRule],
        owner: User,
        today: date,
        **kwargs: Any,
    ) -> None:
        self.kinds = [kind for kind in MEASURE_OBJECTS if kind in rules]
        self.suggested = set(suggested)
        self.household = {str(person.pk): person for person in household}
        self.rules = rules
        # Suggested first: the rest of the catalogue is folded under them.
        self.kinds.sort(key=lambda kind: kind not in self.suggested)
        initial: dict[str, Any] = {"submission": uuid.uuid4()}
        for kind in self.kinds:
            initial |= {
                f"{kind}_take": kind in self.suggested,
                f"{kind}_owner": owner,
                f"{kind}_review_on": today + timedelta(days=rules[kind].review_days),
                f"{kind}_target": MeasureTarget.HOME if kind in VIGILANCE_KINDS[:1] else MeasureTarget.OFFICIAL,
            }
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for kind in self.kinds:
            self.fields.update(self._fields_of(kind, people))
        self.dress_fields()

    def _fields_of(self, kind: MeasureKind, people: list[User]) -> dict[str, forms.Field]:
        targets = [(value, label) for value, label in MeasureTarget.choices if value != MeasureTarget.PERSON]
        targets += [(f"person:{key}", str(person)) for key, person in self.household.items()]
        return {
            f"{kind}_take": forms.BooleanField(label=kind.label.capitalize(), required=False),
            f"{kind}_target": forms.ChoiceField(label="Pour", choices=targets, required=False),
            f"{kind}_place": forms.CharField(
                label="Lieu précis", required=False, max_length=PLACE_MAX, help_text="Adresse, trajet, salle."
            ),
            f"{kind}_owner": owner_field(people, required=False, widget=forms.Select(attrs=ASKED)),
            f"{kind}_review_on": forms.DateField(
                label="Premier point le", required=False, widget=forms.DateInput(attrs=ASKED)
            ),
        }

    @property
    def groups(self) -> list[dict[str, Any]]:
        """What the template shows of each measure: open when it is suggested, ticked or in error."""
        shown = []
        for kind in self.kinds:
            fields = [self[f"{kind}_{name}"] for name in ("target", "place", "owner", "review_on")]
            take = self[f"{kind}_take"]
            is_open = kind in self.suggested or bool(take.value()) or any(field.errors for field in fields)
            shown.append(
                {
                    "kind": kind,
                    "label": kind.label,
                    "take": take,
                    "fields": fields,
                    "is_open": is_open,
                    "suggested": kind in self.suggested,
                    "deciders": self.rules[kind].decider_words(),
                }
            )
        return shown

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        ticked = [kind for kind in self.kinds if data.get(f"{kind}_take")]
        if not ticked and not self.errors:
            self.add_error(None, "Cochez au moins une mesure.")
        for kind in ticked:
            for name, sentence in (
                ("owner", "Choisissez une personne responsable."),
                ("review_on", "Donnez une date."),
            ):
                key = f"{kind}_{name}"
                if not data.get(key) and key not in self.errors:
                    self.add_error(key, sentence)
            if data.get(f"{kind}_target") in PLACES_TO_WRITE and not (data.get(f"{kind}_place") or "").strip():
                self.add_error(f"{kind}_place", "Écrivez ce lieu.")
        return data

    @property
    def proposals(self) -> list[Proposal]:
        data = self.cleaned_data
        found = []
        for kind in (kind for kind in self.kinds if data[f"{kind}_take"]):
            target = data[f"{kind}_target"] or MeasureTarget.OFFICIAL
            person = self.household.get(target.removeprefix("person:"))
            found.append(
                Proposal(
                    kind=kind,
                    owner=data[f"{kind}_owner"],
                    review_on=data[f"{kind}_review_on"],
                    target=MeasureTarget.PERSON if person else target,
                    person=person,
                    place=data[f"{kind}_place"],
                )
            )
        return found


class MeasureForm(OptimisticLockForm):
    """One act on one measure, at the version that was read."""

    def __init__(self, *args: Any, measure: ProtectiveMeasure, people: list[User], **kwargs: Any) -> None:
        stored = {"version": measure.version, "owner": measure.owner, "review_on": measure.review_on}
        kwargs["initial"] = stored | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, OwnerField):
                self.fields[name] = owner_field(people, label=str(field.label), help_text=field.help_text)
        self.dress_fields()


class DecideForm(MeasureForm):
    submit_label = "Décider cette mesure"

    owner = OwnerField(label="Responsable", help_text="La personne qui répond de l'exécution.")
    review_on = forms.DateField(label="Premier point le")


class RefuseMeasureForm(MeasureForm):
    submit_label = "Refuser cette mesure"

    reason = forms.CharField(
        label="Pourquoi refuser cette mesure ?", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": "3"})
    )


class StartForm(MeasureForm):
    submit_label = "Mettre en vigueur"

    start = forms.DateField(label="Premier jour")
    last_day = forms.DateField(label="Dernier jour", required=False, help_text="Ce jour est compris.")
    review_on = forms.DateField(
        label="Prochain point le", required=False, help_text="Obligatoire quand la mesure n'a pas de dernier jour."
    )

    @property
    def end(self) -> date | None:
        last = self.cleaned_data["last_day"]
        return last + timedelta(days=1) if last else None


class ReassignForm(MeasureForm):
    submit_label = "Changer la personne responsable"

    owner = OwnerField(label="Nouvelle personne responsable")


class ReviewForm(MeasureForm):
    submit_label = "Garder la mesure"

    reason = forms.CharField(
        label="Pourquoi garder cette mesure ?", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": "3"})
    )
    review_on = forms.DateField(label="Prochain point le")
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ExecutionForm(PortalForm):
    submit_label = "Noter l'exécution"

    text = forms.CharField(
        label="Ce qui a été fait",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Votre nom et l'heure s'ajoutent seuls. Ce texte ne se modifie plus.",
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class EndForm(MeasureForm):
    submit_label = "Terminer la mesure"

    reason = forms.ChoiceField(label="Pourquoi elle se termine", choices=MeasureEnd.choices, widget=forms.RadioSelect)
    replacement = forms.CharField(
        label="Ce qui la remplace",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Écrivez « rien » si rien ne la remplace, et pourquoi.",
    )
    what_would_return = forms.CharField(
        label="Ce qui la ferait revenir", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": "3"})
    )
    caller = OwnerField(label="Qui rappelle la personne dans 30 jours")

    @property
    def review(self) -> ExitReview:
        data = self.cleaned_data
        return ExitReview(data["reason"], data["replacement"], data["what_would_return"], data["caller"])


class InstructionForm(MeasureForm):
    """The instruction to the units. Hours are those of the commune."""

    submit_label = "Donner la consigne"

    commune = CommuneField(label="Commune")
    address = forms.CharField(label="Adresse ou lieu à surveiller", max_length=PLACE_MAX)
    start_date = forms.DateField(label="Premier jour")
    start_time = forms.TimeField(label="Heure de début", help_text="Heure locale de la commune.")
    end_date = forms.DateField(label="Dernier jour")
    end_time = forms.TimeField(label="Heure de fin", help_text="La consigne s'arrête seule à cette heure.")
    instruction = forms.CharField(
        label="Consigne",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Ce que la patrouille doit faire. Ni le nom de l'élu ni les faits : d'autres unités lisent.",
    )
    units = forms.MultipleChoiceField(
        label="Unités destinataires",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une unité."},
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        self.unit_of = {str(unit.pk): unit for unit in units}
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = [(key, str(unit)) for key, unit in self.unit_of.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if commune := data.get("commune"):
            zone = commune.departement.zone
            data["starts_at"] = _moment(data.get("start_date"), data.get("start_time"), zone)
            data["ends_at"] = _moment(data.get("end_date"), data.get("end_time"), zone)
        return data

    @property
    def order(self) -> Instruction:
        data = self.cleaned_data
        return Instruction(
            commune=data["commune"],
            address=data["address"],
            text=data["instruction"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            units=[self.unit_of[key] for key in data["units"]],
        )


def _moment(day: date | None, hour: time | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, hour, tzinfo=zone) if day and hour is not None else None


class PassageNoteForm(PortalForm):
    submit_label = "Enregistrer cette ligne"

    note = forms.CharField(
        label="Ce que vous avez vu",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Une seule ligne par passage. Sans ligne, le passage vaut « rien à signaler ».",
    )
