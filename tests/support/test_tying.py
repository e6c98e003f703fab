"""The two-key link: made by the person alone, undone without a trace."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from core.acts import ActRefused
from core.logs import without_query
from core.models import JournalEntry, OutboxMessage
from support.models import Referral, ReferralEvent, ReferralTie
from support.selectors.tied import hash_of, page_of_tie, referral_tied_to
from support.services import slip_door
from support.services.tying import tie_slip_to, untie
from tests import build, supporting

CODE, OTHER = "TILLEUL-7KXQ2", "ORMEAU-M9RTB"


@pytest.fixture
def slips(monkeypatch: pytest.MonkeyPatch) -> supporting.FakeSlips:
    fake = supporting.FakeSlips(CODE, OTHER)
    monkeypatch.setattr(slip_door, "slips", fake)
    return fake


def own() -> Referral:
    return supporting.asked(build.official_account(build.an_official()))


def everything() -> dict[str, list]:
    """Every row of every table, columns in clear: what a dump of the base holds."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def sequences() -> list:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
        return cursor.fetchall()


@pytest.mark.django_db
def test_a_tie_keeps_a_hash_of_a_random_token_and_neither_code_nor_slip(slips) -> None:
    referral = own()
    tie_slip_to(referral=referral, code=CODE)
    tie = ReferralTie.objects.get()
    assert bytes(tie.token_hash) == hash_of(slips.tokens[CODE])
    assert (tie.consent.kind, tie.tied_on) == ("tie", referral.consented_on)
    dump = str(everything())
    assert CODE not in dump
    assert slips.tokens[CODE].hex() not in dump


@pytest.mark.django_db
def test_the_association_reads_which_referral_a_slip_leads_to_and_nobody_else_does(slips) -> None:
    referral = own()
    tie_slip_to(referral=referral, code=CODE)
    token = slips.tokens[CODE]
    assert referral_tied_to(token, user=supporting.a_psychologist()) == referral
    elsewhere = supporting.a_psychologist("loin@portail.example", association=supporting.an_association("loin"))
    for user in (elsewhere, build.referent(email="r@portail.example"), build.posted(build.Role.ADMINISTRATOR)):
        assert referral_tied_to(token, user=user) is None
    assert referral_tied_to(b"another token", user=supporting.a_psychologist()) is None
    assert page_of_tie(token, user=supporting.a_psychologist()) == reverse("support:referral", args=[referral.pk])
    untie(referral=referral)
    assert page_of_tie(token, user=supporting.a_psychologist()) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", CODE])
def test_undone_the_base_is_what_it_was_before_the_tie(slips, code: str) -> None:
    """Every row of every table and every sequence: neither the journal nor an event nor a message remembers it."""
    referral = own()
    before = everything(), sequences()
    tie_slip_to(referral=referral, code=CODE)
    assert everything() != before[0]
    untie(referral=referral, code=code)
    assert (everything(), sequences()) == before
    assert bool(slips.tokens[CODE]) is not bool(code)


@pytest.mark.django_db
def test_tying_writes_no_entry_no_event_and_no_message(slips) -> None:
    referral = own()
    counted = [model.objects.count() for model in (JournalEntry, ReferralEvent, OutboxMessage, Notification)]
    tie_slip_to(referral=referral, code=CODE)
    untie(referral=referral)
    assert [m.objects.count() for m in (JournalEntry, ReferralEvent, OutboxMessage, Notification)] == counted


@pytest.mark.parametrize("page", ["relier", "delier", "retirer"])
def test_the_logs_do_not_say_which_page_of_this_space_is_opened(page: str) -> None:
    for method in ("GET", "POST"):
        assert without_query(f"{method} /mon-soutien/5f3c/{page}/ 302") == f"{method} /mon-soutien/… 302"
    assert without_query("GET /mon-soutien/ 200") == "GET /mon-soutien/ 200"


@pytest.mark.django_db
def test_an_unknown_code_ties_nothing_and_another_slip_replaces_the_first(slips) -> None:
    referral = own()
    with pytest.raises(ActRefused, match="n'ouvre aucune fiche") as refused:
        tie_slip_to(referral=referral, code="INCONNU")
    assert refused.value.field == "code"
    assert not ReferralTie.objects.exists()
    tie_slip_to(referral=referral, code=CODE)
    tie_slip_to(referral=referral, code=OTHER)
    assert bytes(ReferralTie.objects.get().token_hash) == hash_of(slips.tokens[OTHER])


@pytest.mark.django_db
def test_undoing_with_a_wrong_code_undoes_all_the_same(slips) -> None:
    referral = own()
    tie_slip_to(referral=referral, code=CODE)
    with pytest.raises(ActRefused, match="Le lien est défait"):
        untie(referral=referral, code="FAUX")
    assert not ReferralTie.objects.exists()


@pytest.mark.django_db
def test_a_tie_goes_with_its_referral_and_none_is_made_with_one_that_is_over(slips) -> None:
    referral = own()
    tie_slip_to(referral=referral, code=CODE)
    gone = supporting.withdrawn(referral)
    assert not ReferralTie.objects.exists()
    with pytest.raises(ActRefused, match="plus en cours"):
        tie_slip_to(referral=gone, code=OTHER)
    assert not slips.tokens[OTHER]


@pytest.mark.django_db
def test_the_journal_of_the_pages_is_the_same_whatever_the_person_looks_at(slips) -> None:
    """Who reads the journal cannot tell a person who ties a slip from one who reads his page."""
    referral = own()
    client = Client()
    client.force_login(referral.account)
    addresses = [
        reverse("support:mine"),
        *(reverse(f"support:{name}", args=[referral.pk]) for name in ("tie", "untie")),
    ]
    for address in addresses:
        client.get(address)
    read = JournalEntry.objects.filter(action="consultation").values_list(
        "object_type", "object_id", "reason", "details"
    )
    assert len(read) == len(addresses)
    assert len({str(line) for line in read}) == 1
    before = JournalEntry.objects.count()
    client.post(addresses[1], {"code": CODE, "consented": "on"})
    assert ReferralTie.objects.exists()
    client.post(addresses[2], {"code": ""})
    assert not ReferralTie.objects.exists()
    assert JournalEntry.objects.count() == before
