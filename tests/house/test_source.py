"""Rules read in the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.places import ROOT
from tests.house.layers import APPLICATIONS

SOURCES = sorted(file for name in APPLICATIONS for file in (ROOT / name).rglob("*.py"))
# core.clock is the clock itself; the journal also keeps the database's own time, which no demonstration moves.
MAY_READ_THE_TRUE_TIME = {ROOT / "core" / "clock.py", ROOT / "core" / "models.py"}
REAL_TIME = {("timezone", "now"), ("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")}
DATABASE_TIME = {"Now", "TransactionNow"}
LONGEST = 400


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def real_time_calls(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            owner_name = getattr(owner, "id", getattr(owner, "attr", ""))
            if (owner_name, node.attr) in REAL_TIME:
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and DATABASE_TIME & {alias.name for alias in node.names}:
            yield node.lineno


@pytest.mark.parametrize("path", [path for path in SOURCES if path not in MAY_READ_THE_TRUE_TIME], ids=name_of)
def test_time_comes_from_the_portal_clock(path):
    lines = list(real_time_calls(ast.parse(path.read_text())))
    assert lines == [], f"use core.clock in {name_of(path)}"


@pytest.mark.parametrize(
    "source",
    ["timezone.now()", "datetime.date.today()", "datetime.now(UTC)", "from django.db.models.functions import Now"],
)
def test_every_way_around_the_clock_is_seen(source):
    assert list(real_time_calls(ast.parse(source))) == [1]


def unnamed_tasks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", []):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if getattr(called, "id", getattr(called, "attr", "")) in ("shared_task", "task"):
                keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
                if "name" not in {keyword.arg for keyword in keywords}:
                    yield node.name


def test_every_celery_task_has_a_name_that_a_move_does_not_change():
    assert [(name_of(path), task) for path in SOURCES for task in unnamed_tasks(ast.parse(path.read_text()))] == []


@pytest.mark.parametrize("source", ["@shared_task\ndef f(): ...", "@app.task(bind=True)\ndef f(): ..."])
def test_a_task_without_a_name_is_seen(source):
    assert list(unnamed_tasks(ast.parse(source))) == ["f"]


def test_no_file_outgrows_what_a_person_reads_at_once():
    files = [*SOURCES, *(ROOT / "dev").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in files if "migrations" not in path.parts}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_changelog_exists_and_is_in_french():
    assert "# Journal des modifications" in (ROOT / "CHANGELOG.md").read_text()
