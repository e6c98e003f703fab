"""« Fins de mesure de la semaine », and the banner of the prefecture's home page."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Posting, User
from call_buttons.models import CallButtonGrant
from tests import build

pytestmark = pytest.mark.django_db
URL = "/boutons-appel/semaine/"
BANNER = "sans décision le dernier jour utile"


def on(*moment: int, zone: str = "Europe/Paris"):
    return time_machine.travel(build.at(*moment, zone=zone), tick=False)


def a_grant(*day: int, name: str = "Inventée", **more) -> CallButtonGrant:
    """Granted on that day of 2026, in the 45."""
    with on(2026, *day):
        user = User.objects.filter(postings__role=Role.REFERENT).first() or build.referent()
        threat = build.a_threat(user=user, official=build.an_official(name))
        return build.granted(build.a_request(threat=threat), **more)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def listed(user: User, *moment: int) -> list[tuple[str, date, int]]:
    with on(2026, *moment):
        context = signed_in(user).get(URL).context
    return [(end.grant.official.last_name, end.last_useful_day, end.days_left) for end in context["ends"]]


def test_the_list_is_by_last_useful_day_and_a_bridge_reorders_it() -> None:
    # To Saturday 16, Wednesday 13 and Monday 18 May; Thursday 14 is Ascension.
    a_grant(2, 16, name="Samedi")
    a_grant(2, 13, name="Mercredi")
    a_grant(2, 18, name="Lundi")
    decider = User.objects.get(postings__role=Role.DECIDER)
    assert listed(decider, 5, 10) == []
    found = [("Mercredi", date(2026, 5, 13), 2), ("Samedi", date(2026, 5, 15), 4)]
    assert listed(decider, 5, 11) == found
    with on(2026, 5, 11):
        build.a_closed_day(date(2026, 5, 15))
    assert listed(decider, 5, 11) == [("Mercredi", date(2026, 5, 13), 2), ("Samedi", date(2026, 5, 13), 2)]


def test_what_has_passed_without_decision_stays_and_what_is_decided_leaves() -> None:
    grant = a_grant(2, 13)
    decider = User.objects.get(postings__role=Role.DECIDER)
    assert listed(decider, 12, 1) == [("Inventée", date(2026, 5, 13), -202)]
    with on(2026, 5, 10):
        threat = grant.case.threats.get()
        build.start_again(threat)
        build.refused(build.a_request(threat=build.validated(threat).threat))
    assert listed(decider, 5, 12) == []


def test_who_is_on_duty_then_counts_the_deputy_and_not_the_one_who_has_left() -> None:
    a_grant(2, 13)
    leaving = build.posted(Role.INSTRUCTOR, last_name="Partante", end=date(2026, 5, 13))
    arriving = build.posted(Role.INSTRUCTOR, email="b@portail.example", last_name="Suppléante", start=date(2026, 5, 13))
    build.posted(Role.INSTRUCTOR, email="c@portail.example", last_name="Ailleurs", departement_code="974")
    Posting.objects.filter(user=arriving).update(is_deputy=True)
    with on(2026, 5, 11):
        client = signed_in(leaving)
        page = client.get(URL).content.decode()
        assert "Suppléante, instructeur de la préfecture (suppléant)" in page
        assert "Ailleurs" not in page
        assert [posting.user_id for posting in client.get(URL).context["ends"][0].on_duty][1:] == [arriving.pk]


def test_a_place_without_anybody_says_so() -> None:
    grant = a_grant(2, 13)
    Posting.objects.filter(role=Role.DECIDER).update(period=("2020-01-01", "2026-05-01"))
    with on(2026, 5, 11):
        referent = User.objects.get(pk=grant.decision.request.requested_by_id)
        assert "Personne en fonction" in signed_in(referent).get(URL).content.decode()


def test_a_reader_in_paris_reads_both_times_and_one_of_the_place_his_own() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    with on(2026, 2, 16, 8, zone="Indian/Reunion"):
        threat = build.a_threat(user=build.referent(unit))
        build.validated(threat, head=build.unit_head(departement_code="974"))
        build.granted(build.a_request(threat=threat), by=build.decider(departement_code="974"))
    decider = User.objects.get(postings__role=Role.DECIDER)
    analyst, elsewhere = build.posted(Role.CALAE_ANALYST), build.decider()
    with on(2026, 5, 12):
        pages = [signed_in(user).get(URL).content.decode() for user in (decider, analyst, elsewhere)]
    assert ["heure de La Réunion" in page for page in pages] == [True, True, False]
    assert ["à Paris" in page for page in pages] == [False, True, False]


def test_a_restricted_file_is_counted_and_not_named() -> None:
    grant = a_grant(2, 13, name="Secrète")
    with on(2026, 3, 1):
        build.restricted(grant.case, people=User.objects.filter(postings__role=Role.DECIDER))
    instructor = build.posted(Role.INSTRUCTOR)
    with on(2026, 5, 11):
        page = signed_in(instructor).get(URL).content.decode()
    assert "Secrète" not in page
    assert "1 fin de mesure" in page
    assert grant.case.reference in page


def test_the_banner_stands_from_the_last_useful_day_for_the_prefecture_only() -> None:
    grant = a_grant(2, 16)
    with on(2026, 5, 1):
        build.a_closed_day(date(2026, 5, 15))
    decider, instructor = User.objects.get(postings__role=Role.DECIDER), build.posted(Role.INSTRUCTOR)
    referent, other = grant.decision.request.requested_by, build.decider(departement_code="974")

    def told(user: User, *moment: int) -> bool:
        with on(2026, *moment):
            return BANNER in signed_in(user).get("/").content.decode()

    assert not told(decider, 5, 12, 23, 59)
    assert [told(user, 5, 13, 0, 1) for user in (decider, instructor, referent, other)] == [True, True, False, False]


def test_the_week_costs_the_same_queries_whatever_it_holds() -> None:
    a_grant(2, 13)
    decider = User.objects.get(postings__role=Role.DECIDER)

    def cost() -> int:
        with on(2026, 5, 11):
            client = signed_in(decider)
            with CaptureQueriesContext(connection) as captured:
                client.get(URL)
        return len(captured)

    cost()  # what is cached for the life of the process is not counted
    alone = cost()
    a_grant(2, 13, name="Deuxième")
    a_grant(2, 12, name="Troisième")
    build.posted(Role.INSTRUCTOR)
    assert cost() == alone
    assert alone <= 12


def test_the_list_says_when_it_does_not_hold_every_end(monkeypatch) -> None:
    for name in ("Une", "Deux"):
        a_grant(2, 13, name=name)
    decider = User.objects.get(postings__role=Role.DECIDER)
    said = "ne tiennent pas sur cette page"
    with on(2026, 5, 11):
        monkeypatch.setattr("call_buttons.views.lists.MOST_ENDS", 2)
        assert said not in signed_in(decider).get(URL).content.decode()
        monkeypatch.setattr("call_buttons.views.lists.MOST_ENDS", 1)
        assert said in signed_in(decider).get(URL).content.decode()
