"""What a whole run leaves behind: neither a number, nor an address, nor a note, wherever one looks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from psycopg import sql

from accounts.models import User
from alarm_registry.models import Lookup, NumberIndex, RegisteredAddress, RegisteredNumber, Registration
from alarm_registry.services import withdraw_registration
from core.logs import configure
from core.telephones import candidates
from tests import alarming, build

OTHER_MOBILE, FAR_MOBILE, UNKNOWN = "06 39 98 47 12", "+262 692 00 47 13", "07 39 98 47 14"
NUMBERS = (alarming.MOBILE, alarming.TOWN_HALL, OTHER_MOBILE, FAR_MOBILE, UNKNOWN)
LINE = "Patrouille partie, volets verts au fond de la cour."
NAME = "Introuvable-Zacharie"
WRONG = "bonjour, c'est Zénobie"
WORDS = (
    "Lilas-Blancs", "Villecachée", "portail au registre", "derrière la grange", "enfant de 6 ans", "chien dans la cour",
    "Laisser sonner", "volets verts", NAME, "Zénobie",
)  # fmt: skip


def squeezed(text: str) -> str:
    """Its digits alone, whatever separates them, and whatever script they are in."""
    return re.sub(r"[\s.\-/()_+,]", "", text)


def assert_clean(what: str, text: str) -> None:
    """No word, no number in any writing: with its first zero, its code or neither."""
    found = [word for word in WORDS if word in text]
    bare = squeezed(text)
    found += [number for number in NUMBERS if re.sub(r"\D", "", number)[-9:] in bare]
    assert not found, f"{what} holds {found}"


@dataclass
class Left:
    """What the run left outside of the database."""

    logs: str = ""
    urls: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    cookies: str = ""


@pytest.fixture
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


def registered() -> list[Registration]:
    referent = build.referent()
    hidden = [replace(one, town="Villecachée") for one in alarming.addresses("home", "town_hall")]
    first = alarming.a_registration(alarming.MOBILE, alarming.TOWN_HALL, by=referent, addresses=hidden)
    second = alarming.a_registration(
        OTHER_MOBILE, alarming.TOWN_HALL, by=referent, official=build.an_official("Voisine", "Paule")
    )
    return [first, second]


def registered_far() -> Registration:
    island = build.referent(build.a_unit("1", departement_code="974", name="Brigade de Cilaos"))
    return alarming.a_registration(FAR_MOBILE, official=build.an_official("Lointaine", "Maëva"), by=island)


class Run:
    """Every screen of the 17, by its pages alone, with the real middleware."""

    def __init__(self, user: User, left: Left) -> None:
        self.client, self.left = Client(raise_request_exception=False), left
        self.client.force_login(user)

    def send(self, path: str, **data: object) -> HttpResponse:
        response = self.client.post(path, data)
        self.left.urls += [path, response.headers.get("Location", "")]
        self.left.codes.append(response.status_code)
        self.left.cookies += str(response.cookies)
        return response


def play(left: Left, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Registration], Registration]:
    records, far = registered(), registered_far()
    run = Run(alarming.operator(), left)
    for typed in (alarming.MOBILE, "+33 6 39 98 00 01", "٠٦٣٩٩٨٠٠٠١", OTHER_MOBILE, alarming.TOWN_HALL, UNKNOWN, WRONG):
        run.send("/17/", number=typed)
    run.send("/17/nom/", name=NAME, commune="")
    run.send("/17/nom/", name="Inventée", commune="45234")
    run.send("/17/fiche/", registration=records[1].pk)
    run.send("/17/", number=FAR_MOBILE)
    run.send("/17/fiche/", registration=far.pk)
    run.send("/17/fiche/", registration=far.pk, reason="appel dérouté")
    run.send("/17/appel-traite/", registration=records[0].pk, line=LINE, submission=alarming.new_submission())
    run.send("/17/appel-traite/", registration=records[0].pk, line="", submission=alarming.new_submission())
    with monkeypatch.context() as broken:
        broken.setattr("alarm_registry.views.looking.card_of", fails)
        run.send("/17/", number=alarming.MOBILE)
    slow = alarming.operator(email="presse@portail.example")
    alarming.searched(slow, 40, last_digits="50")
    hurried = Run(slow, left)
    for _ in range(2):
        hurried.send("/17/", number=UNKNOWN)
    hurried.send("/17/", number=alarming.MOBILE, forced="on")
    return records, far


def fails(registration: Registration) -> None:
    """A server error in the middle of a search, whose message repeats what was searched."""
    number, address = alarming.MOBILE, "1 rue des Lilas-Blancs"
    raise ValueError(f"invalid literal for int(): '{number}'\n{address}")


def tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in rows]


def dump(connection: psycopg.Connection) -> str:
    """What `pg_dump` would write of every table."""
    parts = []
    for table in tables(connection):
        with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
            parts.append(f"-- {table}\n" + b"".join(bytes(piece) for piece in copy).decode())
    return "\n".join(parts)


def test_a_whole_run_leaves_neither_number_nor_address_nor_note(
    committed_db, owner_connection, root_logger, monkeypatch, capfd
) -> None:
    configure({"level": "DEBUG", "json": True})
    left = Left()
    supervisor = alarming.supervisor()
    records, _ = play(left, monkeypatch)
    captured = capfd.readouterr()
    written = captured.err.splitlines()
    assert [line for line in written if not line.startswith("{")] == []
    lines = [json.loads(line) for line in written]
    # One server error, the one that was forced; each screen was really met.
    assert set(left.codes) == {200, 302, 422, 429, 500}
    assert left.codes.count(500) == 1
    assert any(line.get("code") == 500 and "exception" in line for line in lines)
    assert Lookup.objects.filter(is_forced=True).exists()
    assert supervisor.notifications.exists()
    assert_clean("the log", json.dumps(lines, ensure_ascii=False) + captured.out)
    assert_clean("an address or a cookie", " ".join(left.urls) + left.cookies)
    assert_clean("a session", str([session.get_decoded() for session in Session.objects.all()]))
    assert_clean("the cache", str(getattr(cache, "_cache", "")))
    assert_clean("the dump", dump(owner_connection))
    for record in records:
        withdraw_registration(registration=record, actor=build.actor(record.registered_by))
    assert_clean("the dump after a withdrawal", dump(owner_connection))
    for table in ("core_journalentry", "core_outboxmessage", "accounts_notification", "cases_caseevent"):
        assert table in tables(owner_connection)


def test_a_dump_holds_no_key_that_opens_its_fingerprints(committed_db, owner_connection, settings) -> None:
    registered()
    written = dump(owner_connection)
    forms = [form.key for number in NUMBERS for form in candidates(number, departement="45")]
    prints = {bytes(one) for one in NumberIndex.objects.values_list("fingerprint", flat=True)}
    assert len(prints) == 3
    for entry in (*settings.TELEPHONE_INDEX_KEYS, *settings.ENCRYPTION_KEYS):
        encoded = entry.partition(":")[2]
        assert encoded not in written
        assert base64.b64decode(encoded).hex() not in written
    texts = [form.encode() for form in forms] + [f"telephone|{form}".encode() for form in forms]
    texts += [re.sub(r"\D", "", number).encode() for number in NUMBERS]
    plain = {hashlib.new(kind, text).digest()[:16] for kind in ("md5", "sha1", "sha256", "sha512") for text in texts}
    assert not plain & prints
    keyed = {hmac.new(key, text, hashlib.sha256).digest()[:16] for key in values_of(written) for text in texts[-12:]}
    assert not keyed & prints


def values_of(written: str) -> set[bytes]:
    """Every value of a dump that could be a key, as it is and decoded."""
    kept = re.split(r"\n-- (?=\w)", written)
    cells = {
        cell
        for table in kept
        if not table.startswith(("territories_", "referents_", "-- territories_"))
        for cell in re.split(r"[\t\n]", table)
        if 8 <= len(cell) <= 400
    }
    found = {cell.encode() for cell in cells}
    for cell in cells:
        # COPY doubles the backslash of a bytea.
        if re.fullmatch(r"(\\\\x)?([0-9a-f]{2})+", cell):
            found.add(bytes.fromhex(cell.removeprefix("\\\\x")))
        for piece in cell.split("."):
            if re.fullmatch(r"[A-Za-z0-9_\-]{20,}={0,2}", piece) and len(piece.rstrip("=")) % 4 != 1:
                found.add(base64.urlsafe_b64decode(piece.rstrip("=") + "=" * (-len(piece.rstrip("=")) % 4)))
    return found


def test_nothing_in_a_dump_leads_from_a_name_to_what_is_registered_in_clear(committed_db, owner_connection) -> None:
    """A registration and its élu are known; every column that would locate him is a token under a key of its own."""
    first, second = registered()
    rows = owner_connection.execute(
        "SELECT address, town, access, presence FROM alarm_registry_registeredaddress"
        " UNION ALL SELECT number, holder, note, '' FROM alarm_registry_registerednumber"
        " UNION ALL SELECT instruction, persons_at_home, children, dogs FROM alarm_registry_registration"
    ).fetchall()
    values = [value for row in rows for value in row if value]
    assert values
    assert all(value.startswith("v1.record.") for value in values)
    keys = owner_connection.execute("SELECT wrapped FROM alarm_registry_registrationkey").fetchall()
    assert len({key for (key,) in keys}) == 2
    assert all(not key.startswith("v1.record.") for (key,) in keys)
    assert first.official_id != second.official_id


MOVES = {
    "another address of the same person": (
        "UPDATE alarm_registry_registeredaddress a SET address = b.address FROM alarm_registry_registeredaddress b"
        " WHERE a.registration_id = b.registration_id AND a.rank = 1 AND b.rank = 2"
    ),
    "another person": (
        "UPDATE alarm_registry_registeredaddress a SET address = b.address FROM alarm_registry_registeredaddress b"
        " WHERE a.registration_id <> b.registration_id AND a.rank = b.rank"
    ),
    "another column": "UPDATE alarm_registry_registeredaddress SET access = address",
    "another table": (
        "UPDATE alarm_registry_registration r SET instruction = a.address FROM alarm_registry_registeredaddress a"
        " WHERE a.registration_id = r.id AND a.rank = 1"
    ),
    "a key of another person": (
        "UPDATE alarm_registry_registrationkey a SET wrapped = b.wrapped FROM alarm_registry_registrationkey b"
        " WHERE a.id <> b.id"
    ),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_value_moved_elsewhere_is_refused_and_never_shown(committed_db, owner_cursor, move: str) -> None:
    registered()
    client = Client(raise_request_exception=False)
    client.force_login(alarming.operator())
    assert "rue des Lilas-Blancs" in client.post("/17/", {"number": alarming.MOBILE}).content.decode()
    owner_cursor.execute(MOVES[move])
    assert owner_cursor.rowcount >= 1
    answer = client.post("/17/", {"number": alarming.MOBILE})
    assert answer.status_code == 500
    assert "rue des Lilas-Blancs" not in answer.content.decode()


def test_a_withdrawal_leaves_nothing_that_could_be_opened(committed_db, owner_connection) -> None:
    first, _ = registered()
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT address FROM alarm_registry_registeredaddress WHERE registration_id = %s", [first.pk])
        tokens = [token for (token,) in cursor.fetchall()]
    withdraw_registration(registration=first, actor=build.actor(first.registered_by))
    written = dump(owner_connection)
    assert not [token for token in tokens if token in written]
    assert not RegisteredNumber.objects.filter(registration=first).exists()
    assert not RegisteredAddress.objects.filter(registration=first).exists()


def test_what_a_search_leaves_does_not_say_the_number_even_to_whom_tries_them_all(db) -> None:
    """The lookup keeps a fingerprint under the index key: without it, no hash of the digits gives it back."""
    registered()
    Run(alarming.operator(), Left()).send("/17/", number=alarming.MOBILE)
    lookup = Lookup.objects.get()
    digits = b"0639980001"
    tried = {hashlib.sha256(text).digest()[:16] for text in (digits, b"9:639980001", b"telephone|9:639980001")}
    assert bytes(lookup.fingerprint) not in tried
    assert lookup.last_digits == "01"
