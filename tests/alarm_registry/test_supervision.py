"""The pages of the supervisor of a 17, of the administrator who sets the limits, and the homes of both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import User
from alarm_registry.enums import AlertKind, LookupKind
from alarm_registry.models import LookupAlert, LookupLimits, LookupSample
from alarm_registry.selectors.supervision import counts_of
from alarm_registry.services import TooFast, answer_alert, look_up_name, look_up_number
from alarm_registry.services.alerts import raise_alert
from core import clock
from tests import alarming, build
from tests.access.supervising import Supervised
from tests.pages.reading import assert_kept, assert_refused_beside

pytestmark = pytest.mark.django_db
PAGE = "/17/supervision/"
LIMITS = {
    "in_five_minutes": "25", "in_an_hour": "100", "misses_in_an_hour": "20", "sequence": "4", "same_commune": "8",
    "pause_seconds": "30",
}  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User, query: str = "") -> str:
    response = signed_in(user).get(PAGE + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_supervisor_reads_two_digits_and_the_name_of_what_was_shown() -> None:
    alarming.a_registration()
    operator, supervisor = alarming.operator(first_name="Karim", last_name="Estrevault"), alarming.supervisor()
    look_up_number(alarming.MOBILE, caller=alarming.caller(operator))
    look_up_number("01 99 00 00 09", caller=alarming.caller(operator))
    look_up_name("Inconnue", commune=build.a_commune(), caller=alarming.caller(operator))
    page = page_of(supervisor)
    for words in ("Karim Estrevault", "finissant par 01", "Anne Inventée", "finissant par 09", "commune : Orléans"):
        assert words in page
    for hidden in ("39 98", "3998", "99 00 00", "Inconnue", "Lilas-Blancs"):
        assert hidden not in page


def test_a_match_that_was_not_opened_names_nobody() -> None:
    alarming.a_registration()
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    look_up_number(alarming.TOWN_HALL, caller=alarming.caller(alarming.operator()))
    page = page_of(alarming.supervisor())
    assert "2 personnes" in page
    assert "Voisine" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?kind=name", {"41"}),
        ("?missed=on", {"42"}),
        ("?forced=on", {"43"}),
        ("?through_api=on", {"44"}),
        ("?kind=number&missed=on", {"42"}),
        ("", {"41", "42", "43", "44", "45"}),
    ],
)
def test_filters_narrow_the_list(query: str, shown: set[str]) -> None:
    operator = alarming.operator()
    alarming.searched(operator, 1, last_digits="41", kind=LookupKind.NAME)
    alarming.searched(operator, 1, last_digits="42", found=0)
    alarming.searched(operator, 1, last_digits="43", is_forced=True)
    alarming.searched(operator, 1, last_digits="44", through_api=True)
    alarming.searched(operator, 1, last_digits="45")
    response = signed_in(alarming.supervisor()).get(PAGE + query)
    assert {one.last_digits for one in response.context["page"].items} == shown


def test_one_operator_s_searches_are_filtered_by_his_name() -> None:
    first, second = alarming.operator(), alarming.operator(email="deux@portail.example")
    alarming.searched(first, 2)
    alarming.searched(second, 3)
    response = signed_in(alarming.supervisor()).get(f"{PAGE}?operator={second.pk}")
    assert {one.operator_id for one in response.context["page"].items} == {second.pk}


def test_the_list_goes_on_by_pages_and_keeps_its_filters() -> None:
    alarming.searched(alarming.operator(), 60, found=0)
    alarming.searched(alarming.operator(email="deux@portail.example"), 60)
    client = signed_in(alarming.supervisor())
    first = client.get(f"{PAGE}?missed=on").context["page"]
    second = client.get(f"{PAGE}?missed=on&cursor={first.next_cursor}").context["page"]
    assert (len(first.items), len(second.items)) == (50, 10)
    assert not {one.pk for one in first.items} & {one.pk for one in second.items}


def test_another_centre_is_another_page() -> None:
    alarming.searched(alarming.operator("41"), 3)
    raise_alert(alarming.caller(alarming.operator("28")), AlertKind.VOLUME, 31)
    response = signed_in(alarming.supervisor()).get(f"{PAGE}?centre=41")
    assert response.context["page"].items == []
    assert response.context["alerts"] == []


def test_a_supervisor_of_two_centres_chooses_one() -> None:
    both = alarming.supervisor()
    build.add_posting(both, Role.SUPERVISOR_17, departement_code="41")
    alarming.searched(alarming.operator("41"), 3)
    response = signed_in(User.objects.get(pk=both.pk)).get(f"{PAGE}?centre=41")
    assert len(response.context["page"].items) == 3
    assert "Voir ce centre" in response.content.decode()


def test_an_expired_supervisor_and_an_operator_are_refused() -> None:
    expired = alarming.supervisor(end=clock.today("Europe/Paris"))
    for user in (expired, alarming.operator(), build.posted(Role.ADMINISTRATOR)):
        assert signed_in(user).get(PAGE).status_code == 403


def test_counts_are_by_operator_and_local_day(time_machine) -> None:
    time_machine.move_to(build.at(2026, 11, 26, 12), tick=False)
    first, second = alarming.operator(), alarming.operator(email="deux@portail.example", last_name="Autre")
    alarming.searched(first, 3, every=timedelta(days=1), found=0, is_forced=True)
    alarming.searched(second, 2)
    supervisor = alarming.supervisor()
    with CaptureQueriesContext(connection) as queries:
        counts = counts_of(build.departement(), user=supervisor)
    found = {one.name: ([number for _, number in days], one.missed, one.forced) for one, days in counts.rows}
    assert found == {"Camille Invente": ([0, 0, 0, 0, 1, 1, 1], 3, 3), "Camille Autre": ([0, 0, 0, 0, 0, 0, 2], 0, 0)}
    assert sum("alarm_registry_lookup" in query["sql"] for query in queries) == 1


def test_an_alert_is_answered_on_its_page() -> None:
    operator, supervisor = alarming.operator(), alarming.supervisor()
    alarming.searched(operator, 2, last_digits="77")
    alert = raise_alert(alarming.caller(operator), AlertKind.VOLUME, 31)
    client = signed_in(supervisor)
    page = client.get(f"{PAGE}alertes/{alert.pk}/").content.decode()
    assert "finissant par 77" in page
    empty = client.post(f"{PAGE}alertes/{alert.pk}/", {"answer": ""})
    assert_refused_beside(empty, "answer", "Écrivez en une ligne la suite donnée.")
    sent = client.post(f"{PAGE}alertes/{alert.pk}/", {"answer": "Vu avec lui."}, follow=True)
    assert "Vu avec lui." in sent.content.decode()
    assert LookupAlert.objects.get().seen_by == supervisor


def test_an_alert_answered_meanwhile_says_by_whom_and_keeps_what_was_typed() -> None:
    first, second = alarming.supervisor(), alarming.supervisor(email="deux@portail.example")
    alert = raise_alert(alarming.caller(alarming.operator()), AlertKind.VOLUME, 31)
    answer_alert(alert=alert, answer="Vu.", user=first, actor=build.actor(first))
    late = signed_in(second).post(f"{PAGE}alertes/{alert.pk}/", {"answer": "Vu aussi."})
    assert late.status_code == 422
    assert "déjà reçu une suite" in str(late.context["form"].errors)


def test_a_consultation_is_confirmed_on_its_page() -> None:
    sample = Supervised.made(alarming.operator(), alarming.a_registration()).sample
    client, url = signed_in(alarming.supervisor()), f"{PAGE}consultations/{sample.pk}/"
    assert "Anne Inventée" in client.get(url).content.decode()
    typed = {"verdict": "to_explain", "note": ""}
    refused = client.post(url, typed)
    assert_refused_beside(refused, "note", "Écrivez en une ligne ce qui est à expliquer.")
    assert_kept(refused, typed)
    client.post(url, {"verdict": "to_explain", "note": "Aucun appel à cette heure."})
    assert LookupSample.objects.get().note == "Aucun appel à cette heure."
    assert "Aucun appel à cette heure." in client.get(url).content.decode()


def test_limits_are_announced_for_a_later_day_and_never_rewritten() -> None:
    client = signed_in(build.posted(Role.ADMINISTRATOR))
    today = clock.today("Europe/Paris")
    refused = client.post("/17/limites/", LIMITS | {"in_force_from": f"{today:%Y-%m-%d}"})
    assert_refused_beside(refused, "in_force_from", "choisissez demain ou plus tard")
    assert_kept(refused, LIMITS)
    day = f"{today + timedelta(days=1):%Y-%m-%d}"
    assert client.post("/17/limites/", LIMITS | {"in_force_from": day}).status_code == 302
    again = client.post("/17/limites/", LIMITS | {"in_force_from": day})
    assert_refused_beside(again, "in_force_from", "déjà prévues pour ce jour")
    assert LookupLimits.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [("pause_seconds", "61", "60"), ("in_an_hour", "20", "au moins autant"), ("sequence", "2", "3")],
)
def test_limits_that_would_stop_work_are_refused_beside_their_field(field: str, value: str, message: str) -> None:
    day = clock.today("Europe/Paris") + timedelta(days=1)
    client = signed_in(build.posted(Role.ADMINISTRATOR))
    response = client.post("/17/limites/", LIMITS | {"in_force_from": f"{day:%Y-%m-%d}", field: value})
    assert_refused_beside(response, field, message)


def test_announced_limits_act_on_their_day(time_machine) -> None:
    time_machine.move_to(build.at(2026, 11, 26, 23, 50), tick=False)
    values = {name: int(value) for name, value in LIMITS.items()} | {"in_five_minutes": 5, "in_an_hour": 10}
    LookupLimits.objects.create(in_force_from="2026-11-27", **values)
    operator = alarming.operator()
    alarming.searched(operator, 6)
    look_up_number("06 39 98 00 77", caller=alarming.caller(operator))
    time_machine.move_to(build.at(2026, 11, 27, 0, 1), tick=False)
    alarming.searched(operator, 6)
    look_up_number("06 39 98 00 77", caller=alarming.caller(operator))
    with pytest.raises(TooFast):
        look_up_number("06 39 98 00 77", caller=alarming.caller(operator))


def test_an_administrator_reads_which_centres_nobody_watches() -> None:
    raise_alert(alarming.caller(alarming.operator("41")), AlertKind.VOLUME, 31)
    raise_alert(alarming.caller(alarming.operator()), AlertKind.VOLUME, 31)
    alarming.supervisor()
    response = signed_in(build.posted(Role.ADMINISTRATOR)).get("/17/limites/")
    assert [(one.centre.pk, one.alerts) for one in response.context["unwatched"]] == [("41", 1)]


def test_the_home_of_an_operator_is_the_search() -> None:
    response = signed_in(alarming.operator()).get("/")
    assert (response.status_code, response.url) == (302, "/17/")


def test_the_home_of_an_operator_who_is_also_a_referent_keeps_what_waits() -> None:
    both = build.referent()
    build.add_posting(both, Role.OPERATOR_17, departement_code="45")
    assert signed_in(User.objects.get(pk=both.pk)).get("/").status_code == 200


def test_the_home_of_a_supervisor_lists_alerts_and_consultations() -> None:
    Supervised.made(alarming.operator(), alarming.a_registration())
    raise_alert(alarming.caller(alarming.operator("41")), AlertKind.MISSES, 31)
    page = signed_in(alarming.supervisor()).get("/").content.decode()
    assert "Beaucoup de recherches en peu de temps : Camille Invente" in page
    assert "Consultation n° 1 (" in page
    assert "Beaucoup de recherches sans résultat" not in page


def test_the_menu_leads_each_to_his_page() -> None:
    assert "Qui appelle ?" in signed_in(alarming.operator()).get("/17/").content.decode()
    supervisor = page_of(alarming.supervisor())
    assert "Contrôle du 17" in supervisor
    assert 'href="/17/"' not in supervisor


def test_the_page_costs_the_same_whatever_it_lists() -> None:
    operator, supervisor = alarming.operator(), alarming.supervisor()
    registration = alarming.a_registration()
    costs = []
    for added in (1, 2, 9):
        alarming.searched(operator, added, shown=registration)
        for rank in range(added):
            asker = alarming.operator(email=f"op{added}-{rank}@portail.example")
            raise_alert(alarming.caller(asker), AlertKind.VOLUME, 31)
        client = signed_in(supervisor)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        costs.append(len(queries))
    assert len(set(costs)) == 1
    assert costs[0] <= 12
