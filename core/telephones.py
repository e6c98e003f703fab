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
SAINT_PIERRE = 508
# How its numbers of nine digits start; its mobiles are dialled 0708 from the other plans.
SAINT_PIERRE_MOBILE = "708"
SAINT_PIERRE_LONG = (SAINT_PIERRE_MOBILE, "806", "807", "808", "809")
_PACIFIC_CODES = ("681", "687")
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

# What people write before a number; one may follow another: « Tél. portable : ».
_LABEL = re.compile(
    r"^(?:[\s:=\"'«»“”‹›<>☎☏✆📞📟📠📱📲]+|(?:appels? (?:entrant|de|du)|appelante?|appel|contact|tel|tels|tél|téls|"
    r"téléphone|telephone|tph|phone|portable|port|mobile|mob|cell|fixe|domicile|dom|maison|bureau|bur|travail|perso|personnel|"
    r"pro|professionnel|mairie|permanence|standard|gsm|sms|fax|n[°o]s?|num|numéro|numero|callto|caller|from|de|n|t|p|m|f)"
    r"(?![^\W\d_])\.?)",
    re.IGNORECASE,
)
# « (bureau) », « (Anne) » after a number; and what a mobile sends before one to hide its own.
_REMARK = re.compile(r"\([^()\d+]*[^\W\d_][^()\d+]*\)")
_HIDING = re.compile(r"^\s*[#*]31#\s*")
_EXTENSION = re.compile(
    r"(?:[,;]\s*ext(?:ension)?\s*=?|\s*\(?\s*(?:poste|post|ext\.?|extension|interne|int\.?|p\.|x|#))"
    r"\s*(?:n°)?\s*\.?\s*:?\s*\d{1,6}\s*\)?\s*$",
    re.IGNORECASE,
)
# RFC 3966: « tel:639980001;phone-context=+33 ».
_CONTEXT = re.compile(r";\s*phone-context=(\+?[\d().\-]*)[^;]*", re.IGNORECASE)
# What a spreadsheet makes of a number that it takes for a quantity.
_DECIMALS = re.compile(r"(?<=\d{9})[.,]0+$")
_AROUND = " \t\r\n;:,.!?\"'«»“”‹›<>#"
_SEPARATORS = re.compile(r"[\s().\-/_·•‐‑‒–—―−,'’*|\\\[\]]")
_SEVERAL = re.compile(r"\s*(?:;|\n|\r|\bou\b|\bet\b|\bpuis\b|&|/|,|\||\t|\s[-–—]\s|\s{2,})\s*", re.IGNORECASE)
_TWO_STUCK = re.compile(r"(0[1-9]\d{8})(0[1-9]\d{8})")
# Two to six digits that mean something when dialled alone in France: 17, 112, 3919, 1013, 118 218, 116 006.
_SHORT_NUMBER = re.compile(r"1[0-9]|1\d\d|[13]\d{3}|11[68]\d{3}")
# Fewer digits than that are a piece of a number: « 01/02/03/04/05 » is one, not five.
LEAST_OF_SEVERAL = 6
LONGEST_TEXT = 200


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


def candidates(text: str, *, departement: str = "") -> frozenset[Candidate]:
    """The forms of the number, or of the numbers, typed in `text`; none when nothing there is one.

    `departement` is where the number is typed: in the Pacific and in Saint-Pierre a local number says no plan.
    Nothing is remembered from one call to the next: a cache would hold in memory the numbers of those who called.
    """
    readable = digits_of(text)
    if len(readable) > LONGEST_TEXT:
        # Cut, it could read as another number.
        return frozenset()
    return frozenset(form for part in _numbers_in(readable) for form in _forms(part, departement))


def _numbers_in(readable: str) -> list[str]:
    """« 06 39 98 00 01 / 02 61 91 00 10 » is two numbers, which are never joined."""
    parts = [part for part in _SEVERAL.split(_CONTEXT.sub("", readable)) if re.search(r"\w", part)]
    if len(parts) > 1 and all(len(re.sub(r"\D", "", part)) >= LEAST_OF_SEVERAL for part in parts):
        return parts
    if stuck := _TWO_STUCK.fullmatch(_SEPARATORS.sub("", _bare(readable)[0])):
        return list(stuck.groups())
    return [readable]


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
    digits = re.sub(r"\D", "", _compact(_bare(digits_of(text))[0]))
    return digits[-count:] if len(digits) > 2 * count else ""


def _bare(text: str) -> tuple[str, str]:
    """The number alone, without label, remark, extension nor quotes; and the code that a `tel:` address gives apart."""
    context = _CONTEXT.search(text)
    bare = _REMARK.sub("", _CONTEXT.sub("", text)).replace("%20", " ").replace("%2B", "+").replace("%2b", "+")
    while (shorter := _LABEL.sub("", bare, count=1)) != bare:
        bare = shorter
    bare = _EXTENSION.sub("", _HIDING.sub("", bare.strip(_AROUND.replace("#", ""))))
    bare = _DECIMALS.sub("", bare.strip(_AROUND))
    return bare.replace("(0)", "").replace("[0]", ""), context[1] if context else ""


