"""Each reading leaves its entry, and reading changes nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.journal import Action
from core.models import JournalEntry
from tests.access.matrix import MATRIX
from tests.access.world import World

# Who reads what, and what kind of entry it leaves.
CONSULTATIONS = [
    ("analyst", "cases:detail", Action.CONSULTATION),
    ("head", "cases:evaluation", Action.CONSULTATION),
    ("referent", "cases:correct_threat", Action.CONSULTATION),
    ("instructor", "call_buttons:request", Action.CONSULTATION),
    ("decider", "call_buttons:grant", Action.CONSULTATION),
    ("decider", "call_buttons:grant_preview", Action.CONSULTATION),
    ("head", "call_buttons:document", Action.EXPORT),
    ("official", "home", Action.CONSULTATION),
    ("official", "situation", Action.CONSULTATION),
    ("analyst", "officials:detail", Action.CONSULTATION),
    ("analyst", "barometer:month_csv", Action.EXPORT),
    ("administrator", "operations:journal", Action.CONSULTATION),
    ("referent_elsewhere", "cases:detail", Action.REFUSAL),
    ("operator", "cases:list", Action.REFUSAL),
]


def client_of(world: World, persona: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.users[persona])
    return client


def address(world: World, name: str) -> str:
    return reverse(name, args=world.arguments().get(name, []))


@pytest.mark.parametrize(("persona", "name", "action"), CONSULTATIONS)
def test_each_reading_leaves_one_entry_with_who_and_why(world: World, persona: str, name: str, action: str) -> None:
    client = client_of(world, persona)
    before = JournalEntry.objects.count()
    client.get(address(world, name))
    entries = list(JournalEntry.objects.order_by("pk")[before:])
    assert [entry.action for entry in entries] == [action]
    assert entries[0].actor_id == world.users[persona].pk
    assert entries[0].address == "127.0.0.1"


def test_reading_writes_nothing_but_the_journal(world: World) -> None:
    wrote: dict[tuple[str, str], list[str]] = {}
    for persona in ("referent", "head", "instructor", "decider", "analyst", "administrator", "official"):
        client = client_of(world, persona)
        for name, (readers, _) in MATRIX.items():
            if readers.get(persona) != 200:
                continue
            with CaptureQueriesContext(connection) as captured:
                client.get(address(world, name))
            statements = [query["sql"] for query in captured.captured_queries]
            others = [sql for sql in statements if is_write(sql) and 'INTO "core_journalentry"' not in sql]
            if others:
                wrote[persona, name] = others
    assert wrote == {}


def is_write(statement: str) -> bool:
    return statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "TRUNCATE", "MERGE", "COPY"))
