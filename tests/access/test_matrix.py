import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from core.models import JournalEntry
from tests.access.matrix import MATRIX
from tests.access.world import PERSONAS, World


def url_names(patterns=None, namespace: str = "") -> set[str]:
    names = set()
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            names.add(namespace + entry.name)
        else:
            names |= url_names(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
    return names


def test_every_address_is_in_the_matrix() -> None:
    assert url_names() == set(MATRIX)


def status(client: Client, method: str, url: str) -> int:
    """The answer, with what it wrote undone. A savepoint, because the journal insists on its own transaction."""
    savepoint = transaction.savepoint()
    response = getattr(client, method)(url)
    transaction.savepoint_rollback(savepoint)
    return response.status_code


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_gets_what_the_matrix_says(world: World, persona: str) -> None:
    client = Client()
    unsaid = 302 if persona == "anonymous" else 403
    arguments = world.arguments()
    got, expected = {}, {}
    for name, rows in MATRIX.items():
        url = reverse(name, args=arguments.get(name, []))
        if persona != "anonymous":
            client.force_login(world.users[persona])  # again: an address before may have signed out
        for method, row in zip(("get", "post"), rows, strict=True):
            got[name, method] = status(client, method, url)
            expected[name, method] = row.get(persona, unsaid)
    wrong = {key: (value, expected[key]) for key, value in got.items() if value != expected[key]}
    assert wrong == {}, f"(got, expected) for {persona}"


def test_a_refusal_is_journaled_with_who_and_what(world: World) -> None:
    client = Client()
    client.force_login(world.users["referent_elsewhere"])
    client.get(reverse("cases:detail", args=[world.todo.case.reference]))
    client.get(reverse("operations:jobs"))
    entries = list(JournalEntry.objects.filter(action="refusal").order_by("pk"))
    assert [entry.actor_id for entry in entries] == [world.users["referent_elsewhere"].pk] * 2
    assert entries[0].object_id == world.todo.case.reference
    assert entries[1].object_id == reverse("operations:jobs")


def test_an_unknown_reference_and_one_out_of_scope_answer_the_same(world: World) -> None:
    client = Client()
    client.force_login(world.users["referent_elsewhere"])
    hidden = client.get(reverse("cases:detail", args=[world.todo.case.reference]))
    unknown = client.get(reverse("cases:detail", args=["2020-45-99999"]))
    assert hidden.status_code == unknown.status_code == 404
    assert without_token(hidden.content) == without_token(unknown.content)


def without_token(page: bytes) -> bytes:
    return re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", page)


# Pages that come back with an error still show what they showed: the reading is journaled all the same.
SHOWN_AGAIN = {
    "cases:correct_threat": "referent",
    "cases:evaluation": "referent",
    "cases:validate": "head",
    "cases:return": "head",
    "call_buttons:new_request": "referent",
    "call_buttons:advise": "instructor",
    "call_buttons:grant": "decider",
    "call_buttons:withdraw": "referent",
}


@pytest.mark.parametrize("name", sorted(SHOWN_AGAIN))
def test_an_error_page_that_shows_a_file_leaves_its_entry(world: World, name: str) -> None:
    client = Client()
    client.force_login(world.users[SHOWN_AGAIN[name]])
    consultations = JournalEntry.objects.filter(action="consultation")
    before = consultations.count()  # the world holds a search of the 17
    response = client.post(reverse(name, args=world.arguments()[name]))
    assert response.status_code in (200, 422)
    assert consultations.count() == before + 1
