"""What the 17 reads of a caller, on one screen, and nothing else: never a narrative, a procedure or a confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alarm_registry.models import Absence
from alarm_registry.selectors.presence import ranked
from cases.selectors import level_of_official, live_measures_of_official
from cases.signals import protections_of_apps
from core import clock
from core.wording import day_words, local_datetime_words
from officials.selectors import current_mandates
from referents.selectors import referents_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import User
    from alarm_registry.models import RegisteredAddress, RegisteredNumber, Registration
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
    return compose_card(
        registration,
        numbers=list(registration.numbers.order_by("rank")),
        addresses=list(registration.addresses.select_related("departement").order_by("rank")),
        absences=list(Absence.objects.standing().filter(registration=registration).order_by("period", "pk")),
        mandates=current_mandates(registration.official),
        measures=measures_of(registration.official_id),
        level=level_of_official(registration.official_id),
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
