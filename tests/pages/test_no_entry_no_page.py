"""No journal entry, no page and no act."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from tests.access.world import make_world
from tests.build import PASSWORD
from tests.pages.test_reading import CONSULTATIONS, address, client_of


@contextmanager
def journal_refusing(owner_connection) -> Iterator[None]:
    """The application may no longer write in the journal: full disk, lost right, whatever the reason."""
    role = urlsplit(os.environ["DATABASE_URL"]).username
    owner_connection.execute(f'REVOKE INSERT ON core_journalentry FROM "{role}"')
    yield
    owner_connection.execute(f'GRANT INSERT ON core_journalentry TO "{role}"')


def test_without_an_entry_there_is_no_page_and_no_act(committed_db: None, owner_connection) -> None:
    world = make_world()
    clients = {persona: client_of(world, persona) for persona, _, _ in CONSULTATIONS}
    leaks, secrets = [], (world.official.last_name, world.todo.case.reference, "lettre anonyme")
    with journal_refusing(owner_connection):
        for persona, name, _ in CONSULTATIONS:
            response = clients[persona].get(address(world, name))
            text = response.content.decode(errors="replace")
            if response.status_code != 503 or any(secret in text for secret in secrets):
                leaks.append((persona, name, response.status_code))
        signing_in = Client(raise_request_exception=False)
        signing_in.post(reverse("accounts:sign_in"), {"email": world.users["head"].email, "password": PASSWORD})
        closing = clients["referent_elsewhere"].post(address(world, "cases:close"), {"reason": "Essai."})
    assert leaks == []
    assert "_auth_user_id" not in signing_in.session
    assert closing.status_code >= 500
