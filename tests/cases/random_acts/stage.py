"""The stage of the random acts: a few files, a few people, and the one way in which they send something."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting, User
from cases.models import Case
from tests import build
from tests.cases.random_acts.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpResponse

REFUSED = (403, 404)
PEOPLE = (
    "referent", "colleague", "referent_gien", "referent_974", "head", "head_974", "instructor", "decider", "analyst",
    "operator", "two_hats", "former",
)  # fmt: skip
# Tables that a refusal writes to, and those of the territories, which no act of a file changes.
ASIDE = ("core_journal", "core_heartbeat", "core_jobrun")
APPS = ("core", "officials", "cases", "call_buttons")


class Stage:
    def __init__(self) -> None:
        olivet, gien = build.a_unit(), build.a_unit("2", name="Brigade de Gien")
        saint_denis = build.a_unit("1", departement_code="974", name="Brigade de Saint-Denis")
        two_hats = build.referent(gien, email="deux@portail.example")
        build.add_posting(two_hats, Role.INSTRUCTOR)
        people = (
            build.referent(olivet),
            build.referent(olivet, email="collegue@portail.example"),
            build.referent(gien),
            build.referent(saint_denis),
            build.unit_head(),
            build.unit_head(departement_code="974"),
            build.posted(Role.INSTRUCTOR),
            build.decider(),
            build.posted(Role.CALAE_ANALYST),
            build.posted(Role.OPERATOR_17),
            two_hats,
            build.referent(olivet, email="parti@portail.example", end=build.date(2021, 1, 1)),
        )
        self.people: dict[str, User] = dict(zip(PEOPLE, people, strict=True))
        self.name_of = {person.pk: name for name, person in self.people.items()}
        self.postings = {person.pk: list(Posting.objects.filter(user=person)) for person in people}
        une, deux, trois = (build.an_official(name) for name in ("Une", "Deux", "Trois"))
        authors = (("referent", une), ("referent_gien", deux), ("referent_974", trois), ("referent", une))
        # The first, the fourth and the fifth are of one élu: they merge, and the last is of another unit.
        self.first_cases = [
            build.a_threat(user=self.people[name], official=official).case_id
            for name, official in (*authors, ("referent_gien", une))
        ]
        self.first_seen: dict[tuple[str, object], object] = {}
        self.first_bytes: dict[str, bytes] = {}
        self.clients = dict(self._signed_in())
        self.begin()

    def _signed_in(self) -> Iterator[tuple[int, Client]]:
        """Each person at his own desk, for the whole test; one handler, for each would load the middleware again."""
        handler = Client().handler
        for person in self.people.values():
            client = Client()
            client.handler = handler
            client.force_login(person)
            yield person.pk, client

    def begin(self) -> None:
        """Before a sequence: the files as they were built."""
        self.cases = list(self.first_cases)
        # Acts that took place, in order; and all that was tried, as lines to play again.
        self.done: list[str] = []
        self.story: list[str] = []
        self.trying = ""
        # What never changes, as it was first seen: by kind and key.
        self.frozen = dict(self.first_seen)
        self.bytes_of = dict(self.first_bytes)
        self.last_person: User | None = None

    @contextmanager
    def told(self) -> Iterator[None]:
        """A failure says what was done until then."""
        try:
            yield
        except BaseException as error:
            error.add_note("\n".join(("The acts, in order:", *self.story)))
            raise

    def case(self, which: int) -> Case:
        related = Case.objects.select_related("unit", "departement", "official")
        return related.get(pk=self.cases[which % len(self.cases)])

    def all_cases(self) -> list[Case]:
        return list(Case.objects.select_related("unit", "departement").order_by("opened_at", "pk"))

    @property
    def sight(self) -> Sight:
        return Sight(self.postings)

    def holder(self, case: Case) -> Case:
        found = self.sight.holder(case)
        return Case.objects.select_related("unit", "departement", "official").get(pk=found.pk)

    def may(self, person: User, case: Case, *roles: str) -> bool:
        return self.sight.may(person, case, roles)

    def those_who_may(self, case: Case, roles: Iterable[str]) -> list[User]:
        sight = self.sight
        return [person for person in self.people.values() if sight.may(person, case, frozenset(roles))]

    def head_of(self, case: Case) -> User:
        return self.people["head_974" if case.departement_id == "974" else "head"]

    def send(
        self, person: User, case: Case, url: str, data: dict[str, Any] | None = None, *, may: bool, get: bool = False
    ) -> HttpResponse:
        """What `person` sends, or reads. Refused when the model says that he may not, and then nothing changed."""
        before, sight = fingerprint(), self.sight
        client = self.clients[person.pk]
        asked = 0
        while _asks_why(response := client.get(url) if get else client.post(url, data or {})):
            assert not changed(before), f"{self.trying}: {changed(before)} changed before the reason was given"
            asked += 1
            assert asked <= 2, f"{self.trying}: asked again why"
            client.post(response.url.partition("?")[0], {"motive": "oversight"})
            before = fingerprint()
        assert not asked or sight.sees(person, case), f"{self.trying}: asked why he opens a file that he may not see"
        status = response.status_code
        assert status < 500, f"{self.trying}: {status}"
        if not may:
            # Of a merged file, one may see that it is, and not what became of it.
            elsewhere = sight.sees(person, case) and not sight.reads(person, case)
            expected = (*REFUSED, *((200, 409) if elsewhere else ()))
            assert status in expected, f"{self.trying}: {status}"
            assert not changed(before), f"{self.trying}: {changed(before)} changed"
            if elsewhere:
                assert sight.holder(case).reference not in response.content.decode(), f"{self.trying}: names the file"
        elif moved := changed(before):
            self.done.append(self.trying.split(" ", 1)[0])
            assert not get or moved <= {"core_outboxmessage"}, f"{self.trying}: a GET changed {moved}"
        return response


def _asks_why(response: HttpResponse) -> bool:
    return response.status_code == 302 and reverse("cases:list") in response.url and "/motif/" in response.url


# --- What an act may change -----------------------------------------------------------------------


@cache
def watched_tables() -> list[str]:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    tables = {model._meta.db_table for model in models} | {"accounts_notification"}
    return sorted(table for table in tables if not table.startswith(ASIDE))


def fingerprint() -> dict[str, str]:
    """Every row of every file, of what hangs on it, of élus, notifications and messages; the journal left aside."""
    one = "SELECT '{0}', md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table) for table in watched_tables()))
        return dict(cursor.fetchall())


def changed(before: dict[str, str]) -> set[str]:
    """The tables that are no longer as they were."""
    return {table for table, digest in fingerprint().items() if before[table] != digest}
