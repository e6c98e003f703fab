"""Four people whom the matrix would let in, and from whom the file is hidden: each address of a file, walked.

The one whom it concerns, the one off its list, the one whose access has ended, the one taken off the list. And the one
who is asked why.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from cases.models import Case
from cases.services import add_to_list, remove_from_list
from core import clock
from tests import build
from tests.access.matrix import MATRIX
from tests.access.test_matrix import status
from tests.access.world import World

# Lists and searches answer 200 with nothing of the file in them; the address of messages only leads to a page.
LISTS = {"cases:list", "cases:new", "cases:new_for", "cases:find_restricted", "cases:emergency_accesses"}
LISTS |= {"call_buttons:queue", "call_buttons:in_force", "call_buttons:open"}
PAGES = sorted(name for name in MATRIX if name.startswith(("cases:", "call_buttons:")) and name not in LISTS)
# Giving up one's own draft shows nothing, nor do the closed days of a prefecture, its devices in stock, or an agenda.
ELSEWHERE = {"cases:draft_abandon", "call_buttons:remove_closed", "call_buttons:agenda_feed"}
OF_THE_STOCK = ("device", "declare_device", "lend_device", "loan_step", "pair_device")
ELSEWHERE |= {f"call_buttons:{name}" for name in OF_THE_STOCK}
# The page of the emergency opens for those whom only a restriction keeps out.
GLASS = "cases:break_glass"


def files_of(world: World) -> list[Case]:
    return list(Case.objects.filter(pk__in=[world.todo.case_id, world.pending.case_id]))


def of_the_files(world: World) -> dict[str, list]:
    """The addresses that name one of the two files, or a request of theirs; the others show no file."""
    references = {case.reference for case in files_of(world)}
    return {
        name: arguments
        for name, arguments in world.arguments().items()
        if arguments[0] in references or name.startswith("call_buttons:")
    }


def test_most_addresses_of_a_file_are_walked(world: World) -> None:
    assert len(set(PAGES) & set(of_the_files(world))) > 40


def answers(world: World, user: User, *, without: Collection[str] = ()) -> dict[tuple[str, str], int]:
    client, arguments = Client(), of_the_files(world)
    client.force_login(user)
    return {
        (name, method): status(client, method, reverse(name, args=arguments[name]))
        for name in PAGES
        if name in arguments and name not in {*ELSEWHERE, *without}
        for method in ("get", "post")
    }


def allowed(name: str, method: str, persona: str) -> int:
    return MATRIX[name][method == "post"].get(persona, 403)


def expected(found: dict[tuple[str, str], int], persona: str) -> dict[tuple[str, str], int]:
    """404 wherever the matrix lets the persona come to the file; the door and the method refuse as before."""
    reaches = {key for key in found if persona in MATRIX[key[0]][key[1] == "post"] and allowed(*key, persona) != 405}
    return {key: 404 if key in reaches else allowed(*key, persona) for key in found}


@pytest.mark.parametrize("persona", ["referent", "head", "instructor", "decider", "analyst"])
def test_a_person_whom_the_files_concern_finds_none_of_their_pages(world: World, persona: str) -> None:
    user = world.users[persona]
    by = world.users["head" if persona != "head" else "referent"]
    for case in files_of(world):
        build.declared(case, user, by=by)
    found = answers(world, user)
    wanted = expected(found, persona)
    assert {key: code for key, code in found.items() if code != wanted[key]} == {}


@pytest.mark.parametrize("persona", ["instructor", "decider", "analyst"])
def test_a_person_off_the_list_finds_the_emergency_page_only(world: World, persona: str) -> None:
    others = [build.posted(role, email=f"autre.{role}@portail.example") for role in (Role.INSTRUCTOR, Role.DECIDER)]
    for case in files_of(world):
        build.restricted(case, by=world.users["head"], people=others)
    found = answers(world, world.users[persona], without={GLASS})
    wanted = expected(found, persona)
    assert {key: code for key, code in found.items() if code != wanted[key]} == {}
    case = world.todo.case
    assert answers(world, world.users[persona])[GLASS, "get"] == 200
    assert client_of(world.users[persona]).get(f"/dossiers/{case.reference}/").status_code == 404


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.mark.parametrize("how", ["expired", "removed"])
def test_an_access_that_has_ended_gives_nothing(world: World, how: str) -> None:
    head, user, case = world.users["head"], world.users["instructor"], world.todo.case
    others = [build.posted(role, email=f"autre.{role}@portail.example") for role in (Role.INSTRUCTOR, Role.DECIDER)]
    build.restricted(case, by=head, people=others)
    until = clock.now() + timedelta(hours=2) if how == "expired" else None
    access = add_to_list(case=case, person=user, until=until, user=head, actor=build.actor(head))
    url = f"/dossiers/{case.reference}/"
    assert client_of(user).get(url).status_code == 200
    if how == "removed":
        remove_from_list(access=access, user=head, actor=build.actor(head))
    with time_machine.travel(clock.real_now() + timedelta(hours=3 if how == "expired" else 0), tick=True):
        assert client_of(user).get(url).status_code == 404


def test_a_person_without_a_reason_is_asked_why_on_every_page(world: World) -> None:
    analyst = build.posted(Role.CALAE_ANALYST, email="calae2@portail.example")
    found = answers(world, analyst, without={"cases:consultation_reason", GLASS})
    wanted = {key: 302 if allowed(*key, "analyst") in (200, 302, 422) else allowed(*key, "analyst") for key in found}
    assert {key: code for key, code in found.items() if code != wanted[key]} == {}
    reference = world.todo.case.reference
    response = client_of(analyst).get(f"/dossiers/{reference}/")
    assert response["Location"] == f"/dossiers/{reference}/motif/?next=%2Fdossiers%2F{reference}%2F"


def test_a_hidden_file_and_an_unknown_one_answer_the_same(world: World) -> None:
    user = world.users["head"]
    build.declared(world.todo.case, user, by=world.users["referent"])
    client = client_of(user)
    hidden, unknown = (client.get(f"/dossiers/{ref}/") for ref in (world.todo.case.reference, "2020-45-99999"))
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.count(world.todo.case.reference.encode()) == 0
    assert len(hidden.content) == len(unknown.content)


def test_lists_show_nothing_of_a_file_that_concerns_their_reader(world: World) -> None:
    references = [case.reference for case in files_of(world)]
    for case in files_of(world):
        build.declared(case, world.users["decider"], by=world.users["head"])
    client = client_of(world.users["decider"])
    for path in ("/", "/dossiers/", "/dossiers/?q=attente", "/boutons-appel/", "/boutons-appel/en-cours/"):
        page = client.get(path).content.decode()
        assert [word for word in (*references, "Attente", "Protégée") if word in page.partition("<main")[2]] == [], path


def test_lists_give_a_number_of_the_restricted_files_and_a_line_without_a_name(world: World) -> None:
    others = [build.posted(role, email=f"autre.{role}@portail.example") for role in (Role.INSTRUCTOR, Role.DECIDER)]
    for case in files_of(world):
        build.restricted(case, by=world.users["head"], people=others)
    client = client_of(world.users["decider"])
    assert "3 dossiers à accès restreint" in client.get("/dossiers/").content.decode()
    assert "3 dossiers à accès restreint" in client.get("/dossiers/?q=protegee").content.decode()
    for path in ("/", "/boutons-appel/"):
        page = client.get(path).content.decode()
        assert "1 demande dans un dossier à accès restreint" in page
        assert "Attente" not in page
