"""Numbers as people write them: the right line, or none, never another one."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import telephones
from core.telephones import candidates, last_digits, plan_of, plan_words, plans_of
from tests.core.numbers_written import WRITTEN, Row

PACIFIC = {687: ("988", 6), 689: ("987", 8), 681: ("986", 6)}
INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u00ad"
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９")


def keys(text: str, departement: str = "45") -> set[str]:
    return {form.key for form in candidates(text, departement=departement)}


@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: repr(row[0][:40]))
def test_a_number_written_so_has_these_keys(row: Row) -> None:
    typed, expected, *where = row
    assert keys(typed, *where) == expected


def test_the_table_holds_at_least_180_ways_to_write() -> None:
    assert len({(typed, *where) for typed, _, *where in WRITTEN}) >= 180


Line = tuple[int, str]
nine = st.integers(100_000_000, 799_999_999).map(str).filter(lambda digits: digits[:3] not in {"508", "708"})


def own(plan: int, length: int) -> st.SearchStrategy[Line]:
    return st.integers(2 * 10 ** (length - 1), 10**length - 1).map(lambda digits: (plan, str(digits)))


# The five plans are one: nine digits name one line among them, whichever code stands before.
lines = st.one_of(
    nine.map(lambda digits: (33, digits)),
    *(own(plan, length) for plan, (_, length) in PACIFIC.items()),
    own(508, 6),
)


def writings(line: Line) -> list[tuple[str, str]]:
    """What says one line and no other, and where it is typed."""
    plan, digits = line
    found = [(f"+{plan}{digits}", "45"), (f"00{plan}{digits}", "45"), (f"+{plan} (0){digits}", "988")]
    if plan == 33:
        codes = [(f"{code}{digits}", "45") for code in telephones.NINE_DIGIT_PLANS]
        return [*found, *codes, (f"0{digits}", "45"), (f"0{digits}", "987"), (f"0{digits}", "975"), (digits, "45")]
    if plan == 508:
        return [*found, (f"0508{digits}", "45"), (f"508{digits}", "45"), (digits, "975")]
    return [*found, (digits, PACIFIC[plan][0])]


@given(line=lines)
def test_one_line_has_one_key_however_its_code_is_written(line: Line) -> None:
    found = [keys(text, where) for text, where in writings(line)]
    assert len(found[0]) == 1
    assert all(one == found[0] for one in found), list(zip(writings(line), found, strict=True))


@given(first=lines, second=lines)
def test_two_different_lines_never_share_a_key(first: Line, second: Line) -> None:
    if first == second:
        return
    one, other = (set().union(*(keys(text, where) for text, where in writings(line))) for line in (first, second))
    assert not one & other


@given(line=lines, position=st.integers(0, 20), digit=st.sampled_from("0123456789"))
def test_a_digit_too_many_or_too_few_after_a_code_finds_nobody(line: Line, position: int, digit: str) -> None:
    plan, digits = line
    at = position % (len(digits) - 1) + 1
    assert keys(f"+{plan}{digits[:at]}{digit}{digits[at:]}") == set()
    assert keys(f"+{plan}{digits[:at]}{digits[at + 1 :]}") == set()


@st.composite
def decorated(draw: st.DrawFn, text: str) -> str:
    """The same number as somebody else would have written it."""
    script = draw(st.sampled_from(DIGITS))
    between = draw(st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", "\u2011", "/"]))
    unseen = draw(st.sampled_from(["", *INVISIBLE]))
    # Two by two from the end: no piece of it is a number by itself.
    size = len(text)
    written = "".join(
        (between if rank and (size - rank) % 2 == 0 else "") + (script[int(sign)] if sign.isdigit() else sign) + unseen
        for rank, sign in enumerate(text)
    )
    label = draw(st.sampled_from(["", "Tél. : ", "tel:", "Port. ", "N° ", "📞 ", "mairie : ", "  ", "\ufeff"]))
    after = draw(st.sampled_from(["", " poste 12", " (bureau)", ".", " ;", "  ", " ext. 3"]))
    return label + written + after


@given(data=st.data(), line=lines)
def test_any_decoration_of_a_number_gives_the_same_keys(data: st.DataObject, line: Line) -> None:
    text, where = data.draw(st.sampled_from(writings(line)))
    if "(" in text:
        return
    written = data.draw(decorated(text))
    assert keys(written, where) == keys(text, where), written


@given(text=st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_reading(text: str) -> None:
    candidates(text, departement="988")
    assert len(last_digits(text)) in (0, 2)


@given(number=nine)
def test_the_plans_of_a_number_are_those_that_the_library_knows(number: str) -> None:
    known = [
        plan
        for plan, regions in telephones.REGIONS.items()
        for region in regions
        if phonenumbers.is_valid_number_for_region(
            phonenumbers.PhoneNumber(country_code=plan, national_number=int(number)), region
        )
    ]
    assert set(plans_of(number)) == set(known or [33])


def test_a_number_of_two_plans_says_both() -> None:
    assert {form.plan for form in candidates("0269 60 00 01")} == {33, 262}
    assert plan_words(262) == "+262 (La Réunion, Mayotte)"


@pytest.mark.parametrize(
    ("typed", "where", "plan"),
    [
        ("0269 60 00 01", "976", 262),
        ("0269 60 00 01", "45", 33),
        ("0692 00 00 01", "45", 262),
        ("+262 692 00 00 01", "45", 262),
        ("26 19 10", "988", 687),
        ("illisible", "987", 689),
        ("17", "45", 0),
    ],
)
def test_the_plan_of_a_registered_number_is_that_of_its_code_then_of_its_place(typed, where, plan) -> None:
    assert plan_of(typed, departement=where) == plan


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 39 98 00 01", "01"),
        ("06 39 98 00 47 poste 12", "47"),
        ("٠٦٣٩٩٨٠٠٤٧", "47"),
        ("O6 39 98 OO O1", "01"),
        ("tel:639980047;phone-context=+33", "47"),
        ("17", ""),
        ("3919", ""),
    ],
)
def test_a_journal_keeps_two_digits_of_the_number_itself(typed: str, kept: str) -> None:
    assert last_digits(typed) == kept


def test_no_cache_remembers_the_numbers_that_were_read() -> None:
    remembering = [name for name, value in vars(telephones).items() if hasattr(value, "cache_info")]
    assert remembering == ["_patterns"]
