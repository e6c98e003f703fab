"""The page of a file in one minute, its timeline, and what two people on one file see of each other."""

import re
import sys
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from cases.enums import EventFamily, EventKind, family_of_event
from cases.models import CaseEvent
from core.models import JournalEntry
from officials.models import ProtectedPerson
from tests import build
from tests.harness.queries import assert_constant_queries
from tests.pages.test_two_tabs import typed_on

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(client: Client, name: str, *args, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def summary(user, case) -> str:
    page = page_of(signed_in(user), "cases:detail", case.reference)
    return re.sub(r"<[^>]+>", "", page[page.index("L'essentiel") : page.index("Dans ce dossier")])


def test_the_summary_says_who_how_dangerous_until_when_what_is_late_and_what_comes_next() -> None:
    official = build.an_official("Résumée")
    values = {"first_name": "Louis", "initials": "L. R.", "created_at": build.clock.now()}
    ProtectedPerson.objects.create(official=official, kinship="spouse", **values)
    ProtectedPerson.objects.create(official=official, kinship="child", is_minor=True, **values)
    grant = build.granted(build.a_request(official=official))
    build.a_task(grant.case, days=-1, title="Rappeler la mairie")
    text = summary(build.User.objects.get(postings__role=Role.REFERENT), grant.case)
    assert "Anne Résumée" in text
    assert "enfant, dont 1 mineur ; conjoint ou conjointe" in text
    assert "Louis" not in text
    assert "Élevé" in text
    assert "sans changement depuis la première évaluation" in text
    assert f"jusqu'au {grant.last_day:%d/%m/%Y} inclus" in text
    assert "1 échéance passée : rappeler la mairie" in text
    assert "Dernier jour protégé par le bouton d'appel" in text


def test_no_two_parts_of_the_page_have_one_name() -> None:
    threat = build.a_threat()
    page = page_of(
        signed_in(build.User.objects.get(postings__role=Role.REFERENT)), "cases:detail", threat.case.reference
    )
    names = re.findall(r' id="([^"]+)"', page)
    assert "soutien" in names
    assert sorted(names) == sorted(set(names))


def test_the_level_says_what_it_was_before() -> None:
    threat = build.a_threat()
    build.validated(threat, answers=build.answers(threat.evaluations.get()))
    build.start_again(threat)
    build.validated(threat)
    assert "en hausse : il était faible" in summary(threat.logged_by, threat.case)


def test_a_file_without_anything_says_so() -> None:
    threat = build.a_threat()
    text = summary(threat.logged_by, threat.case)
    assert "Aucune évaluation n'est encore validée." in text
    assert "Aucune protection en cours." in text
    assert "Évaluer une menace :" in text


def test_every_link_of_the_contents_leads_somewhere_on_the_page() -> None:
    threat = build.a_threat()
    page = page_of(signed_in(threat.logged_by), "cases:detail", threat.case.reference)
    anchors = re.findall(r'fr-summary__link" href="#([^"]+)"', page)
    assert {"menaces", "taches", "historique", "bouton-appel"} <= set(anchors)
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []


def many_events(case, number: int) -> None:
    CaseEvent.objects.bulk_create(
        [
            CaseEvent(
                case=case,
                at=build.clock.now(),
                kind=EventKind.CALL_BUTTON,
                actor_label="portail",
                sentence=f"Acte {n}.",
            )
            for n in range(number)
        ]
    )


def test_every_kind_of_act_has_a_family_and_every_filter_says_its_own() -> None:
    assert {family_of_event(kind) for kind in EventKind.values} <= set(EventFamily)
    threat = build.a_threat()
    client, reference = signed_in(threat.logged_by), threat.case.reference
    page = page_of(client, "cases:history", reference, query="?famille=evaluations")
    assert "Évaluation n° 1 à faire" in page
    assert "Menace enregistrée :" not in page
    person = f"?personne={threat.logged_by.pk}&du=2020-01-01"
    assert "Menace enregistrée :" in page_of(client, "cases:history", reference, query=person)
    assert "Aucun acte ne correspond" in page_of(client, "cases:history", reference, query="?au=2020-01-01")
    wrong = client.get(reverse("cases:history", args=[reference]) + "?du=2026-02-30&famille=x")
    assert wrong.status_code == 422


def test_the_printed_timeline_is_whole_names_who_printed_it_and_says_its_bound(monkeypatch) -> None:
    threat = build.a_threat()
    many_events(threat.case, 40)
    client, reference = signed_in(threat.logged_by), threat.case.reference
    assert "Menace enregistrée :" not in page_of(client, "cases:history", reference)
    page = page_of(client, "cases:history", reference, query="?imprimer=1")
    assert "Menace enregistrée :" in page
    assert "imprimé par Camille Invente le" in page
    assert "Seuls les" not in page
    assert JournalEntry.objects.filter(reason__startswith="impression de l'historique").count() == 1
    monkeypatch.setattr(sys.modules["cases.views.history"], "PRINTED", 20)
    assert "Seuls les 20 derniers actes" in page_of(client, "cases:history", reference, query="?imprimer=1")


def test_the_timeline_costs_the_same_whatever_it_holds() -> None:
    threat = build.a_threat()
    url = reverse("cases:history", args=[threat.case.reference])
    assert_constant_queries(signed_in(threat.logged_by), url, lambda number: many_events(threat.case, number))


def test_a_page_left_open_learns_that_somebody_acted_and_costs_little(settings, django_assert_max_num_queries) -> None:
    settings.DEMO = False
    threat = build.a_threat()
    colleague = build.referent(email="collegue@portail.example", first_name="Alix")
    url = reverse("cases:changes", args=[threat.case.reference])
    last = CaseEvent.objects.latest("pk").pk
    client = signed_in(colleague)
    assert client.get(f"{url}?vu={last}").status_code == 204
    build.submitted(threat)
    with django_assert_max_num_queries(5):  # the session, the person and his postings, then two of its own
        page = client.get(f"{url}?vu={last}", headers={"X-Poll": "1"}).content.decode()
    assert "Modifié par Camille Invente il y a moins d'une minute" in unescape(page)
    assert client.get(f"{url}?vu=²").status_code == 200


def test_two_people_on_one_grid_the_second_learns_who_saved_and_keeps_what_he_typed() -> None:
    threat = build.a_threat()
    evaluation = threat.evaluations.get()
    first = signed_in(threat.logged_by)
    second = signed_in(build.referent(email="collegue@portail.example", first_name="Alix"))
    url = reverse("cases:evaluation", args=[threat.case.reference, evaluation.pk])
    both = first.get(url).content.decode()
    draft = {"act": "draft"}
    assert first.post(url, typed_on(both, comment="Vu par la première.", **draft)).status_code == 302
    answer = second.post(url, typed_on(both, comment="Vu par le second.", **draft)).content.decode()
    assert "Camille Invente a modifié ce dossier" in answer
    assert "Vu par la première." in answer
    assert "Vu par le second." in answer
    evaluation.refresh_from_db()
    assert evaluation.comment == "Vu par la première."


def test_who_closes_a_file_where_a_threat_has_just_come_is_refused_and_the_second_closing_too() -> None:
    threat = build.a_threat()
    build.validated(threat)
    head = build.User.objects.get(postings__role=Role.UNIT_HEAD)
    one, two = signed_in(threat.logged_by), signed_in(head)
    url = reverse("cases:close", args=[threat.case.reference])
    late = build.a_threat(user=threat.logged_by, case=threat.case)
    assert two.post(url, {"reason": "Plus de danger."}).status_code == 409
    build.validated(late, head=head)
    assert one.post(url, {"reason": "Fin."}).status_code == 302
    answer = two.post(url, {"reason": "Plus de danger."})
    assert answer.status_code == 409
    assert "Plus de danger." in answer.content.decode()


def test_a_validator_and_a_sender_back_on_one_evaluation_only_one_of_them_acts() -> None:
    threat = build.a_threat()
    sent = build.submitted(threat)
    one, two = (
        signed_in(build.unit_head(unit=build.a_unit(), email=f"{name}@portail.example")) for name in ("chef", "adjoint")
    )
    args = [threat.case.reference, sent.pk]
    assert one.post(reverse("cases:validate", args=args), {"version": sent.version}).status_code == 302
    assert two.post(reverse("cases:return", args=args), {"reason": "Il manque le lieu."}).status_code == 422
    sent.refresh_from_db()
    assert (sent.state, sent.returned_reason) == ("validated", "")


def test_two_opinions_on_one_request_the_second_is_refused_and_kept() -> None:
    request = build.a_request()
    one = signed_in(build.posted(Role.INSTRUCTOR))
    two = signed_in(build.posted(Role.INSTRUCTOR, email="second@portail.example"))
    url = reverse("call_buttons:advise", args=[request.pk])
    typed = {"version": request.version, "opinion": "favourable", "opinion_text": "Danger sérieux."}
    assert one.post(url, typed).status_code == 302
    answer = two.post(url, typed | {"opinion": "unfavourable", "opinion_text": "Stock épuisé."})
    assert answer.status_code == 422
    assert "Stock épuisé." in unescape(answer.content.decode())
    request.refresh_from_db()
    assert request.opinion_text == "Danger sérieux."
