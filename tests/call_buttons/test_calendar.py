"""The month of a département, and the agenda that a diary reads: the same days, without anybody in the second."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.enums import Role
from accounts.models import Posting, User
from call_buttons.models import CallButtonAgenda, CallButtonGrant
from call_buttons.services import create_agenda, revoke_agenda
from core.journal import SYSTEM
from core.logs import without_query
from core.models import JournalEntry
from territories.services import remove_closed_day
from tests import build
from tests.call_buttons.test_database_rules import refused

pytestmark = pytest.mark.django_db
MONTH = "/boutons-appel/calendrier/?mois=2026-05"


def on(*day: int):
    return time_machine.travel(build.at(2026, *day), tick=False)


def a_grant(*day: int, name: str = "Inventée") -> CallButtonGrant:
    with on(*day):
        user = User.objects.filter(postings__role=Role.REFERENT).first() or build.referent()
        threat = build.a_threat(user=user, official=build.an_official(name))
        return build.granted(build.a_request(threat=threat))


def decider() -> User:
    return User.objects.get(email="decider.45@portail.example")


def opened(user: User, url: str, *day: int):
    with on(*day):
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        return client.get(url)


def address_of(user: User, *day: int) -> str:
    with on(*(day or (4, 1))):
        return f"/boutons-appel/agenda/{create_agenda(user=user, actor=SYSTEM)}.ics"


def feed(url: str, *day: int):
    """As a diary asks: without a session."""
    with on(*day):
        return Client().get(url)


def events(url: str, *day: int) -> list:
    return Calendar.from_ical(feed(url, *day).content).walk("VEVENT")


def test_the_month_shows_useful_days_protected_days_holidays_and_closed_days() -> None:
    a_grant(2, 16, name="Samedi")
    with on(5, 1):
        build.a_closed_day(date(2026, 5, 15))
    found = {day.day.day: day for day in opened(decider(), MONTH, 5, 4).context["days"]}
    assert [one.official.last_name for one in found[13].useful] == ["Samedi"]
    assert [one.official.last_name for one in found[16].protected] == ["Samedi"]
    assert (found[14].holiday, found[15].closed) == ("Ascension", "Pont.")
    page = opened(decider(), MONTH, 5, 4).content.decode()
    assert "Mercredi 13/05/2026" in page
    assert "Préfecture fermée : Pont." in page


def test_a_term_of_the_next_month_has_its_last_useful_day_in_this_one() -> None:
    a_grant(3, 1, name="Lundi")
    with on(5, 1):
        build.a_closed_day(date(2026, 6, 1))
    assert [d.day for d in opened(decider(), MONTH, 5, 4).context["days"] if d.useful] == [date(2026, 5, 29)]


def test_names_are_for_those_who_see_the_file_and_a_restricted_one_has_its_reference() -> None:
    grant = a_grant(2, 13, name="Secrète")
    elsewhere = build.decider(departement_code="974")
    assert "Secrète" in opened(decider(), MONTH, 5, 4).content.decode()
    with on(5, 4):
        build.restricted(grant.case, people=[decider()])
    instructor = build.posted(Role.INSTRUCTOR)
    page = opened(instructor, MONTH, 5, 4).content.decode()
    assert "Secrète" not in page
    assert grant.case.reference in page
    assert grant.case.reference not in opened(elsewhere, f"{MONTH}&departement=45", 5, 4).content.decode()


@pytest.mark.parametrize("query", ["mois=2026-13", "mois=9999-12", "mois=x", "departement=zz", "mois=0001-01"])
def test_what_is_not_a_month_or_a_place_of_mine_shows_the_current_one(query: str) -> None:
    page = opened(build.posted(Role.CALAE_ANALYST), f"/boutons-appel/calendrier/?{query}", 5, 4)
    assert (page.status_code, page.context["first"]) == (200, date(2026, 5, 1))


def test_the_month_and_the_agenda_cost_the_same_queries_whatever_they_hold(monkeypatch) -> None:
    # Asked once in ten seconds, whatever the page: here once.
    monkeypatch.setattr("core.heartbeat.BELIEVED", 3600.0)
    a_grant(2, 13)
    user = decider()
    url = address_of(user)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as month:
            opened(user, MONTH, 5, 4)
        with CaptureQueriesContext(connection) as agenda:
            feed(url, 5, 4)
        return len(month), len(agenda)

    cost()  # what is cached for the life of the process is not counted
    alone = cost()
    a_grant(2, 13, name="Deuxième")
    a_grant(2, 12, name="Troisième")
    assert cost() == alone
    monkeypatch.setattr("call_buttons.views.calendar.MOST_TERMS", 2)
    assert "ne tiennent pas sur cette page" in opened(user, MONTH, 5, 4).content.decode()


def test_the_agenda_gives_days_and_a_link_and_nothing_of_anybody() -> None:
    grant = a_grant(2, 16)
    with on(5, 1):
        build.a_closed_day(date(2026, 5, 15))
    url = address_of(decider())
    response = feed(url, 5, 4)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.content.decode().replace("\r\n ", "").lower()
    words = ("inventée", "anne", "bouton d'appel", "pont", "danger", grant.case.reference, str(grant.pk))
    assert not [word for word in words if word in text]
    term, closed = events(url, 5, 4)
    assert (term.decoded("dtstart"), term.decoded("dtend")) == (date(2026, 5, 13), date(2026, 5, 14))
    assert term["url"].endswith(f"/a-lire/{grant.decision.request_id}/")
    assert (closed.decoded("dtstart"), str(closed["summary"])) == (date(2026, 5, 15), "Préfecture fermée (45)")


def test_a_closure_moves_the_day_under_the_same_uid_and_a_higher_sequence_and_so_does_its_removal() -> None:
    a_grant(2, 16)
    url = address_of(decider())
    (before,) = events(url, 4, 1)
    with on(4, 2):
        closed = build.a_closed_day(date(2026, 5, 15))
    moved = events(url, 4, 2)[0]
    with on(4, 3):
        remove_closed_day(closed=closed, actor=SYSTEM)
    (back,) = events(url, 4, 3)
    assert before["uid"] == moved["uid"] == back["uid"]
    assert [one.decoded("dtstart").day for one in (before, moved, back)] == [15, 13, 15]
    assert [one["sequence"] for one in (before, moved, back)] == [0, 1, 2]
    changed = [one.decoded("last-modified") for one in (before, moved, back)]
    assert changed == sorted(set(changed))
    assert feed(url, 4, 4).content == feed(url, 4, 5).content


def test_a_closure_far_from_the_end_or_elsewhere_changes_nothing() -> None:
    a_grant(2, 16)
    url = address_of(decider())
    with on(4, 2):
        build.a_closed_day(date(2026, 4, 20))
        build.a_closed_day(date(2026, 5, 15), departement_code="974")
    assert events(url, 4, 2)[0]["sequence"] == 0


def test_the_agenda_follows_the_postings_of_its_owner_at_each_reading() -> None:
    a_grant(2, 16)
    leaving = build.posted(Role.INSTRUCTOR, end=date(2026, 5, 1))
    url = address_of(leaving)
    assert len(events(url, 4, 30)) == 1
    assert feed(url, 5, 1).status_code == 410
    Posting.objects.filter(user=leaving).update(period=("2020-01-01", None), departement="974")
    assert events(url, 5, 1) == []
    User.objects.filter(pk=leaving.pk).update(is_active=False)
    assert feed(url, 5, 1).status_code == 410


def test_a_restricted_file_keeps_its_day_without_its_link() -> None:
    grant = a_grant(2, 16)
    with on(4, 1):
        build.restricted(grant.case, people=[decider()])
    url = address_of(build.posted(Role.INSTRUCTOR))
    (event,) = events(url, 4, 1)
    assert event["url"].endswith("/boutons-appel/semaine/")


def test_the_address_is_shown_once_kept_as_a_hash_changed_and_revoked() -> None:
    user = build.decider()
    client = Client()
    client.force_login(user)
    page = client.post("/boutons-appel/mon-agenda/creer/")
    first = page.context["address"].partition("://")[2].partition("/")[2]
    assert first.removeprefix("boutons-appel/agenda/") in page.content.decode()
    assert first.removeprefix("boutons-appel/agenda/") not in client.get("/boutons-appel/mon-agenda/").content.decode()
    agenda = CallButtonAgenda.objects.get()
    assert agenda.sha256 not in first
    second = client.post("/boutons-appel/mon-agenda/creer/").context["address"].partition("://")[2].partition("/")[2]
    assert [Client().get(f"/{one}").status_code for one in (first, second)] == [410, 200]
    assert client.post("/boutons-appel/mon-agenda/revoquer/").status_code == 302
    assert Client().get(f"/{second}").status_code == 410
    reasons = list(
        JournalEntry.objects.filter(object_type="call_buttons.callbuttonagenda").values_list("reason", flat=True)
    )
    assert reasons.count("adresse d'agenda créée") == 2
    assert {"adresse d'agenda révoquée", "agenda lu"} < set(reasons)


def test_an_unknown_address_is_refused_and_journaled_within_a_limit(monkeypatch) -> None:
    monkeypatch.setattr("call_buttons.services.agenda.REFUSALS_KEPT", 2)
    good = address_of(build.decider())
    got = [Client().get(f"/boutons-appel/agenda/{'x' * 43}.ics").status_code for _ in range(4)]
    assert got == [404, 404, 429, 429]
    assert JournalEntry.objects.filter(object_id="adresse inconnue").count() == 2
    assert Client().get(good).status_code == 200


def test_the_secret_of_an_address_never_reaches_the_logs() -> None:
    url = address_of(build.decider())
    secret = url.rpartition("/")[2].removesuffix(".ics")
    assert without_query(f"GET {url}") == "GET /boutons-appel/agenda/….ics"
    assert secret not in without_query(f"Not Found: {url}?x=1")


def test_the_database_keeps_one_address_in_service_that_is_only_ever_revoked() -> None:
    user = build.decider()
    address_of(user)
    with pytest.raises(IntegrityError, match="agenda_one_address"), transaction.atomic():
        CallButtonAgenda.objects.create(user=user, sha256="0" * 64, created_at=build.at(2026, 4, 1))
    table = "call_buttons_callbuttonagenda"
    assert "ne change pas" in refused(f"UPDATE {table} SET sha256 = %s, revoked_at = now()", "1" * 64)
    revoke_agenda(user=user, actor=SYSTEM)
    assert "se révoque une fois" in refused(f"UPDATE {table} SET revoked_at = NULL")
    refused(f"DELETE FROM {table}")
    for act in ("UPDATE {} SET day = day", "DELETE FROM {}"):
        build.a_closed_day()
        refused(act.format("territories_closurechange"))
