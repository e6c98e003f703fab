"""Who sees what is decided in accounts/scope.py; the rest of the source does not compare postings with objects."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.test_source import SOURCES, name_of

THE_ONE = "accounts/scope.py"
PLACES = {"unit", "unit_id", "departement", "departement_id"}
# Readers of a person's postings, other than the gate itself, and what for. Not to decide who sees a row.
READERS = {
    "calae_portal/context_processors.py": "writes the posting in the header",
    "calae_portal/home.py": "an élu alone lands on his situation",
    "cases/selectors/measures.py": "the role under which a decision on a measure is signed",
    "cases/selectors/tasks.py": "the roles whose tasks are mine",
    "cases/views/follow_up.py": "a national reader compares départements, the others their units",
    "cases/views/logging/steps.py": "the unit where a référent logs",
}


def trees() -> Iterator[tuple[str, ast.AST]]:
    for path in SOURCES:
        if "migrations" not in path.parts and "demo" not in path.parts:
            yield name_of(path), ast.parse(path.read_text())


def definitions(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "visible_to":
            yield node.lineno


def readings(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("active_postings", "postings"):
            yield node.lineno


def comparisons(tree: ast.AST) -> Iterator[int]:
    """A posting's place inside a comparison, or given to a filter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.keyword):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Attribute) and inner.attr in PLACES and "posting" in ast.unparse(inner.value):
                    yield inner.lineno


def test_there_is_one_implementation_of_scope():
    assert [name for name, tree in trees() if list(definitions(tree))] == [THE_ONE]


def test_nothing_else_compares_a_posting_with_an_object():
    found = {name: list(comparisons(tree)) for name, tree in trees() if name not in (THE_ONE, "accounts/models.py")}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_outside_accounts_postings_are_read_for_a_known_reason():
    found = {name for name, tree in trees() if list(readings(tree)) and not name.startswith("accounts/")}
    assert found == set(READERS)


@pytest.mark.parametrize(
    "source",
    [
        "case.unit_id == posting.unit_id",
        "case.unit in [posting.unit for posting in user.active_postings]",
        "Case.objects.filter(departement_id=self.posting.departement_id)",
        "Case.objects.filter(unit__in=[p for p in (posting.unit,)])",
    ],
)
def test_every_comparison_is_seen(source):
    assert list(comparisons(ast.parse(source))) == [1]


@pytest.mark.parametrize("source", ["case.unit_id == unit.pk", "posting.role in roles", "dict(place=posting.place)"])
def test_what_compares_no_place_is_not(source):
    assert list(comparisons(ast.parse(source))) == []
