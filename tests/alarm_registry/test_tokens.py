"""The token of a centre's software: shown once, bound to a centre, and taken back at the very next request."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.db import Error, connection, transaction
from django.test import Client

from accounts.enums import Role
from alarm_registry.models import CentreToken, Lookup
from alarm_registry.services import create_token, revoke_token
from core import clock
from core.acts import ActRefused
from core.models import JournalEntry
from tests import build, centring

pytestmark = pytest.mark.django_db
NOBODY = "01 99 00 00 09"


def status(token: str, **headers: str) -> int:
    return centring.ask(token, "recherche", numero=NOBODY, headers=headers).status_code


def test_the_portal_keeps_the_hash_of_a_token_and_never_the_token() -> None:
    token = centring.a_token()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM alarm_registry_centretoken t")
        row = cursor.fetchone()[0]
    assert token not in row
    assert status(token) == 200


def test_a_token_wrong_by_one_sign_opens_nothing_and_is_journaled() -> None:
    token = centring.a_token()
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    answer = centring.ask(wrong, "recherche", numero=NOBODY)
    assert (answer.status_code, answer.json()["code"]) == (401, "jeton_refuse")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert JournalEntry.objects.get(action="refusal").object_id == "jeton inconnu"
    assert not Lookup.objects.exists()


def test_a_revoked_token_is_refused_from_the_next_request() -> None:
    token, user = centring.a_token(), centring.administrator()
    assert status(token) == 200
    revoke_token(token=centring.the_token(), user=user, actor=build.actor(user))
    assert status(token) == 401
    assert JournalEntry.objects.get(action="refusal").object_id == str(centring.the_token().pk)


def test_a_token_ends_at_the_local_midnight_of_its_centre(time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 20, 12, tzinfo=UTC))
    here, there = centring.a_token(days=0), centring.a_token("974", days=0)
    time_machine.move_to(datetime(2026, 11, 20, 20, 30, tzinfo=UTC))  # half past midnight in La Réunion
    assert (status(here), status(there)) == (200, 401)
    time_machine.move_to(datetime(2026, 11, 20, 23, 1, tzinfo=UTC))
    assert status(here) == 401


def test_a_session_is_not_a_token(client: Client) -> None:
    client.force_login(build.posted(Role.OPERATOR_17))
    answer = client.post("/api/17/v1/recherche", data="{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "jeton_absent")


def test_guessing_is_told_to_wait_and_does_not_fill_the_journal() -> None:
    for number in range(30):
        assert status(f"alarme17_{number}") == 401
    answer = centring.ask("alarme17_encore", "recherche", numero=NOBODY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert JournalEntry.objects.filter(action="refusal").count() == 30
    assert status(centring.a_token()) == 200, "the right token passes from the same machine"


def test_the_last_use_is_a_day_written_once() -> None:
    token = centring.a_token()
    assert centring.the_token().last_used_on is None
    status(token)
    assert centring.the_token().last_used_on == clock.today("Europe/Paris")


def certificate() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "poste.example")])
    now = clock.real_now()
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    ).sign(key, SHA256())
    return quote(made.public_bytes(Encoding.PEM).decode()), made.fingerprint(SHA256()).hex()


def test_a_certificate_is_believed_from_the_proxy_alone(settings) -> None:
    shown, fingerprint = certificate()
    another, _ = certificate()
    token = centring.a_token(certificate=fingerprint.upper())
    assert status(token, **{"X-Client-Certificate": shown}) == 403, "anybody can write a header"
    settings.CERTIFICATE_PROXIES = ["127.0.0.1"]
    assert status(token, **{"X-Client-Certificate": shown}) == 200
    assert status(token, **{"X-Client-Certificate": another}) == 403
    assert status(token, **{"X-Client-Certificate": "rien"}) == 403
    assert status(token) == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": -1}, "Ce jour est passé"),
        ({"days": 366}, "un an au plus"),
        ({"label": "  "}, "quel logiciel"),
        ({"certificate": "AB:CD"}, "64 chiffres"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_given(changes: dict, words: str) -> None:
    with pytest.raises(ActRefused, match=words):
        centring.a_token(**changes)
    assert centring.a_token(days=365)


def test_two_tokens_in_service_have_two_names() -> None:
    centring.a_token()
    with pytest.raises(ActRefused, match="porte déjà ce nom"):
        centring.a_token()
    assert centring.a_token("974"), "elsewhere the name is free"


def refused(sql: str, *values: object) -> str:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(caught.value)


def test_the_database_keeps_a_token_as_it_was_given() -> None:
    centring.a_token()
    table = "alarm_registry_centretoken"
    assert "ne se réécrit pas" in refused(f"UPDATE {table} SET expires_on = expires_on + 300")
    assert "ne se réécrit pas" in refused(f"UPDATE {table} SET departement_id = '974'")
    assert "permission denied" in refused(f"DELETE FROM {table}")
    assert "centre_token_revoked_whole" in refused(f"UPDATE {table} SET revoked_at = now()")
    user = centring.administrator()
    revoke_token(token=centring.the_token(), user=user, actor=build.actor(user))
    assert "ne change plus" in refused(f"UPDATE {table} SET revoked_at = NULL, revoked_by_id = NULL")


def test_the_database_wants_an_administrator_and_a_year_at_most() -> None:
    centring.a_token()
    columns = "id, departement_id, label, sha256, certificate, created_at, created_by_id, expires_on"
    copy = (
        f"INSERT INTO alarm_registry_centretoken ({columns}) SELECT gen_random_uuid(), departement_id, 'Autre',"
        " repeat('a', 64), '', created_at, %s, created_at::date + %s FROM alarm_registry_centretoken"
    )
    admin, instructor = centring.administrator(), build.posted(Role.INSTRUCTOR)
    assert "administrateur en fonction" in refused(copy, instructor.pk, 30)
    assert "un an au plus" in refused(copy, admin.pk, 400)
    with connection.cursor() as cursor:
        cursor.execute(copy, [admin.pk, 30])


def test_the_page_shows_a_token_once(client: Client) -> None:
    client.force_login(centring.administrator())
    day = clock.today("Europe/Paris") + timedelta(days=30)
    sent = {"departement": "45", "label": "Logiciel d'appel", "last_day": day.isoformat(), "certificate": ""}
    page = client.post("/17/centres/", sent).content.decode()
    token = re.search(r"alarme17_[\w-]{43}", page)
    assert token
    assert token.group() not in client.get("/17/centres/").content.decode()
    assert status(token.group()) == 200
    assert client.post(f"/17/centres/{centring.the_token().pk}/revoquer/").status_code == 302
    assert status(token.group()) == 401


def test_a_wrong_form_keeps_what_was_typed(client: Client) -> None:
    client.force_login(centring.administrator())
    sent = {"departement": "45", "label": "Logiciel d'appel", "last_day": "2020-01-01", "certificate": "ABCD"}
    answer = client.post("/17/centres/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="ABCD"' in page
    assert "Ce jour est passé" in page
    assert not CentreToken.objects.exists()


@pytest.mark.parametrize("role", [Role.SUPERVISOR_17, Role.OPERATOR_17, Role.UNIT_HEAD])
def test_only_an_administrator_gives_tokens(client: Client, role: Role) -> None:
    client.force_login(build.posted(role))
    assert client.get("/17/centres/").status_code == 403
    assert client.post("/17/centres/", {}).status_code == 403


def test_an_administrator_of_yesterday_gives_none(client: Client) -> None:
    today = build.posted(Role.ADMINISTRATOR, email="aujourdhui@portail.example")
    user = build.posted(Role.ADMINISTRATOR, end=clock.today("Europe/Paris"))
    client.force_login(user)
    assert client.get("/17/centres/").status_code == 403
    with pytest.raises(Error, match="administrateur en fonction"), transaction.atomic():
        create_token(
            departement=build.departement(),
            label="Logiciel",
            last_day=clock.today("Europe/Paris") + timedelta(days=3),
            user=user,
            actor=build.actor(today),
        )