def _compact(bare: str) -> str:
    """Without what separates. A letter O among digits is a zero; any other one means that this is no number."""
    compact = _SEPARATORS.sub("", bare.replace("+", ""))
    if re.fullmatch(r"[\doO]*\d[\doO]*", compact):
        compact = compact.replace("o", "0").replace("O", "0")
    return compact


def _forms(text: str, departement: str) -> Iterator[Candidate]:
    bare, context = _bare(text)
    if context.startswith("+") and not bare.startswith("+"):
        bare = context + bare
    international = bare.lstrip("([ \t").startswith("+")
    compact = _compact(bare)
    if not compact.isdecimal():
        return
    if not international and compact.startswith("00"):
        international, compact = True, compact[2:]
    yield from _international(compact) if international else _national(compact, departement)


def _international(digits: str, *, is_sure: bool = True) -> Iterator[Candidate]:
    """`digits` start with a country code; when nothing but their number says so (`is_sure`), that of a real line."""
    for plan in NINE_DIGIT_PLANS:
        # « +33 (0)6 », « +262 0692 »: the zero of the national writing has no place after a code.
        rest = digits.removeprefix(str(plan)).removeprefix("0")
        if digits.startswith(str(plan)) and len(rest) == 9 and not rest.startswith("0"):
            yield Candidate(f"9:{rest}", plan)
            return
    for plan in SHORT_PLANS:
        if digits.startswith(str(plan)):
            rest = digits.removeprefix(str(plan))
            # « +687 (0)26 19 10 »: here too, by habit.
            if key := _of_short_plan(plan, rest) or (rest.startswith("0") and _of_short_plan(plan, rest[1:])):
                yield Candidate(key, plan)
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
    if is_sure or phonenumbers.is_valid_number(number):
        yield Candidate(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), plan)


def _of_short_plan(plan: int, rest: str) -> str:
    """The key of a national number of a plan of its own; empty when it has not one of its lengths."""
    if plan == SAINT_PIERRE and len(rest) == 9:
        # Its fixed lines keep their six digits behind 508; its nine-digit ones are its own.
        if rest.startswith(str(SAINT_PIERRE)):
            rest = rest[3:]
        elif not rest.startswith(SAINT_PIERRE_LONG):
            return ""
    return f"+{plan}{rest}" if len(rest) in SHORT_PLANS[plan] else ""


def _national(digits: str, departement: str) -> Iterator[Candidate]:
    local = PLAN_OF_DEPARTEMENT.get(departement, METROPOLE)
    # No local number of these plans starts with a zero, but the 050 of Nouméa.
    is_local = local in SHORT_PLANS and (not digits.startswith("0") or digits.startswith("050"))
    if is_local and (key := _of_short_plan(local, digits)):
        yield Candidate(key, local)
        if len(digits) <= LONGEST_SHORT or local == SAINT_PIERRE:
            return
    nine = digits[1:] if len(digits) == 10 and digits.startswith("0") else digits
    if len(nine) == 9 and not nine.startswith("0"):
        # Nine digits typed alone: a spreadsheet drops the first zero.
        if nine.startswith((str(SAINT_PIERRE), SAINT_PIERRE_MOBILE)):
            # Saint-Pierre is dialled 0508 and 0708 from the other plans, and no line of theirs starts so.
            yield Candidate(_of_short_plan(SAINT_PIERRE, nine), SAINT_PIERRE)
            return
        yield from (Candidate(f"9:{nine}", plan) for plan in plans_of(nine))
    # A code without its « + »: only where the length can be nothing else, or in the ocean where that code is.
    if len(digits) in {11, 12, 13} or (len(digits) == 9 and local in SHORT_PLANS and digits[:3] in _PACIFIC_CODES):
        yield from _international(digits, is_sure=False)
    if _SHORT_NUMBER.fullmatch(digits):
        yield Candidate(f"s:{digits}", SHORT)


def plans_of(nine: str) -> tuple[int, ...]:
    """The plans in which these nine digits can be a line; metropolitan France when none knows them."""
    found = tuple(plan for plan, pattern in _patterns().items() if pattern.fullmatch(nine))
    return found or (METROPOLE,)


@lru_cache(maxsize=1)
def _patterns() -> dict[int, re.Pattern[str]]:
    """What the library knows of each plan of nine digits, in one expression: asked for every call received."""
    return {
        plan: re.compile("|".join(pattern for region in REGIONS[plan] for pattern in _numbers_of(region)))
        for plan in NINE_DIGIT_PLANS
    }


def _numbers_of(region: str) -> Iterator[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    for kind in (
        "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan",
        "voicemail",
    ):  # fmt: skip
        described = getattr(metadata, kind)
        if described is not None and described.national_number_pattern:
            yield described.national_number_pattern
