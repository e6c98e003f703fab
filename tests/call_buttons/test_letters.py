"""The letters of a prefecture, their versions, and the page that says whether a document is genuine."""

import pytest
from django.test import Client
from django.urls import reverse

from call_buttons.enums import DocumentKind
from call_buttons.models import DocumentTemplate
from call_buttons.services import ActRefused, preview_template, save_template
from call_buttons.services.documents import shipped
from tests import build

pytestmark = pytest.mark.django_db


def saved(kind: DocumentKind, source: str, departement_code: str = "45") -> DocumentTemplate:
    user = build.User.objects.filter(postings__role="administrator").first() or build.posted("administrator")
    return save_template(
        departement=build.departement(departement_code),
        kind=kind,
        source=source,
        note="essai",
        user=user,
        actor=build.actor(user),
    )


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_letter_of_the_portal_gives_a_document(kind: DocumentKind) -> None:
    document = preview_template(departement=build.departement(), kind=kind, source="")
    assert document.pdf.startswith(b"%PDF")


def test_a_prefecture_signs_on_its_own_letter_and_the_decision_keeps_its_version() -> None:
    own = shipped(DocumentKind.GRANT).replace("== En cas de danger", "== La permanence répond jour et nuit")
    version = saved(DocumentKind.GRANT, own)
    decision = build.granted().decision
    assert decision.template == version
    assert "La permanence répond jour et nuit" in build.text_of(decision)


def test_another_prefecture_keeps_the_letter_of_the_portal() -> None:
    saved(DocumentKind.GRANT, shipped(DocumentKind.GRANT).replace("En cas de danger", "Ailleurs"), "974")
    decision = build.granted().decision
    assert decision.template is None
    assert "Ailleurs" not in build.text_of(decision)


def test_a_letterhead_serves_all_the_letters_of_its_prefecture() -> None:
    head = shipped(DocumentKind.LETTERHEAD).replace("Le #data.signed_on", "12 rue Inventée, le #data.signed_on")
    saved(DocumentKind.LETTERHEAD, head)
    assert "12 rue Inventée" in build.text_of(build.refused(build.a_request()))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('#import "@preview/cetz:0.2.0": *', "ne lit que ses données"),
        ('#read("../services/documents.py")', "ne lit que ses données"),
        ('#import "../services/x.typ": y', "ne lit que ses données"),
        ('#{ import ("@" + "preview/cetz:0.2.0"): * }', "ne lit que ses données"),
        ('#eval("1")', "ne lit que ses données"),
        ('#let data = (gap: sys.inputs.data)\n#if json(bytes(data.gap)).gap == "" [#rien]', "ne donne pas de lettre"),
        ("#show: body => nothing", "ne donne pas de lettre"),
        ("x" * 20_001, "20000 signes"),
    ],
)
def test_a_source_that_reads_elsewhere_or_gives_no_letter_is_refused(source: str, said: str) -> None:
    with pytest.raises(ActRefused, match=said) as refused:
        saved(DocumentKind.GRANT, source)
    assert refused.value.field == "source"


def test_an_empty_source_comes_back_to_the_portal_and_the_same_text_twice_is_refused() -> None:
    own = shipped(DocumentKind.GRANT).replace("En cas de danger", "Autre titre")
    saved(DocumentKind.GRANT, own)
    with pytest.raises(ActRefused, match="déjà celui"):
        saved(DocumentKind.GRANT, own)
    assert saved(DocumentKind.GRANT, "").version == 2
    assert "Autre titre" not in build.text_of(build.granted().decision)


def test_an_administrator_reads_the_preview_then_saves(client: Client) -> None:
    client.force_login(build.posted("administrator"))
    preview = reverse("call_buttons:template_preview", args=["45", "refusal"])
    assert client.post(preview, {"source": shipped(DocumentKind.REFUSAL)})["Content-Type"] == "application/pdf"
    broken = client.post(preview, {"source": "#read('x')", "note": "Ma note"})
    assert (broken.status_code, "Ma note" in broken.content.decode()) == (422, True)
    url = reverse("call_buttons:template", args=["45", "refusal"])
    own = shipped(DocumentKind.REFUSAL).replace("Ce qui vous est proposé", "Nos propositions")
    assert client.post(url, {"source": own, "note": "titre"}).status_code == 302
    assert "titre" in client.get(url).content.decode()


def test_the_page_of_verification_says_yes_for_the_number_and_the_hash_and_no_for_all_else(client: Client) -> None:
    decision = build.granted().decision
    threat = build.a_threat(user=decision.request.requested_by, official=build.an_official("Autre"))
    other = build.refused(build.a_request(threat=threat))
    url = reverse("call_buttons:verify")

    def answer(number: str, sha256: str) -> str:
        page = client.post(url, {"number": number, "sha256": sha256}).content.decode()
        return "oui" if "est authentique" in page else "non" if "pas reconnu" in page else "?"

    assert answer(decision.number, decision.document_sha256) == "oui"
    assert answer(f" {decision.number.lower()} ", decision.document_sha256.upper()) == "oui"
    assert answer(decision.number, other.document_sha256) == "non"
    assert answer("45-2026-BA-99999", decision.document_sha256) == "non"
    assert answer(decision.number, "abc") == "?"


def test_the_page_of_verification_names_nobody(client: Client) -> None:
    decision = build.granted().decision
    typed = {"number": decision.number, "sha256": decision.document_sha256}
    page = client.post(reverse("call_buttons:verify"), typed).content.decode()
    assert decision.official.last_name not in page
    assert decision.signatory not in page


def test_a_letter_that_breaks_on_the_data_of_a_person_refuses_the_decision_with_its_reason() -> None:
    broken = shipped(DocumentKind.GRANT) + '\n#if data.person != "Anne Inventée" [#rien]\n'
    saved(DocumentKind.GRANT, broken)
    with pytest.raises(ActRefused, match="revenir à la lettre du portail"):
        build.granted(build.a_request(official=build.an_official("Autre")))
