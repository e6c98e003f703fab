"""What the 17 reads of a caller, on one screen, and nothing else: never a narrative, a procedure or a confidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from alarm_registry.models import Absence, RegisteredAddress, RegisteredNumber, Registration
from alarm_registry.selectors.presence import ranked
from cases.models import Case
from cases.selectors import level_of_official, live_measures_of_official
from cases.signals import protections_of_apps
from core import clock
from core.fields import Ciphertext, EncryptedTextField
from core.wording import day_words, local_datetime_words
from officials.models import Mandate
from referents.selectors import referents_of
from territories.models import Departement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from django.db.models import QuerySet

    from accounts.models import User
    from alarm_registry.selectors.presence import Place
    from officials.models import Mandate


@dataclass(frozen=True)
class Card:
    registration: Registration
    name: str
    quality: str
    # The first number that may be called back, if there is one.
    call_back: RegisteredNumber | None
    numbers: Sequence[RegisteredNumber]
    places: Sequence[Place]
    household: Sequence[tuple[str, str]]
    instruction: str
    # « Bouton d'appel jusqu'au… », « Des patrouilles… », in words.
    measures: Sequence[str]
    level: str
    absences: Sequence[Absence]
    referents: Sequence[User]
    local_time: str
    is_unconfirmed: bool


HOUSEHOLD_LABELS = (
    ("persons_at_home", "Personnes au foyer"),
    ("children", "Enfants"),
    ("vulnerabilities", "Handicap, difficulté à se déplacer"),
    ("dogs", "Chiens"),
)


def card_of(registration: Registration) -> Card:
    """Everything the operator reads, from a registration read with its official, key, unit and département."""
    numbers, addresses, absences, mandates, has_file = _rows_of(registration)
    return compose_card(
        registration,
        numbers=numbers,
        addresses=addresses,
        absences=absences,
        mandates=mandates,
        # Nothing protects and nothing is evaluated outside a file, and most of those who are registered have none.
        measures=measures_of(registration.official_id) if has_file else [],
        level=level_of_official(registration.official_id) if has_file else "",
        referents=referents_of(registration.unit),
    )


def compose_card(
    registration: Registration,
    *,
    numbers: Sequence[RegisteredNumber],
    addresses: Sequence[RegisteredAddress],
    absences: Sequence[Absence],
    mandates: Sequence[Mandate],
    measures: Sequence[str],
    level: str,
    referents: Sequence[User],
) -> Card:
    """The card from what was read: one at a time for the 17, by batches for an extract."""
    now = clock.now()
    rows: list[RegisteredNumber | RegisteredAddress | Absence] = [*numbers, *addresses, *absences]
    for row in rows:
        # The one key that opens them all was opened once already.
        row.registration = registration
    by_key = {address.pk: address for address in addresses}
    for absence in absences:
        absence.address = by_key[absence.address_id]
    today = clock.today(registration.departement.time_zone)
    shown = [absence for absence in absences if absence.period.upper > today]
    away = {absence.address_id: absence.last_day for absence in shown if absence.first_day <= today}
    return Card(
        registration=registration,
        name=str(registration.official),
        quality=", ".join(str(mandate) for mandate in mandates) or "ancien élu",
        call_back=next((number for number in numbers if number.may_call_back), None),
        numbers=numbers,
        places=ranked(addresses, now=now, away=away),
        household=[(label, text) for name, label in HOUSEHOLD_LABELS if (text := getattr(registration, name))],
        instruction=registration.instruction,
        measures=measures,
        level=level,
        absences=shown,
        referents=referents,
        local_time=local_datetime_words(now, registration.departement.time_zone, with_paris=True),
        is_unconfirmed=registration.is_unconfirmed,
    )


def measures_of(official_id: UUID) -> list[str]:
    """What protects an élu now, in words."""
    return [
        *(sentence for app in protections_of_apps for sentence in app(official_id)),
        *_measures(official_id),
    ]


def _measures(official_id: UUID) -> list[str]:
    words = []
    for measure in live_measures_of_official(official_id):
        end = f", jusqu'au {day_words(measure.last_day)} inclus" if measure.last_day else ""
        words.append(f"{measure.get_kind_display().capitalize()}{end}")
    return list(dict.fromkeys(words))


def _rows_of(
    registration: Registration,
) -> tuple[list[RegisteredNumber], list[RegisteredAddress], list[Absence], list[Mandate], bool]:
    """What hangs on a registration, and whether there is a file, in one statement: the 17 waits for each of them."""
    mine: dict[str, Any] = {"registration_id": OuterRef("pk")}
    mandates = Mandate.objects.current(clock.today(clock.PARIS)).filter(official_id=OuterRef("official_id"))
    found = Registration.objects.filter(pk=registration.pk).values_list(
        _as_json(RegisteredNumber.objects.filter(**mine).order_by("rank"), *NUMBER),
        _as_json(
            RegisteredAddress.objects.filter(**mine).order_by("rank"), *ADDRESS, time_zone="departement__time_zone"
        ),
        _as_json(
            Absence.objects.standing().filter(**mine).order_by("period", "pk"),
            *ABSENCE,
            first="period__startswith",
            end="period__endswith",
        ),
        _as_json(mandates.order_by("started_on", "pk"), "kind", "label", "function_label"),
        Exists(Case.objects.filter(official_id=OuterRef("official_id"))),
    )
    numbers, addresses, absences, held, has_file = found[0] if found else ([], [], [], [], False)
    return (
        [_made(RegisteredNumber, row, registration) for row in numbers],
        [_address(row, registration) for row in addresses],
        [_absence(row, registration) for row in absences],
        [Mandate(**row) for row in held],
        has_file,
    )


NUMBER = ("id", "rank", "role", "number", "holder", "may_call_back", "note", "plan")
ADDRESS = ("id", "rank", "kind", "address", "town", "access", "presence", "departement_id")
ABSENCE = ("id", "address_id", "key_holder", "key_holder_telephone", "note")


def _as_json(queryset: QuerySet, *names: str, **others: str) -> ArraySubquery:
    return ArraySubquery(queryset.values(row=JSONObject(**{name: name for name in names}, **others)))


Made = TypeVar("Made", RegisteredNumber, RegisteredAddress, Absence)


def _made(model: type[Made], row: dict[str, Any], registration: Registration) -> Made:
    """A row read as JSON, as if the ORM had read it: its encrypted columns are tokens, opened when they are shown."""
    fields = model._meta
    values = {
        name: Ciphertext(value) if value and isinstance(fields.get_field(name), EncryptedTextField) else value
        for name, value in row.items()
    }
    return model(**values | {"id": UUID(row["id"]), "registration": registration})


def _address(row: dict[str, Any], registration: Registration) -> RegisteredAddress:
    zone = row.pop("time_zone")
    made = _made(RegisteredAddress, row, registration)
    made.departement = Departement(code=made.departement_id, time_zone=zone)
    return made


def _absence(row: dict[str, Any], registration: Registration) -> Absence:
    period = DateRange(date.fromisoformat(row.pop("first")), date.fromisoformat(row.pop("end")))
    made = _made(Absence, row | {"address_id": UUID(row["address_id"])}, registration)
    made.period = period
    return made
