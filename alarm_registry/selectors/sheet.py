"""A card in plain values, for a program: the same content as `Card`, never more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.wording import day_words

if TYPE_CHECKING:
    from alarm_registry.models import Absence, RegisteredNumber
    from alarm_registry.selectors.card import Card
    from alarm_registry.selectors.presence import Place

NOT_EVALUATED = "non évalué"


def sheet_of(card: Card) -> dict[str, Any]:
    """What holds whenever it is read: an extract is opened hours after it was made."""
    unit = card.registration.unit
    return {
        "inscription": str(card.registration.pk),
        "nom": card.name,
        "qualite": card.quality,
        "danger": card.level or NOT_EVALUATED,
        "non_reconfirmee": card.is_unconfirmed,
        "consigne": card.instruction,
        "rappeler": card.call_back.number if card.call_back else "",
        "numeros": [_number(number) for number in card.numbers],
        "adresses": [_place(place) for place in sorted(card.places, key=lambda place: place.row.rank)],
        "foyer": [{"titre": label, "texte": text} for label, text in card.household],
        "mesures": list(card.measures),
        "absences": [_absence(absence) for absence in card.absences],
        "referents": [{"nom": user.get_full_name(), "telephone": user.telephone} for user in card.referents],
        "unite": {"nom": str(unit), "telephone": unit.telephone},
    }


def sheet_now(card: Card, *, caller: RegisteredNumber | None = None) -> dict[str, Any]:
    """The same with what is true now: the local time, where the person probably is, the number that calls."""
    sheet = sheet_of(card)
    sheet["heure_locale"] = card.local_time
    sheet["adresses"] = [
        _place(place) | {"presence_probable": place.is_probable, "absent": place.is_empty} for place in card.places
    ]
    sheet["numeros"] = [
        _number(number) | {"appelle": caller is not None and number.pk == caller.pk} for number in card.numbers
    ]
    return sheet


def _number(number: RegisteredNumber) -> dict[str, Any]:
    return {
        "numero": number.number,
        "a_qui": number.get_role_display(),
        "qui_repond": number.holder,
        "peut_etre_rappele": number.may_call_back,
        "precaution": number.note,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "lieu": place.row.get_kind_display(),
        "adresse": place.row.address,
        "commune": place.row.town,
        "acces": place.row.access,
        "horaires": [str(slot) for slot in place.slots],
    }


def _absence(absence: Absence) -> dict[str, Any]:
    return {
        "du": day_words(absence.first_day),
        "au": day_words(absence.last_day),
        "lieu": absence.address.get_kind_display(),
        "cles": absence.key_holder,
        "telephone_des_cles": absence.key_holder_telephone,
        "a_savoir": absence.note,
    }
