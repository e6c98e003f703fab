"""The same promise in the other forms of a file: evaluation, request, opinion, refusal, closing, searches."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from tests.access.world import World
from tests.pages.reading import assert_kept, assert_refused_beside

NULL = "Le caractère nul n’est pas autorisé."
EMPTY = "obligatoire"
REFUSAL = {
    "coded_motive": "other_measure",
    "internal_motive": "Stock réservé.",
    "communicable_motive": "Une autre mesure convient mieux.",
    "orientations": ["alarm"],
    "orientation": "Alarme élu.",
}


def as_(world: World, persona: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.users[persona])
    return client


def post(world: World, persona: str, name: str, **data: str):
    return as_(world, persona).post(reverse(name, args=world.arguments().get(name, [])), data)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("comment", "x" * 20_001, "20000 caractères"),
        ("comment", "\x00", NULL),
        ("departure_reason", "x" * 2_001, "2000 caractères"),
        ("signed_level", "9", "Choisissez"),
        ("q_weapon_access", "peut-être", "Choisissez"),
    ],
)
def test_bad_input_in_an_evaluation(world: World, field: str, value: str, message: str) -> None:
    data = {"act": "draft", "version": str(world.todo.version), "q_children": "yes", "comment": "Vu."} | {field: value}
    response = post(world, "referent", "cases:evaluation", **data)
    assert_refused_beside(response, field, message)
    assert_kept(response, {name: value for name, value in data.items() if name != "act"})


def test_an_evaluation_sent_with_holes_names_each_question_and_keeps_the_answers(world: World) -> None:
    response = post(world, "referent", "cases:evaluation", version=str(world.todo.version), q_children="yes")
    assert_refused_beside(response, "q_weapon_access", "« Ne sait pas » est une réponse.")
    assert response.context["form"]["q_children"].value() == "yes"
    assert "q_children" not in response.context["form"].errors
    world.todo.refresh_from_db()
    assert world.todo.answers == {}


@pytest.mark.parametrize(
    ("persona", "name", "data", "field", "message"),
    [
        ("referent", "call_buttons:new_request", {"motive": ""}, "motive", EMPTY),
        ("referent", "call_buttons:new_request", {"motive": "\x00"}, "motive", NULL),
        ("referent", "call_buttons:new_request", {"motive": "x" * 5_001}, "motive", "5000 caractères"),
        ("instructor", "call_buttons:advise", {"version": "1", "opinion": "peut-être"}, "opinion", "Choisissez"),
        ("instructor", "call_buttons:advise", {"version": "1", "opinion": "favourable"}, "opinion_text", EMPTY),
        ("decider", "call_buttons:refuse", REFUSAL | {"coded_motive": "x"}, "coded_motive", "Choisissez"),
        ("decider", "call_buttons:refuse", REFUSAL | {"internal_motive": "\x00"}, "internal_motive", NULL),
        ("decider", "call_buttons:refuse", REFUSAL | {"communicable_motive": " "}, "communicable_motive", EMPTY),
        ("decider", "call_buttons:refuse", REFUSAL | {"orientation": "x" * 501}, "orientation", "500 caractères"),
        ("decider", "call_buttons:refuse", REFUSAL | {"communicable_motive": "😀"}, "communicable_motive", "« 😀 »"),
        ("referent", "cases:reevaluate", {"reason": ""}, "reason", EMPTY),
        ("referent", "cases:reevaluate", {"reason": "x" * 401}, "reason", "400 caractères"),
        ("referent", "cases:close", {"reason": "\x00"}, "reason", NULL),
    ],
)
def test_bad_input_in_an_act(world: World, persona: str, name: str, data: dict, field: str, message: str) -> None:
    response = post(world, persona, name, **data)
    assert_refused_beside(response, field, message)
    assert_kept(response, data)


def test_invisible_signs_of_a_paste_do_not_stop_a_letter(world: World) -> None:
    data = REFUSAL | {"communicable_motive": "Texte\x0b collé\x07 d'ailleurs, \u202eà l'envers."}
    response = post(world, "decider", "call_buttons:refusal_preview", **data)
    assert response["Content-Type"] == "application/pdf"


def test_two_tabs_on_one_evaluation_lose_nothing(world: World) -> None:
    read = str(world.todo.version)
    post(world, "referent", "cases:evaluation", act="draft", version=read, q_children="yes", comment="Premier.")
    second = {"version": read, "q_children": "no", "comment": "Second."}
    response = post(world, "referent", "cases:evaluation", act="draft", **second)
    conflict = response.context["form"].conflict
    assert conflict.who == world.users["referent"].get_full_name()
    assert {(line.stored, line.typed) for line in conflict.differences} == {("oui", "non"), ("Premier.", "Second.")}
    assert_kept(response, {"comment": "Second.", "q_children": "no"})
    again = second | {"version": response.context["form"]["version"].value()}
    assert post(world, "referent", "cases:evaluation", act="draft", **again).status_code == 302
    world.todo.refresh_from_db()
    assert world.todo.comment == "Second."


@pytest.mark.parametrize("moment", ["2026-02-30T10:00", "30/02/2026 10:00", "demain", "1815-06-18T10:00", "\x00"])
def test_an_impossible_date_does_not_move_the_portal(world: World, settings, moment: str) -> None:
    settings.DEMO = True
    response = post(world, "administrator", "operations:clock", moment=moment)
    assert_refused_beside(response, "moment", "")
    assert_kept(response, {"moment": moment})
    assert not clock.is_moved()


@pytest.mark.parametrize("reason", ["", "\x00", "x" * 401])
def test_a_return_without_a_good_reason_is_told_beside_it(world: World, reason: str) -> None:
    response = post(world, "head", "cases:return", reason=reason)
    assert_refused_beside(response, "reason", "", form="return_form")
    world.submitted.refresh_from_db()
    assert world.submitted.state == "submitted"


GARBAGE = [
    "\x00",
    "a\x00b",
    "😀",
    "%",
    "'",
    "\\",
    "x" * 5_000,
    "محمد",
    "\ud83d\ufffd".encode("utf-8", "replace").decode(),
]


@pytest.mark.parametrize(
    ("persona", "name", "parameter"),
    [
        ("referent", "cases:new", "q"),
        ("referent", "cases:list", "q"),
        ("referent", "cases:list", "cursor"),
        ("referent", "cases:list", "level"),
        ("referent", "officials:search", "q"),
        ("referent", "referents:find", "commune"),
        ("instructor", "call_buttons:queue", "cursor"),
        ("instructor", "barometer:months", "annee"),
        ("administrator", "operations:journal", "person"),
        ("administrator", "operations:journal", "reference"),
        ("administrator", "operations:outbox", "etat"),
    ],
)
def test_any_search_answers(world: World, persona: str, name: str, parameter: str) -> None:
    client = as_(world, persona)
    for text in GARBAGE:
        response = client.get(reverse(name), {parameter: text})
        # No name has a null character: such an address is told to be unreadable.
        assert response.status_code == (400 if "\x00" in text else 200), text[:9]
        assert "<h1" in response.content.decode()


@pytest.mark.parametrize("path", ["/dossiers/2026-45-%00/", "/dossiers/2026-45-00001%00/", "/elus/%00/", "/%00"])
def test_any_address_answers(world: World, path: str) -> None:
    assert as_(world, "referent").get(path).status_code == 404


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("text", ["", "\x00", "😀", "x" * 5_000])
def test_sign_in_answers_whatever_is_typed(db: None, field: str, text: str) -> None:
    data = {"email": "personne@portail.example", "password": "secret"} | {field: text}
    response = Client(raise_request_exception=False).post(reverse("accounts:sign_in"), data)
    assert response.status_code in (200, 422)
    assert "à corriger" in response.content.decode()
