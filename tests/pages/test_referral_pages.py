"""The pages of the named referrals: what is typed is kept, a double click is one act, a list costs the same."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from support.enums import Help
from support.models import Referral, ReferralAppointment
from support.selectors.associations import association_of
from tests import build, receiving, supporting
from tests.pages.reading import assert_kept, assert_refused_beside

pytestmark = pytest.mark.django_db
MOST = 12


def text(response) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, *arguments: object) -> str:
    return reverse(f"support:{name}", args=arguments)


def typed(**changes: object) -> dict:
    values = {
        "kinds": ["psychological"], "urgency": "1", "association": str(supporting.an_association().pk),
        "contact": "06 39 98 00 11", "when_to_call": "Le soir.", "submission": str(uuid4()), "consented": "on",
        "consented_on": "2026-01-05",
    }  # fmt: skip
    return values | changes


@pytest.fixture
def case(db: None):
    supporting.an_association()
    return supporting.a_case()


@pytest.fixture
def agent(case) -> Client:
    return client_of(User.objects.get(email="referent.45-1@portail.example"))


def test_the_file_leads_to_the_panel_which_proposes_support(agent: Client, case) -> None:
    assert at("case_panel", case.reference) in text(agent.get(reverse("cases:detail", args=[case.reference])))
    panel = text(agent.get(at("case_panel", case.reference)))
    assert "01 80 52 33 84" in panel
    assert at("new_referral", case.reference) in panel


def test_a_reader_who_may_not_propose_reads_the_number_alone(case) -> None:
    analyst = build.posted(build.Role.CALAE_ANALYST)
    build.consulted(case, analyst)
    supporting.a_referral(case)
    panel = text(client_of(analyst).get(at("case_panel", case.reference)))
    assert "01 80 52 33 84" in panel
    assert "proposé le" not in panel
    assert "Proposer un soutien" not in panel


def test_the_adults_of_the_file_may_be_chosen_and_no_child(agent: Client, case) -> None:
    adult, minor = build.a_relative(case.official), build.a_minor(case.official)
    page = text(agent.get(at("new_referral", case.reference)))
    assert at("propose", case.reference, adult.pk.hex) in page
    assert minor.pk.hex not in page
    assert agent.get(at("propose", case.reference, minor.pk.hex)).status_code == 404


def test_the_form_is_prefilled_with_the_safe_contact_of_the_file(agent: Client, case) -> None:
    adult = build.a_relative(case.official)
    page = text(agent.get(at("propose", case.reference, adult.pk.hex)))
    assert 'value="06 39 98 00 21"' in page
    assert 'value="portable, après 18 h"' in page
    assert "Rien d'autre n'est envoyé" in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"kinds": []}, "kinds", "obligatoire"),
        ({"contact": " "}, "contact", "obligatoire"),
        ({"contact": "0" * 201}, "contact", "200"),
        ({"consented": ""}, "consented", "rien n'est envoyé"),
        ({"consented_on": "30/02/2026"}, "consented_on", "date qui existe"),
        ({"consented_on": "2099-01-01"}, "consented_on", "corrigez la date"),
        ({"urgency": "9"}, "urgency", "dans la liste"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(agent, case, changes, field, said) -> None:
    sent = typed(**changes)
    response = agent.post(at("propose", case.reference, "elu"), sent)
    assert_refused_beside(response, field, said)
    assert_kept(response, {name: sent[name] for name in ("contact", "when_to_call") if name != field})
    assert not Referral.objects.exists()


def test_a_double_click_and_the_back_button_send_one(agent: Client, case) -> None:
    sent = typed(kinds=["psychological", "legal"])
    for _ in range(2):
        response = agent.post(at("propose", case.reference, "elu"), sent)
        assert response["Location"] == at("case_panel", case.reference)
    assert Referral.objects.count() == 2
    again = agent.post(at("propose", case.reference, "elu"), typed())
    assert_refused_beside(again, "kinds", "Déjà en cours")


def test_without_an_association_the_page_gives_the_number(case) -> None:
    from support.models import Association

    Association.objects.update(is_active=False)
    agent = client_of(User.objects.get(email="referent.45-1@portail.example"))
    assert "Aucune association" in text(agent.get(at("propose", case.reference, "elu")))
    assert agent.post(at("propose", case.reference, "elu"), typed()).status_code == 422
    person = client_of(build.official_account(case.official))
    assert "Aucune association" in text(person.get(at("ask")))


def test_the_agent_takes_it_back_when_the_person_says_so_but_not_what_the_person_asked(agent: Client, case) -> None:
    referral = supporting.a_referral(case)
    own = supporting.asked(build.official_account(case.official), kinds=[Help.LEGAL])
    panel = text(agent.get(at("case_panel", case.reference)))
    assert at("withdraw_for", referral.pk) in panel
    assert at("withdraw_for", own.pk) not in panel
    assert agent.post(at("withdraw_for", own.pk)).status_code == 404
    assert "effacées" in text(agent.post(at("withdraw_for", referral.pk), follow=True))
    assert Referral.objects.get(pk=referral.pk).contact == ""


def test_a_person_asks_reads_and_takes_back_at_once(case) -> None:
    person = client_of(build.official_account(case.official))
    assert "Sans que l'élu le sache" not in text(person.get(at("ask")))
    sent = typed()
    for _ in range(2):
        assert person.post(at("ask"), sent)["Location"] == at("mine")
    referral = Referral.objects.get()
    supporting.an_appointment(supporting.accepted(referral), mode="video", link="https://visio.example/salle")
    page = text(person.get(at("mine")))
    for said in ("s'occupe de votre demande", "45 minutes", "https://visio.example/salle", at("tie", referral.pk)):
        assert said in page
    assert "effacées" in text(person.post(at("withdraw_mine", referral.pk), follow=True))
    assert "visio.example" not in text(person.get(at("mine")))


def test_a_relative_may_ask_in_secret(case) -> None:
    relative = client_of(build.relative_account(build.a_relative(case.official)))
    assert "Sans que l'élu le sache" in text(relative.get(at("ask")))
    relative.post(at("ask"), typed(is_discreet="on"))
    assert Referral.objects.get().is_discreet
    assert "L'élu ne le sait pas" in text(relative.get(at("mine")))


def test_the_association_answers_notes_an_appointment_and_ends(case) -> None:
    psychologist = supporting.a_psychologist()
    desk, referral = client_of(psychologist), supporting.a_referral(case)
    page = text(desk.get(at("referral", referral.pk)))
    for said in (case.official.full_name, supporting.CONTACT, supporting.WHEN, "Ne pas laisser de message"):
        assert said in page
    for _ in range(2):
        desk.post(at("accept_referral", referral.pk), {"version": "1"})
    sent = {
        "host": str(psychologist.pk), "day": "2099-03-02", "hour": "10:00", "minutes": "45", "mode": "telephone",
        "submission": str(uuid4()),
    }  # fmt: skip
    wrong = desk.post(at("new_appointment", referral.pk), sent)
    assert_refused_beside(wrong, "day", "dans plus d'un an")
    meeting = supporting.an_appointment(Referral.objects.select_related("handled_by").get())
    assert "Changer" in text(desk.get(at("referral", referral.pk)))
    assert desk.post(at("drop_appointment", referral.pk, meeting.pk)).status_code == 302
    version = Referral.objects.get().version
    assert_refused_beside(desk.post(at("end_referral", referral.pk), {"version": version}), "outcome", "obligatoire")
    desk.post(at("end_referral", referral.pk), {"version": version, "outcome": "seen"})
    assert "La personne a été reçue" in text(desk.get(at("referral", referral.pk)))


def test_two_tabs_of_two_people_leave_one_answer_and_what_was_typed(case) -> None:
    referral = supporting.a_referral(case)
    first, second = (client_of(supporting.a_psychologist(email)) for email in ("a@p.example", "b@p.example"))
    first.post(at("accept_referral", referral.pk), {"version": "1"})
    sent = {"version": "1", "reason": "other", "text": "Nous sommes complets ce mois-ci."}
    response = second.post(at("refuse_referral", referral.pk), sent)
    assert response.status_code == 422
    assert "a changé" in text(response)
    assert_kept(response, {"text": sent["text"]})
    assert Referral.objects.get().is_accepted


def test_the_hour_typed_is_that_of_the_person_and_one_that_does_not_exist_is_refused(case, time_machine) -> None:
    time_machine.move_to(build.at(2027, 3, 1))
    psychologist = supporting.a_psychologist()
    desk, referral = client_of(psychologist), supporting.accepted(supporting.a_referral(case), by=psychologist)
    sent = {"host": str(psychologist.pk), "minutes": "45", "mode": "on_site", "day": "2027-03-28", "hour": "02:30"}
    refused = desk.post(at("new_appointment", referral.pk), sent | {"submission": str(uuid4())})
    assert_refused_beside(refused, "hour", "n'existe pas")
    sent = sent | {"hour": "10:00", "submission": str(uuid4())}
    for _ in range(2):
        assert desk.post(at("new_appointment", referral.pk), sent).status_code == 302
    meeting = ReferralAppointment.objects.get()
    assert meeting.starts_at == build.at(2027, 3, 28, 10)
    page = desk.get(at("change_appointment", referral.pk, meeting.pk))
    assert 'value="10:00"' in text(page)
    moved = desk.post(at("change_appointment", referral.pk, meeting.pk), sent | {"hour": "11:00", "version": "1"})
    assert moved.status_code == 302
    stale = desk.post(at("change_appointment", referral.pk, meeting.pk), sent | {"hour": "12:00", "version": "1"})
    assert "vient d'être changé" in text(stale)


def test_a_time_at_which_the_host_is_away_is_kept_and_said(case) -> None:
    psychologist = supporting.a_psychologist()
    desk, referral = client_of(psychologist), supporting.accepted(supporting.a_referral(case), by=psychologist)
    day = receiving.today() + timedelta(days=5)
    receiving.away(association_of(psychologist), day)
    sent = {"host": str(psychologist.pk), "minutes": "45", "mode": "telephone", "hour": "10:00"}
    for days, is_said in ((0, True), (2, False)):
        typed = sent | {"day": f"{day + timedelta(days=days):%Y-%m-%d}", "submission": str(uuid4())}
        page = desk.post(at("new_appointment", referral.pk), typed, follow=True)
        assert "Le rendez-vous est noté" in text(page)
        assert ("une absence est notée à cette heure" in text(page)) is is_said


def test_it_is_handed_over_from_the_page(case) -> None:
    psychologist, colleague = supporting.a_psychologist(), supporting.a_psychologist("psy2@portail.example")
    referral = supporting.accepted(supporting.a_referral(case), by=psychologist)
    desk = client_of(psychologist)
    refused = desk.post(at("hand_over_referral", referral.pk), {"version": referral.version, "to": ""})
    assert refused.status_code == 422
    desk.post(at("hand_over_referral", referral.pk), {"version": referral.version, "to": str(colleague.pk)})
    assert Referral.objects.get().handled_by == colleague


def test_once_taken_back_the_association_reads_so_without_a_name(case) -> None:
    referral = supporting.withdrawn(supporting.a_referral(case))
    desk = client_of(supporting.a_psychologist())
    for page in (text(desk.get(at("referral", referral.pk))), text(desk.get(at("referrals") + "?voir=closes"))):
        assert "etirée" in page
        assert case.official.last_name not in page
    assert desk.get(at("refuse_referral", referral.pk)).status_code == 302


def test_the_most_pressing_comes_first(case) -> None:
    supporting.a_referral(case, kinds=[Help.PSYCHOLOGICAL], urgency=3)
    supporting.a_referral(case, kinds=[Help.LEGAL], urgency=1)
    page = text(client_of(supporting.a_psychologist()).get(at("referrals")))
    assert page.index("Aide juridique") < page.index("Soutien psychologique")


@pytest.mark.parametrize("wanted", ["a-repondre", "en-cours", "closes"])
def test_the_list_costs_the_same_for_one_and_for_many(wanted: str) -> None:
    psychologist = supporting.a_psychologist()
    desk, costs = client_of(psychologist), []
    for number in (1, 2, 9):
        for _ in range(number):
            referral = supporting.a_referral()
            if wanted == "en-cours":
                supporting.accepted(referral)
            elif wanted == "closes":
                supporting.withdrawn(referral)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(at("referrals") + f"?voir={wanted}").status_code == 200
        costs.append(len(queries))
    assert len(set(costs)) == 1, costs
    assert costs[0] <= MOST


def test_one_s_own_page_costs_the_same_for_one_and_for_many(case) -> None:
    account = build.official_account(case.official)
    person, costs = client_of(account), []
    for kind in Help:
        referral = supporting.accepted(supporting.asked(account, kinds=[kind]))
        supporting.an_appointment(referral)
        supporting.withdrawn(referral)
        with CaptureQueriesContext(connection) as queries:
            person.get(at("mine"))
        costs.append(len(queries))
    assert len(set(costs)) == 1, costs
