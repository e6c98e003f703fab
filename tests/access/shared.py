"""The world of the matrix, made once a module: it takes more time than most of the tests that look at it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from tests.access.world import World, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def made_world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """In a transaction of the module, undone after its last test; each test has a savepoint of its own inside."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        # As pytest-django marks its own: acts that insist on their own transaction are let in.
        around._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark
        with around:
            yield make_world()
            transaction.set_rollback(True)


@pytest.fixture
def world(made_world: World, db: None) -> World:
    """A copy of its own: what one test reads or changes in Python, the next one does not see."""
    return copy.deepcopy(made_world)
