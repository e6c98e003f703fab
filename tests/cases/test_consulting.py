"""Why somebody opens a file that is not of his own list: asked once a day, journaled, read by the élu."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from cases.enums import ConsultationMotive, TaskKind
from cases.models import Case, ConsultationReason
from cases.services import open_task
from core import clock
from core.models import JournalEntry
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return build.a_threat().case


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def opens(user: User, case: Case) -> bool:
    response = client_of(user).get(f"/dossiers/{case.reference}/")
    assert response.status_code in (200, 302)
    return response.status_code == 200


def test_the_unit_is_not_asked_why(case: Case) -> None:
    assert opens(case.threats.get().logged_by, case)
    assert opens(build.posted(Role.UNIT_HEAD, unit=case.unit), case)


def test_the_departement_and_the_nation_are_asked_why(case: Case) -> None:
    for user in (build.unit_head(), build.posted(Role.INSTRUCTOR), build.decider(), build.posted(Role.CALAE_ANALYST)):
        assert not opens(user, case), user.email


def test_a_person_of_the_unit_and_of_the_departement_is_not_asked_why(case: Case) -> None:
    user = build.unit_head()
    build.add_posting(user, Role.UNIT_HEAD, unit=case.unit)
    assert opens(user, case)


def test_who_has_something_to_do_is_not_asked_why(case: Case) -> None:
    head, instructor = build.unit_head(), build.posted(Role.INSTRUCTOR)
    due = clock.now() + timedelta(days=1)
    open_task(
        case=case, kind=TaskKind.OTHER, title="À voir", role=Role.INSTRUCTOR, due_at=due, path="/", dedupe_key="t"
    )
    assert opens(instructor, case)
    assert not opens(head, case)
    build.submitted(case.threats.get())
    assert opens(head, case)


def test_the_prefecture_opens_the_files_in_which_it_decides(case: Case) -> None:
    threat, instructor = case.threats.get(), build.posted(Role.INSTRUCTOR)
    request = build.a_request(threat=threat)
    assert opens(instructor, case)
    grant = build.granted(request)
    assert opens(instructor, case)
    with time_machine.travel(clock.real_now() + timedelta(days=120)):
        assert opens(instructor, case), "nothing was decided about the end"
    assert grant.case == case


def test_who_acted_in_the_last_three_months_is_not_asked_why_then_is(case: Case) -> None:
    threat = case.threats.get()
    build.validated(threat)
    head = User.objects.get(postings__role=Role.UNIT_HEAD)
    assert opens(head, case)
    with time_machine.travel(clock.real_now() + timedelta(days=91)):
        assert not opens(head, case)


def answer(user: User, case: Case, **data: str):
    return client_of(user).post(f"/dossiers/{case.reference}/motif/", data)


def test_a_reason_opens_the_file_until_midnight_and_is_in_the_journal(case: Case) -> None:
    analyst = build.posted(Role.CALAE_ANALYST)
    url = f"/dossiers/{case.reference}/?x=1"
    assert answer(analyst, case, motive=ConsultationMotive.NATIONAL, next=url)["Location"] == url
    assert opens(analyst, case)
    entry = JournalEntry.objects.filter(action="consultation").latest("pk")
    assert entry.details == {"consultation_reason": "CALAE — suivi national"}
    with time_machine.travel(ConsultationReason.objects.get().until + timedelta(seconds=1)):
        assert not opens(analyst, case)


@pytest.mark.parametrize("url", ["https://ailleurs.example/", "//ailleurs.example/", "/\\ailleurs.example", "x"])
def test_a_reason_never_sends_outside_the_portal(case: Case, url: str) -> None:
    analyst = build.posted(Role.CALAE_ANALYST)
    response = answer(analyst, case, motive=ConsultationMotive.NATIONAL, next=url)
    assert response["Location"] == f"/dossiers/{case.reference}/"


def test_a_replacement_says_whom_and_only_calae_follows_the_nation(case: Case) -> None:
    decider = build.decider()
    assert answer(decider, case, motive=ConsultationMotive.REPLACEMENT).status_code == 422
    assert answer(decider, case, motive=ConsultationMotive.NATIONAL).status_code == 422
    assert answer(decider, case).status_code == 422
    assert not ConsultationReason.objects.exists()
    assert answer(decider, case, motive=ConsultationMotive.REPLACEMENT, note="M. Durand").status_code == 302


def test_the_page_that_asks_shows_the_reference_and_nothing_else(case: Case) -> None:
    page = client_of(build.decider()).get(f"/dossiers/{case.reference}/motif/").content.decode()
    assert case.reference in page
    assert case.official.last_name not in page
    assert case.unit.name not in page


def test_an_act_without_a_reason_does_nothing_and_asks(case: Case) -> None:
    head = build.unit_head()
    response = client_of(head).post(f"/dossiers/{case.reference}/clore/", {"reason": "x"})
    assert response["Location"] == f"/dossiers/{case.reference}/motif/"
    case.refresh_from_db()
    assert case.is_open


def test_a_panel_sends_the_whole_page_to_the_question(case: Case) -> None:
    client = client_of(build.decider())
    response = client.get(f"/boutons-appel/dossier/{case.reference}/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith(f"/dossiers/{case.reference}/motif/")


def test_the_elu_reads_who_consulted_by_function_and_never_by_name(case: Case) -> None:
    analyst = build.posted(Role.CALAE_ANALYST, first_name="Zoé", last_name="Xantippe")
    elu = build.official_account(case.official)
    stranger = build.official_account(build.an_official("Voisine"), "voisine@portail.example")
    build.consulted(case, analyst, ConsultationMotive.NATIONAL)
    client_of(analyst).get(f"/dossiers/{case.reference}/")
    client_of(case.threats.get().logged_by).get(f"/dossiers/{case.reference}/")
    page = client_of(elu).get("/ma-situation/consultations/").content.decode()
    assert "CALAE — suivi national" in page
    assert "Brigade d&#x27;Olivet" in page
    assert "Xantippe" not in page
    assert "CALAE" not in client_of(stranger).get("/ma-situation/consultations/").content.decode().partition("<main")[2]
