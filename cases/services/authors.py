"""What names an author, kept encrypted and compared by keyed hash only."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import phonenumbers

from cases.enums import IdentifierKind
from cases.models import AuthorIdentifier, SharedIdentifier
from core.encryption import blind_index
from core.telephones import NINE_DIGIT_PLANS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cases.models import Threat

PURPOSE = "cases.author_identifier"


def normalise_identifier(kind: str, value: str) -> str:
    """The form under which two spellings of one identifier are equal; empty when nothing is left to compare."""
    visible = "".join(letter for letter in unicodedata.normalize("NFKC", value) if unicodedata.category(letter) != "Cf")
    text = visible.strip().casefold()
    match kind:
        case IdentifierKind.TELEPHONE:
            return _telephone(text)
        case IdentifierKind.PLATE:
            return re.sub(r"[^a-z0-9]", "", text)
        case IdentifierKind.HANDLE:
            return re.sub(r"^(https?://)?(www\.|m\.)?", "", text).partition("?")[0].lstrip("@").rstrip("/")
    return re.sub(r"^mailto:|[<>\s]", "", text)


def _telephone(text: str) -> str:
    """Nine national digits for France and overseas, E.164 for the rest of the world, digits when nothing parses."""
    text = text.replace("(0)", "")
    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", text), "FR")
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", text)
    national = str(number.national_number)
    if number.country_code in NINE_DIGIT_PLANS and len(national) == 9:
        return national
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def identifier_key(kind: str, value: str) -> bytes:
    """The keyed hash of an identifier. Two kinds never give the same one."""
    return blind_index(f"{kind}:{normalise_identifier(kind, value)}", purpose=PURPOSE)


def set_author_identifiers(*, threat: Threat, identifiers: Iterable[tuple[str, str]]) -> list[AuthorIdentifier]:
    """Make `identifiers` (kind, value as typed) those of the threat, in the caller's transaction."""
    wanted = {
        identifier_key(kind, value): (kind, value) for kind, value in identifiers if normalise_identifier(kind, value)
    }
    kept = {bytes(row.key): row for row in threat.author_identifiers.all()}
    threat.author_identifiers.exclude(key__in=wanted).delete()
    shared = {bytes(key) for key in SharedIdentifier.objects.filter(key__in=wanted).values_list("key", flat=True)}
    missing = [
        AuthorIdentifier(threat=threat, kind=kind, value=value.strip(), key=key, is_shared=key in shared)
        for key, (kind, value) in wanted.items()
        if key not in kept
    ]
    return AuthorIdentifier.objects.bulk_create(missing)
