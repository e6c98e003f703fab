"""A list of 1, 3 and 12 rows costs the same number of queries, at most twelve, for every role; a file, fifteen."""

from __future__ import annotations

import hashlib
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from call_buttons.services import Document
from core.text import fold
from tests import build

MOST = 12
# The page of a file is all that is known of somebody; the situation of an élu, all that he may know.
MOST_OF_A_FILE = 15
MOST_OF_A_SITUATION = 13
# The gate asks whether the file is in its list. The clock of the demonstration, read here, is the sixteenth: elsewhere
# the page keeps its fifteen. The home of a prefecture says too whether its stock of devices is empty.
MORE_FOR_THE_PREFECTURE = 1
LISTS = {
    Role.REFERENT: [
        "/", "/dossiers/", "/dossiers/?q=invent&state=open&level=3", "/dossiers/?state=late",
        "/dossiers/evaluations/suivi/",
        "/dossiers/nouveau/?q=inventee", "/elus/?q=inventee", "/boutons-appel/", "/boutons-appel/en-cours/",
    ],
    Role.UNIT_HEAD: ["/", "/dossiers/?state=unevaluated", "/dossiers/evaluations/ecarts/"],
    Role.INSTRUCTOR: ["/", "/dossiers/", "/boutons-appel/", "/boutons-appel/en-cours/"],
    Role.DECIDER: ["/", "/boutons-appel/", "/boutons-appel/semaine/"],
    Role.CALAE_ANALYST: [
        "/", "/dossiers/?q=inventee", "/barometre/", "/dossiers/evaluations/suivi/", "/dossiers/grille/",
    ],
    Role.ADMINISTRATOR: ["/", "/journal/", "/boite-d-envoi/", "/demonstration/taches/"],
    Role.OFFICIAL: ["/"],
}  # fmt: skip


@pytest.fixture
def quick_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dozen real PDF would take the time of the whole file."""

    def render(text, sources) -> Document:
        content = f"%PDF-1.7 {text.number}".encode()
        return Document(pdf=content, sha256=hashlib.sha256(content).hexdigest())

    monkeypatch.setattr("call_buttons.services.signing.render_letter", render)


class Rows:
    """Adds to every list at once: files to evaluate, to validate, requests that wait, buttons in force."""

    def __init__(self) -> None:
        self.referent = build.referent()
        self.users = {Role.REFERENT: self.referent, Role.UNIT_HEAD: build.unit_head(), Role.DECIDER: build.decider()}
        for role in (Role.INSTRUCTOR, Role.CALAE_ANALYST, Role.ADMINISTRATOR):
            self.users[role] = build.posted(role)
        self.mine = build.a_threat(user=self.referent)
        self.users[Role.OFFICIAL] = build.official_account(self.mine.case.official)
        self.numbers = count(1)

    def add(self, number: int) -> None:
        for _ in range(number):
            build.a_threat(user=self.referent, official=self.somebody())
            build.submitted(build.a_threat(user=self.referent, official=self.somebody()))
            build.a_request(threat=build.a_threat(user=self.referent, official=self.somebody()))
            build.granted(build.a_request(threat=build.a_threat(user=self.referent, official=self.somebody())))
            build.a_threat(user=self.referent, case=self.mine.case)

    def somebody(self):
        name = f"Inventée {next(self.numbers)}"
        return build.an_official(name, search_name=f" {fold(name)} ")


def queries_of(user: User, path: str) -> int:
    client = Client()
    client.force_login(user)
    client.get(path)  # what is cached for the life of the process is not counted
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
    # A journal entry has a transaction of its own; inside the transaction of a test it becomes a savepoint.
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


def most_of(role: Role, path: str, *, case: str) -> int:
    if path == case:
        return MOST_OF_A_FILE + (MORE_FOR_THE_PREFECTURE if role == Role.INSTRUCTOR else 0)
    if path == "/" and role in (Role.INSTRUCTOR, Role.DECIDER):
        return MOST + MORE_FOR_THE_PREFECTURE
    return MOST_OF_A_SITUATION if role == Role.OFFICIAL else MOST


@pytest.mark.django_db
def test_lists_homes_and_files_cost_the_same_whatever_they_hold(quick_documents, settings, monkeypatch) -> None:
    settings.DEMO = True
    # Asked once in ten seconds, whatever the page: here once.
    monkeypatch.setattr("core.heartbeat.BELIEVED", 3600.0)
    rows = Rows()
    case = reverse("cases:detail", args=[rows.mine.case.reference])
    build.consulted(rows.mine.case, rows.users[Role.INSTRUCTOR])  # or the page asks why
    visits = [(role, path) for role, paths in LISTS.items() for path in paths]
    visits += [(role, case) for role in (Role.REFERENT, Role.INSTRUCTOR)]
    counts: dict[tuple[str, str], list[int]] = {visit: [] for visit in visits}
    for added in (1, 2, 9):
        rows.add(added)
        for role, path in visits:
            counts[role, path].append(queries_of(rows.users[role], path))
    growing = {visit: found for visit, found in counts.items() if len(set(found)) > 1}
    heavy = {visit: found for visit, found in counts.items() if max(found) > most_of(*visit, case=case)}
    assert (growing, heavy) == ({}, {})
