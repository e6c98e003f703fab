"""French telephone numbers as people write them, and the forms under which two writings are the same number.

A number is never refused and never unique: what was typed is kept as it was, and compared by the forms it may have.
The five plans that dial each other with ten digits (+33, +262, +590, +594, +596) share their national numbers: nine
digits name one line among them, whichever code stands before. The others are compared in E.164.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers

if TYPE_CHECKING:
    from collections.abc import Iterator

METROPOLE = 33
NINE_DIGIT_PLANS = (METROPOLE, 262, 590, 594, 596)
# Plans whose own numbers are shorter: lengths of a national number. Saint-Pierre moves from six digits to nine.
SHORT_PLANS: dict[int, tuple[int, ...]] = {508: (6, 9), 681: (6,), 687: (6,), 689: (8, 6)}
PLAN_NAMES = {
    METROPOLE: "métropole",
    262: "La Réunion, Mayotte",
    590: "Guadeloupe, Saint-Martin, Saint-Barthélemy",
    594: "Guyane",
    596: "Martinique",
    508: "Saint-Pierre-et-Miquelon",
    681: "Wallis-et-Futuna",
    687: "Nouvelle-Calédonie",
    689: "Polynésie française",
}
PLAN_OF_DEPARTEMENT = {
    "971": 590, "972": 596, "973": 594, "974": 262, "975": 508, "976": 262, "977": 590, "978": 590, "984": 262,
    "986": 681, "987": 689, "988": 687,
}  # fmt: skip
# The regions of the library that share a plan.
REGIONS = {METROPOLE: ("FR",), 262: ("RE", "YT"), 590: ("GP",), 594: ("GF",), 596: ("MQ",)}
# 17, 112, 3919, 118 218: dialled as they are, they belong to no plan.
SHORT = 0
LONGEST_SHORT = 6
# E.164 allows fifteen; shorter than seven with its country, nothing is a subscriber.
INTERNATIONAL = range(7, 16)

_LABEL = re.compile(
    r"^\s*(?:tel|tél|téléphone|telephone|tph|phone|portable|port|mobile|mob|fixe|domicile|dom|bureau|bur|mairie|gsm|sms|"
    r"fax|n°|no|num|numéro|numero|appel de|de|from)\b\.?\s*[:=]?\s*",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"(?:[,;]\s*ext(?:ension)?\s*=?|\s*(?:poste|post|ext\.?|extension|interne|int\.|p\.|x|#))\s*\.?\s*:?\s*\d{1,6}\s*$",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s().\-/_·•‐‑‒–—―−,'’*|\\\[\]]")
_SEVERAL = re.compile(r"\s*(?:;|\n|\r|\bou\b|\bet\b|/|,|\|)\s*")


@dataclass(frozen=True, order=True)
class Candidate:
    """One form that what was typed may have: `key` is compared, `plan` is a country code, or `SHORT`."""

    key: str
    plan: int


def digits_of(text: str) -> str:
    """`text` with every decimal digit of the world in ASCII, without anything that is not shown."""
    shown = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.decimal(sign, None)) if unicodedata.category(sign) == "Nd" else sign
        for sign in shown
        if unicodedata.category(sign) not in {"Cf", "Mn", "Me"}
    )


@lru_cache(maxsize=4096)
def candidates(text: str, *, departement: str = "") -> frozenset[Candidate]:
    """The forms of the number, or of the numbers, typed in `text`; none when nothing there is one.

    `departement` is where the number is typed: in the Pacific and in Saint-Pierre a local number says no plan.
    """
    readable = digits_of(text)[:200]
    parts = [part for part in _SEVERAL.split(readable) if part]
    # « 01/02/03/04/05 » is one number; « 06 39 98 00 01 / 02 61 91 00 10 » is two.
    if len(parts) > 1 and all(len(re.sub(r"\D", "", part)) >= min(8, len(part)) >= 6 for part in parts):
        found = [_forms(part, departement) for part in parts]
        return frozenset(form for forms in found for form in forms)
    return frozenset(_forms(readable, departement))


def plan_of(text: str, *, departement: str) -> int:
    """The plan that a registered number belongs to, as well as can be known where it was written down.

    An explicit code decides; then the ranges of the plan of the territory; then those of the others.
    """
    explicit = {form.plan for form in candidates(text, departement=departement)}
    if len(explicit) == 1:
        return explicit.pop()
    local = PLAN_OF_DEPARTEMENT.get(departement, METROPOLE)
    if not explicit or local in explicit:
        return local
    return METROPOLE if METROPOLE in explicit else min(explicit)


def plan_words(plan: int) -> str:
    """« +262 (La Réunion, Mayotte) »."""
    if plan == SHORT:
        return "numéro court"
    name = PLAN_NAMES.get(plan)
    return f"+{plan} ({name})" if name else f"+{plan}"


def last_digits(text: str, count: int = 2) -> str:
    """The only digits of a number that a journal keeps."""
    digits = re.sub(r"\D", "", _EXTENSION.sub("", digits_of(text)))
    return digits[-count:] if len(digits) > 2 * count else ""


def _forms(text: str, departement: str) -> Iterator[Candidate]:
    bare = _EXTENSION.sub("", re.sub(r"^\s*tel:", "", _LABEL.sub("", text.strip()), flags=re.IGNORECASE)).strip()
    bare = bare.replace("(0)", "").replace("[0]", "")
    international = bare.lstrip("( \t").startswith("+")
    compact = _SEPARATORS.sub("", bare.replace("+", ""))
    # A letter O between digits is a zero; any other letter means that this is not a number we can read.
    compact = re.sub(r"[oO](?=[\d oO])", "0", compact) if re.match(r"^[\doO]+$", compact) else compact
    if not compact.isdigit():
        return
    if not international and compact.startswith("00"):
        international, compact = True, compact[2:]
    if international:
        yield from _international(compact)
        return
    yield from _national(compact, departement)


def _international(digits: str) -> Iterator[Candidate]:
    """`digits` start with a country code."""
    # « +33 (0)6 », « +262 0692 »: the zero of the national writing has no place after a code.
    for plan in NINE_DIGIT_PLANS:
        rest = digits.removeprefix(str(plan))
        if rest != digits and len(rest.lstrip("0")) == 9:
            yield Candidate(f"9:{rest.lstrip('0')}", plan)
            return
    for plan, lengths in SHORT_PLANS.items():
        rest = digits.removeprefix(str(plan))
        if rest != digits and (len(rest) in lengths or len(rest.lstrip("0")) in lengths):
            yield Candidate(f"+{plan}{rest if len(rest) in lengths else rest.lstrip('0')}", plan)
            return
    if len(digits) not in INTERNATIONAL or digits.startswith("0"):
        return
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return
    plan = number.country_code or SHORT
    if plan in NINE_DIGIT_PLANS or plan in SHORT_PLANS:
        # A code of ours with a length that is not: a mistyped number finds nobody rather than somebody else.
        return
    yield Candidate(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), plan)


def _national(digits: str, departement: str) -> Iterator[Candidate]:
    local = PLAN_OF_DEPARTEMENT.get(departement, METROPOLE)
    if local in SHORT_PLANS and len(digits.lstrip("0")) in SHORT_PLANS[local]:
        yield Candidate(f"+{local}{digits.lstrip('0')}", local)
        if len(digits) <= LONGEST_SHORT:
            return
    if len(digits) == 10 and digits.startswith("0"):
        if digits.startswith("0508") and digits[4:].isdigit():
            # Saint-Pierre is dialled 0508 from the other plans, and no line of theirs starts so.
            yield Candidate(f"+508{digits[4:]}", 508)
            return
        yield from (Candidate(f"9:{digits[1:]}", plan) for plan in plans_of(digits[1:]))
        return
    if len(digits) == 9 and not digits.startswith("0"):
        # A spreadsheet drops the first zero.
        yield from (Candidate(f"9:{digits}", plan) for plan in plans_of(digits))
    # A code without its « + »: only where the length can be nothing else.
    if len(digits) in {11, 12, 13} or (len(digits) == 9 and digits[:3] in {"508", "681", "687"}):
        yield from _international(digits)
    if 2 <= len(digits) <= LONGEST_SHORT:
        yield Candidate(f"s:{digits}", SHORT)


@lru_cache(maxsize=4096)
def plans_of(nine: str) -> tuple[int, ...]:
    """The plans in which these nine digits can be a line; metropolitan France when none knows them."""
    found = tuple(
        plan
        for plan in NINE_DIGIT_PLANS
        for region in REGIONS[plan]
        if phonenumbers.is_valid_number_for_region(
            phonenumbers.PhoneNumber(country_code=plan, national_number=int(nine)), region
        )
    )
    return tuple(dict.fromkeys(found)) or (METROPOLE,)
