"""Links, hints, same authors and contacts: what each reader learns, and what nobody learns."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from cases.enums import ContactState, HintState
from cases.models import AuthorIdentifier, CaseTask, Threat
from cases.selectors import author_hits, files_with_keys, links_of, same_author
from cases.services import (
    ActRefused,
    answer_contact,
    ask_contact,
    dismiss_hint,
    find_to_link,
    link_cases,
    merge_cases,
    propose_duplicate,
    refresh_shared_identifiers,
    set_author_identifiers,
    share_identifier,
    unlink_cases,
    withdraw_contact,
)
from tests import build

pytestmark = pytest.mark.django_db
NUMBER, SAME_NUMBER, OTHER_NUMBER = "06 39 98 00 01", "+33 (0)6 39 98 00 01", "06 39 98 00 02"


def by(user: User) -> dict:
    return {"user": user, "actor": build.actor(user)}


@pytest.fixture
def olivet() -> Threat:
    threat = build.a_threat(user=build.referent())
    set_author_identifiers(threat=threat, identifiers=[("telephone", NUMBER)])
    return threat


@pytest.fixture
def gien() -> Threat:
    user = build.referent(build.a_unit("2", name="Brigade de Gien"))
    threat = build.a_threat(user=user, official=build.an_official("Lointaine"))
    set_author_identifiers(threat=threat, identifiers=[("telephone", SAME_NUMBER)])
    return threat


def mine(threat: Threat) -> AuthorIdentifier:
    return threat.author_identifiers.get()


def ask(olivet: Threat, gien: Threat):
    return ask_contact(case=olivet.case, identifier=mine(olivet), unit=gien.case.unit, **by(olivet.logged_by))


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("telephone", "06 39 98 00 01", "0033639980001"),
        ("telephone", "0692 00 00 01", "+262 692 00 00 01"),
        ("telephone", "06.39.98.00.01", "\u200e+33 (0)6 39 98 00 01"),
        ("handle", "@Corbeau45", "https://www.corbeau45/"),
        ("handle", "https://m.reseau.example/corbeau?ref=1", "reseau.example/corbeau"),
        ("plate", "AA-123-bb", "aa 123 BB"),
        ("email", "mailto:Corbeau@Exemple.example", "corbeau@exemple.example"),
    ],
)
def test_two_spellings_of_one_identifier_are_one(kind, one, other, olivet, gien) -> None:
    for threat, value in ((olivet, one), (gien, other)):
        set_author_identifiers(threat=threat, identifiers=[(kind, value)])
    assert mine(olivet).key == mine(gien).key


def test_signs_that_name_nothing_are_not_kept(olivet, gien) -> None:
    assert set_author_identifiers(threat=olivet, identifiers=[("telephone", "--"), ("plate", " ")]) == []


def test_a_hit_elsewhere_gives_the_unit_and_nothing_else(olivet, gien) -> None:
    (hit,) = author_hits(case_ids=[olivet.case_id], user=olivet.logged_by)
    assert (hit.cases, hit.units) == ([], [gien.case.unit])
    page = _panel(olivet.logged_by, olivet)
    assert "Brigade de Gien" in page
    for secret in (gien.case.reference, "Lointaine", str(gien.case.pk), str(gien.pk)):
        assert secret not in page


def test_a_hit_in_my_scope_gives_the_reference(olivet, gien) -> None:
    assert gien.case.reference in _panel(build.unit_head(), olivet)


def _panel(user: User, threat: Threat) -> str:
    client = Client()
    client.force_login(user)
    if user.postings.exclude(scope="unit").exists():
        build.consulted(threat.case, user)
    return client.get(reverse("cases:links", args=[threat.case.reference])).content.decode()


def test_another_number_is_no_hit(olivet, gien) -> None:
    set_author_identifiers(threat=gien, identifiers=[("telephone", OTHER_NUMBER)])
    assert author_hits(case_ids=[olivet.case_id], user=olivet.logged_by) == []


def test_a_hit_is_one_indexed_query(olivet, gien, django_assert_num_queries) -> None:
    key = bytes(mine(olivet).key)
    with django_assert_num_queries(1):
        found = files_with_keys([key])
    assert sorted(found) == sorted([(key, olivet.case_id), (key, gien.case_id)])
    assert " JOIN " not in str(same_author([b"x"]).query)


def test_no_key_and_an_unknown_key_find_no_file(olivet, gien) -> None:
    assert files_with_keys([]) == files_with_keys([b"x"]) == []


def test_a_town_hall_number_names_nobody(olivet, gien) -> None:
    head = build.unit_head()
    share_identifier(kind="telephone", value=NUMBER, label="Standard de la mairie", **by(head))
    assert author_hits(case_ids=[olivet.case_id], user=head) == []
    with pytest.raises(ActRefused, match="déjà dans la liste"):
        share_identifier(kind="telephone", value=SAME_NUMBER, label="Mairie", **by(head))


def test_the_portal_finds_the_numbers_of_units_and_those_that_two_people_gave(olivet, gien) -> None:
    olivet.case.unit.telephone = NUMBER
    olivet.case.unit.save()
    for name in ("Une", "Deux"):
        build.an_official(name, telephone=OTHER_NUMBER)
    build.an_official("Trois", telephone="06 39 98 00 03")
    refresh_shared_identifiers()
    assert AuthorIdentifier.objects.filter(is_shared=False).count() == 0
    assert set_author_identifiers(threat=olivet, identifiers=[("telephone", OTHER_NUMBER)])[0].is_shared
    assert not set_author_identifiers(threat=olivet, identifiers=[("telephone", "06 39 98 00 03")])[0].is_shared


def test_the_asked_unit_has_a_task_and_a_notification_that_say_nothing(olivet, gien) -> None:
    contact = ask(olivet, gien)
    task = CaseTask.objects.get(kind="answer_contact")
    notice = Notification.objects.get(user=gien.logged_by)
    assert task.case_id == gien.case_id
    for text in (task.title, notice.text):
        assert olivet.case.reference not in text
        assert "Olivet" not in text
    answer_contact(contact=contact, accept=True, **by(gien.logged_by))
    task.refresh_from_db()
    assert task.done_by == gien.logged_by


def test_both_sides_read_whom_to_call_once_it_is_accepted(olivet, gien) -> None:
    contact = ask(olivet, gien)
    client = Client()
    client.force_login(gien.logged_by)
    url = reverse("cases:contact", args=[contact.pk])
    page = client.get(url).content.decode()
    assert "Brigade d&#x27;Olivet" in page
    assert "numéro de téléphone" in page
    for secret in (olivet.case.reference, "Inventée", NUMBER):
        assert secret not in page
    assert "référent," not in _panel(olivet.logged_by, olivet)
    client.post(url, {"answer": "accept"})
    assert "référent" in client.get(url).content.decode()
    assert "référent" in _panel(olivet.logged_by, olivet)
    assert gien.case.reference not in _panel(olivet.logged_by, olivet)


def test_a_contact_is_asked_once_and_again_once_withdrawn(olivet, gien) -> None:
    contact = ask(olivet, gien)
    with pytest.raises(ActRefused, match="déjà reçu"):
        ask(olivet, gien)
    withdraw_contact(contact=contact, **by(olivet.logged_by))
    with pytest.raises(ActRefused, match="retirée"):
        answer_contact(contact=contact, accept=True, **by(gien.logged_by))
    assert ask(olivet, gien).state == ContactState.ASKED


def test_a_declined_contact_is_not_asked_again_nor_answered_twice(olivet, gien) -> None:
    contact = answer_contact(contact=ask(olivet, gien), accept=False, **by(gien.logged_by))
    with pytest.raises(ActRefused, match="déjà déclinée"):
        answer_contact(contact=contact, accept=True, **by(gien.logged_by))
    with pytest.raises(ActRefused, match="déjà reçu"):
        ask(olivet, gien)


def test_the_asked_unit_reads_which_of_its_files_and_what_became_of_the_request(olivet, gien) -> None:
    contact = ask(olivet, gien)
    client = Client()
    client.force_login(gien.logged_by)
    url = reverse("cases:contact", args=[contact.pk])
    assert gien.case.reference in client.get(url).content.decode()
    withdraw_contact(contact=contact, **by(olivet.logged_by))
    assert "a retiré sa demande" in client.get(url).content.decode()
    again = ask(olivet, gien)
    declined = client.post(reverse("cases:contact", args=[again.pk]), {"answer": "decline"}, follow=True)
    page = declined.content.decode()
    assert "Vous avez décliné" in page
    assert "Qui appeler" not in page


def test_a_unit_that_knows_nothing_is_not_asked(olivet, gien) -> None:
    with pytest.raises(ActRefused, match="ne connaît"):
        ask_contact(
            case=olivet.case, identifier=mine(olivet), unit=build.a_unit("3", name="Jargeau"), **by(olivet.logged_by)
        )


def test_a_link_reads_on_both_sides_as_far_as_each_may_see(olivet, gien) -> None:
    head = build.unit_head()
    link = link_cases(case=gien.case, other=olivet.case, kind="same_author", reason="Même numéro.", **by(head))
    (seen,) = links_of(case_ids=[olivet.case_id], user=head)
    (hidden,) = links_of(case_ids=[olivet.case_id], user=olivet.logged_by)
    assert (seen.other, hidden.other, hidden.unit) == (gien.case, None, gien.case.unit)
    page = _panel(olivet.logged_by, olivet)
    assert "Un dossier lié à l&#x27;unité" in page.replace("'", "&#x27;")
    assert "Même numéro." not in page
    unlink_cases(link=link, **by(head))
    assert links_of(case_ids=[olivet.case_id], user=head) == []


def test_a_link_is_made_once_whichever_end_it_starts_from(olivet, gien) -> None:
    head = build.unit_head()
    link_cases(case=gien.case, other=olivet.case, kind="same_author", reason="x", **by(head))
    with pytest.raises(ActRefused, match="déjà liés"):
        link_cases(case=olivet.case, other=gien.case, kind="same_author", reason="x", **by(head))
    assert link_cases(case=olivet.case, other=gien.case, kind="same_event", reason="x", **by(head)).pk


def test_a_reference_elsewhere_and_one_that_never_was_get_one_answer(olivet, gien) -> None:
    answers = []
    for reference in (gien.case.reference, "2020-45-99999"):
        with pytest.raises(ActRefused) as refusal:
            find_to_link(case=olivet.case, reference=reference, user=olivet.logged_by)
        answers.append(str(refusal.value))
    assert len(set(answers)) == 1


def test_a_hint_is_proposed_once_and_decided_once(olivet, gien) -> None:
    head = build.unit_head()
    hint = propose_duplicate(new=olivet.case, known=gien.case, reasons=["même élu"])
    assert propose_duplicate(new=gien.case, known=olivet.case, reasons=["autre"]) == hint
    with pytest.raises(ActRefused, match="Écrivez"):
        dismiss_hint(hint=hint, reason=" ", **by(head))
    dismiss_hint(hint=hint, reason="Deux jours.", **by(head))
    with pytest.raises(ActRefused, match="déjà vérifié"):
        dismiss_hint(hint=hint, reason="Encore.", **by(head))
    assert CaseTask.objects.get(kind="check_duplicate").done_by == head


def test_a_merge_answers_the_hint_of_its_files(olivet) -> None:
    head = build.unit_head()
    again = build.a_threat(user=olivet.logged_by, official=olivet.case.official)
    hint = propose_duplicate(new=again.case, known=olivet.case, reasons=["même élu"])
    merge_cases(absorbed=again.case, survivor=olivet.case, doubles={again.pk: olivet.pk}, reason="Oui.", **by(head))
    hint.refresh_from_db()
    assert (hint.state, hint.decided_by) == (HintState.MERGED, head)
    assert CaseTask.objects.get(kind="check_duplicate").done_by == head
