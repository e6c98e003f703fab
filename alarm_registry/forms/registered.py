"""What is registered of a person: numbers and addresses in rows, which a button adds without any script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django import forms
from django.forms.utils import ErrorDict

from alarm_registry.enums import AddressKind, NumberRole
from alarm_registry.selectors.presence import DAYS, Slot, read_slots
from alarm_registry.services import AddressFacts, NumberFacts, RegistrationFacts
from alarm_registry.services.registering import HOUSEHOLD, MOST_ADDRESSES, MOST_NUMBERS
from core.forms import PortalForm
from territories.models import Departement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet
    from django.forms import BoundField

    from alarm_registry.models import Registration

EMPTY = ("", "---------")
# A row may stay empty; in a row that is not, this is not optional.
ASKED = {"data-asked": ""}
LINE, TEXT = 200, 2_000
SLOTS = (1, 2)
NUMBER_PARTS = ("number", "role", "holder", "note", "silent")
ADDRESS_PARTS = ("kind", "address", "town", "departement", "access")
ADD_NUMBER, ADD_ADDRESS = "add_number", "add_address"


def _line(label: str, help_text: str = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LINE, required=False, widget=forms.TextInput(attrs=attrs)
    )


def _text(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": "3"})
    return forms.CharField(label=label, help_text=help_text, max_length=TEXT, required=False, widget=widget)


@dataclass(frozen=True)
class NumberRow:
    rank: int
    fields: Sequence[BoundField]


@dataclass(frozen=True)
class AddressRow:
    rank: int
    fields: Sequence[BoundField]
    # Days, from, to.
    slots: Sequence[Sequence[BoundField]]

    @property
    def has_second_slot(self) -> bool:
        """Open at once when something is typed, or wrong, in it."""
        return any(bound.value() or bound.errors for bound in self.slots[1])


class RegisteredFields(PortalForm):
    """`number_rows` and `address_rows` say how many rows the page shows. A row is empty, or complete."""

    # Rows of numbers and of addresses on a page that is opened with nothing known.
    least_rows: ClassVar[tuple[int, int]] = (1, 1)
    # What the page asks before the numbers.
    before_rows: ClassVar[Sequence[str]] = ()

    number_rows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    address_rows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    instruction = _text(
        "Consigne pour la patrouille", "Par exemple : se garer derrière la mairie, ne pas mettre la sirène."
    )
    persons_at_home = _line("Personnes au foyer", "Par exemple : 2 adultes.")
    children = _line("Enfants au foyer", "Leur nombre et leur âge, sans leur nom. Par exemple : 1 enfant de 6 ans.")
    vulnerabilities = _line("Handicap, difficulté à se déplacer", "Ce que la patrouille doit savoir pour aider.")
    dogs = _line("Chiens", "Par exemple : un chien dans la cour.")

    def __init__(self, *args: Any, departement: Departement, **kwargs: Any) -> None:
        # What another form of the same page is made with.
        self.made_with = {"departement": departement, **kwargs}
        super().__init__(*args, **kwargs)
        self.numbers_shown = self._rows("number_rows", self.least_rows[0], MOST_NUMBERS)
        self.addresses_shown = self._rows("address_rows", self.least_rows[1], MOST_ADDRESSES)
        usual: dict[str, Any] = {"number_rows": self.numbers_shown, "address_rows": self.addresses_shown}
        departements = Departement.objects.order_by("pk")
        for rank in range(1, self.numbers_shown + 1):
            self._add_number(rank)
            usual[f"number_{rank}_silent"] = False
        for rank in range(1, self.addresses_shown + 1):
            self._add_address(rank, departements)
            usual[f"address_{rank}_departement"] = departement
        self.initial = usual | self.initial | {name: usual[name] for name in ("number_rows", "address_rows")}
        # In the order of the page, which is that of the summary of errors.
        self.order_fields([*self.before_rows, *self._row_names(), *HOUSEHOLD[1:], HOUSEHOLD[0]])
        self.dress_fields()

    def _rows(self, name: str, least: int, most: int) -> int:
        typed = str(self.data.get(name) if self.is_bound else self.initial.get(name))
        return min(max(int(typed) if typed.isdecimal() else 0, 1 if self.is_bound else least), most)

    def _row_names(self) -> Iterator[str]:
        for rank in range(1, self.numbers_shown + 1):
            yield from (f"number_{rank}_{part}" for part in NUMBER_PARTS)
        for rank in range(1, self.addresses_shown + 1):
            yield from (f"address_{rank}_{part}" for part in (*ADDRESS_PARTS, "key"))
            for slot in SLOTS:
                yield from (f"address_{rank}_{part}_{slot}" for part in ("days", "from", "to"))

    def _add_number(self, rank: int) -> None:
        # Named in full: the summary of the errors shows labels without their group.
        of = f"numéro {rank}"
        made = {
            "number": _line(f"Le {of}", "Comme il s'écrit, avec ou sans indicatif.", inputmode="tel", **ASKED),
            "role": forms.ChoiceField(
                label=f"À qui est le {of} ?",
                choices=[EMPTY, *NumberRole.choices],
                required=False,
                widget=forms.Select(attrs=ASKED),
            ),
            "holder": _line(f"Qui répond au {of}", "Par exemple : elle-même, le secrétariat."),
            "silent": forms.BooleanField(label=f"Ne pas rappeler le {of}", required=False),
            "note": _line(f"Précaution pour le {of}", "Par exemple : ne pas laisser de message."),
        }
        self.fields |= {f"number_{rank}_{part}": field for part, field in made.items()}

    def _add_address(self, rank: int, departements: QuerySet[Departement]) -> None:
        of = f"adresse {rank}"
        made: dict[str, forms.Field] = {
            "key": forms.UUIDField(required=False, widget=forms.HiddenInput),
            "kind": forms.ChoiceField(
                label=f"Quel lieu est l'{of} ?",
                choices=[EMPTY, *AddressKind.choices],
                required=False,
                widget=forms.Select(attrs=ASKED),
            ),
            "address": _line(f"Rue et numéro de l'{of}", **ASKED),
            "town": _line(f"Commune de l'{of}", **ASKED),
            "departement": forms.ModelChoiceField(
                label=f"Département de l'{of}", queryset=departements, required=False, widget=forms.Select(attrs=ASKED)
            ),
            "access": _line(f"Accès à l'{of}", "Par exemple : portail vert, deuxième étage, sonnette à droite."),
        }
        for slot in SLOTS:
            second = "" if slot == 1 else " (autre plage)"
            made |= {
                f"days_{slot}": forms.TypedMultipleChoiceField(
                    label=f"Jours de présence probable à l'{of}{second}",
                    choices=[(str(day), name) for day, name in enumerate(DAYS)],
                    coerce=int,
                    required=False,
                    widget=forms.CheckboxSelectMultiple(attrs={"data-inline": True}),
                ),
                f"from_{slot}": forms.TimeField(label=f"Présence à l'{of}{second}, à partir de", required=False),
                f"to_{slot}": forms.TimeField(label=f"Présence à l'{of}{second}, jusqu'à", required=False),
            }
        self.fields |= {f"address_{rank}_{part}": field for part, field in made.items()}

    # --- The page ---------------------------------------------------------------------------------------------------

    def with_one_more(self, act: str) -> Self:
        """The same page with a row more, and everything that was typed. Nothing is said of errors yet."""
        of_numbers = act == ADD_NUMBER
        rank = (self.numbers_shown if of_numbers else self.addresses_shown) + 1
        data = self.data.copy()
        data["number_rows" if of_numbers else "address_rows"] = str(rank)
        if not of_numbers:
            data[f"address_{rank}_departement"] = self.made_with["departement"].pk
        grown = type(self)(data, **self.made_with)
        first = f"number_{rank}_number" if of_numbers else f"address_{rank}_kind"
        if first in grown.fields:
            grown.fields[first].widget.attrs["autofocus"] = True
        grown._errors, grown.cleaned_data = ErrorDict(), {}
        return grown

    @property
    def number_lines(self) -> list[NumberRow]:
        order = ("number", "role", "holder", "note", "silent")
        return [
            NumberRow(rank, [self[f"number_{rank}_{part}"] for part in order])
            for rank in range(1, self.numbers_shown + 1)
        ]

    @property
    def address_lines(self) -> list[AddressRow]:
        return [
            AddressRow(
                rank,
                [self[f"address_{rank}_{part}"] for part in ADDRESS_PARTS],
                [[self[f"address_{rank}_{part}_{slot}"] for part in ("days", "from", "to")] for slot in SLOTS],
            )
            for rank in range(1, self.addresses_shown + 1)
        ]

    @property
    def household(self) -> list[BoundField]:
        return [self[name] for name in ("persons_at_home", "children", "vulnerabilities", "dogs")]

    @property
    def may_add_number(self) -> bool:
        return self.numbers_shown < MOST_NUMBERS

    @property
    def may_add_address(self) -> bool:
        return self.addresses_shown < MOST_ADDRESSES

    # --- What was typed ---------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        numbers = [self._clean_number(rank, data) for rank in range(1, self.numbers_shown + 1)]
        addresses = [self._clean_address(rank, data) for rank in range(1, self.addresses_shown + 1)]
        if not any(numbers):
            self.add_error(
                "number_1_number", "Donnez au moins un numéro : c'est par lui que le 17 reconnaît la personne."
            )
        if not any(addresses):
            self.add_error("address_1_address", "Donnez au moins une adresse : c'est là que la patrouille ira.")
        return data

    def _need(self, name: str, message: str) -> None:
        if not self.has_error(name):
            self.add_error(name, message)

    def _clean_number(self, rank: int, data: dict[str, Any]) -> bool:
        """Whether the row holds something. A row is empty or complete."""
        typed = {part: data.get(f"number_{rank}_{part}") for part in NUMBER_PARTS}
        if not any(typed.values()):
            return False
        if not typed["number"]:
            self._need(f"number_{rank}_number", "Écrivez le numéro, ou videz toute la ligne.")
        if not typed["role"]:
            self._need(f"number_{rank}_role", "Dites à qui est ce numéro, ou videz toute la ligne.")
        return True

    def _clean_address(self, rank: int, data: dict[str, Any]) -> bool:
        said = (
            "kind",
            "address",
            "town",
            "access",
            *(f"{part}_{slot}" for slot in SLOTS for part in ("days", "from", "to")),
        )
        if not any(data.get(f"address_{rank}_{part}") for part in said):
            return False
        for part, message in (
            ("kind", "Dites quel lieu c'est, ou videz toute la ligne."),
            ("address", "Écrivez la rue, ou videz toute la ligne."),
            ("town", "Écrivez la commune, ou videz toute la ligne."),
            ("departement", "Choisissez le département."),
        ):
            if not data.get(f"address_{rank}_{part}"):
                self._need(f"address_{rank}_{part}", message)
        for slot in SLOTS:
            parts = {part: data.get(f"address_{rank}_{part}_{slot}") for part in ("days", "from", "to")}
            if any(value not in (None, []) for value in parts.values()):
                for part, message in (
                    ("days", "Cochez les jours, ou videz les heures."),
                    ("from", "Dites à partir de quelle heure, ou décochez les jours."),
                    ("to", "Dites jusqu'à quelle heure, ou décochez les jours."),
                ):
                    if parts[part] in (None, []):
                        self._need(f"address_{rank}_{part}_{slot}", message)
        return True

    @property
    def facts(self) -> RegistrationFacts:
        data = self.cleaned_data
        return RegistrationFacts(
            numbers=[
                NumberFacts(
                    role=data[f"number_{rank}_role"],
                    number=data[f"number_{rank}_number"],
                    holder=data[f"number_{rank}_holder"],
                    may_call_back=not data[f"number_{rank}_silent"],
                    note=data[f"number_{rank}_note"],
                )
                for rank in range(1, self.numbers_shown + 1)
                if data[f"number_{rank}_number"]
            ],
            addresses=[
                self._address(rank) for rank in range(1, self.addresses_shown + 1) if data[f"address_{rank}_address"]
            ],
            **{name: data[name] for name in HOUSEHOLD},
        )

    def _address(self, rank: int) -> AddressFacts:
        data = {part: self.cleaned_data[f"address_{rank}_{part}"] for part in (*ADDRESS_PARTS, "key")}
        slots = [
            Slot(
                tuple(sorted(self.cleaned_data[f"address_{rank}_days_{slot}"])),
                self.cleaned_data[f"address_{rank}_from_{slot}"],
                self.cleaned_data[f"address_{rank}_to_{slot}"],
            )
            for slot in SLOTS
            if self.cleaned_data[f"address_{rank}_days_{slot}"]
        ]
        return AddressFacts(
            kind=data["kind"],
            address=data["address"],
            town=data["town"],
            departement=data["departement"],
            access=data["access"],
            presence=slots,
            pk=data["key"],
        )


def values_of(registration: Registration) -> dict[str, Any]:
    """What the fields show of a registration, every row of it."""
    values: dict[str, Any] = {name: getattr(registration, name) for name in HOUSEHOLD}
    numbers = list(registration.numbers.order_by("rank"))
    addresses = list(registration.addresses.select_related("departement").order_by("rank"))
    for row in (*numbers, *addresses):
        row.registration = registration
    values |= {"number_rows": max(len(numbers), 1), "address_rows": max(len(addresses), 1)}
    for rank, number in enumerate(numbers, start=1):
        line = (number.number, number.role, number.holder, number.note, not number.may_call_back)
        values |= {f"number_{rank}_{part}": value for part, value in zip(NUMBER_PARTS, line, strict=True)}
    for rank, row in enumerate(addresses, start=1):
        shown = (row.kind, row.address, row.town, row.departement, row.access)
        values |= {f"address_{rank}_{part}": value for part, value in zip(ADDRESS_PARTS, shown, strict=True)}
        values[f"address_{rank}_key"] = row.pk
        for slot, read in enumerate(read_slots(row.presence)[: len(SLOTS)], start=1):
            values |= {
                f"address_{rank}_days_{slot}": list(read.days),
                f"address_{rank}_from_{slot}": read.start,
                f"address_{rank}_to_{slot}": read.end,
            }
    return values
