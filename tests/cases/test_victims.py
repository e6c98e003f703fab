"""Whom a threat aims at, who is named to whom, and what the database refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from cases.models import CaseEvent, Victim
from cases.selectors import name_of, reads_minors_names
from cases.services import ThreatFacts, VictimFacts, correct_threat
from officials.models import ProtectedPerson
from officials.services import PersonFacts, add_protected_person
from tests import build
from tests.pages.steps import Steps

pytestmark = pytest.mark.django_db


def a_family_threat():
    user, official = build.referent(), build.an_official()
    son = build.a_minor(official)
    threat = build.a_threat(user=user, official=official, victims=(VictimFacts(protected_person=son),))
    return user, threat, son


def correct(threat, **changes) -> None:
    user = threat.logged_by
    facts = replace(ThreatFacts.of(threat), **changes)
    correct_threat(threat=threat, version=threat.version, facts=facts, user=user, actor=build.actor(user))


def test_the_elu_of_the_file_is_the_victim_unless_somebody_else_is_named() -> None:
    official = build.an_official()
    mandate = official.mandates.get()
    victim = build.a_threat(official=official, mandate=mandate).victims.get()
    assert (victim.official, victim.mandate, victim.protected_person) == (official, mandate, None)
    _, threat, son = a_family_threat_of_another()
    assert [one.protected_person for one in threat.victims.all()] == [son]


def a_family_threat_of_another():
    user = build.referent(email="autre@portail.example")
    official = build.an_official("Autre")
    son = build.a_minor(official)
    return user, build.a_threat(user=user, official=official, victims=(VictimFacts(protected_person=son),)), son


def test_several_people_in_one_event_each_with_one_mandate() -> None:
    official, other = build.an_official(), build.an_official("Seconde")
    mine, theirs = official.mandates.get(), other.mandates.get()
    victims = (VictimFacts(official=official, mandate=mine), VictimFacts(official=other, mandate=theirs))
    threat = build.a_threat(official=official, victims=victims)
    assert {(one.official_id, one.mandate_id) for one in threat.victims.all()} == {
        (official.pk, mine.pk),
        (other.pk, theirs.pk),
    }


def test_a_correction_changes_the_victims_and_opens_a_new_version_without_naming_anybody() -> None:
    _user, threat, son = a_family_threat()
    build.validated(threat)
    correct(threat, victims=(VictimFacts(official=threat.case.official),))
    threat.refresh_from_db()
    assert threat.version == 2
    assert threat.victims.get().official == threat.case.official
    act = CaseEvent.objects.get(kind="threat_corrected")
    assert act.sentence == "Menace corrigée : victimes."
    assert son.first_name not in str(act.changes)
    assert threat.evaluations.count() == 2


def test_a_correction_that_says_nothing_of_the_victims_leaves_them() -> None:
    _, threat, son = a_family_threat()
    correct(threat, place="Ailleurs")
    assert threat.victims.get().protected_person == son


@pytest.mark.parametrize("role", [Role.REFERENT, Role.UNIT_HEAD])
def test_the_unit_and_its_chain_read_the_name_of_a_minor(role) -> None:
    _, threat, _ = a_family_threat()
    reader = build.posted(role, email="lecteur@portail.example")
    whole = reads_minors_names(reader, threat.case)
    assert name_of(threat.victims.get(), whole=whole) == "Léo Inventée"


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.DECIDER, Role.CALAE_ANALYST])
def test_prefecture_and_calae_read_initials_everywhere(role) -> None:
    _, threat, _ = a_family_threat()
    client, reader = Client(), build.posted(role, email="lecteur@portail.example")
    client.force_login(reader)
    build.consulted(threat.case, reader)
    for name in ("cases:detail", "cases:household"):
        page = client.get(reverse(name, args=[threat.case.reference])).content.decode()
        assert "L. I." in page
        assert "Léo" not in page


def test_an_adult_is_named_to_the_prefecture_with_the_safe_way_to_call() -> None:
    official = build.an_official()
    spouse = build.a_relative(official)
    threat = build.a_threat(official=official, victims=(VictimFacts(protected_person=spouse),))
    client, reader = Client(), build.posted(Role.INSTRUCTOR)
    client.force_login(reader)
    build.consulted(threat.case, reader)
    for name in ("cases:detail", "cases:household"):
        page = client.get(reverse(name, args=[threat.case.reference])).content.decode()
        assert page.index("06 39 98 00 21") < page.index("portable, après 18 h")


def test_a_new_minor_is_typed_in_the_form_and_kept_with_minimal_fields() -> None:
    steps = Steps(build.referent(), build.an_official())
    child = {"people": "1", "p1_kinship": "child", "p1_first_name": "Léo", "p1_minor": "on", "p1_birth_year": "2011"}
    steps.walk(victimes={"official_targeted": "", **child})
    person = ProtectedPerson.objects.get()
    assert (person.first_name, person.is_minor, person.birth_year, person.telephone) == ("Léo", True, 2011, "")
    assert Victim.objects.get().protected_person == person


def test_a_telephone_of_a_minor_is_told_beside_its_field() -> None:
    steps = Steps(build.referent(), build.an_official())
    child = {"people": "1", "p1_kinship": "child", "p1_first_name": "Léo", "p1_minor": "on", "p1_telephone": "06"}
    response = steps.send("victimes", **child)
    assert "parents" in str(response.context["form"].errors["p1_telephone"])


def refused(statement: str, *values: object) -> None:
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_keeps_a_victim_and_refuses_the_mandate_of_another() -> None:
    threat = build.a_threat()
    stranger = build.an_official("Étrangère").mandates.get()
    refused("DELETE FROM cases_victim WHERE threat_id = %s", threat.pk)
    refused("UPDATE cases_victim SET mandate_id = %s WHERE threat_id = %s", stranger.pk, threat.pk)
    refused("UPDATE cases_victim SET official_id = NULL WHERE threat_id = %s", threat.pk)


def test_the_same_person_typed_twice_is_one_person() -> None:
    official = build.an_official()
    facts = PersonFacts(kinship="spouse", first_name="Jeanne", last_name="Inventée")
    actor = build.actor(build.referent())
    assert add_protected_person(official=official, facts=facts, actor=actor) == add_protected_person(
        official=official, facts=facts, actor=actor
    )


def test_another_elu_is_found_by_name_and_ticked() -> None:
    steps = Steps(build.referent(), build.an_official())
    other = build.an_official("Prévaudel", "Antoine")
    steps.send("victimes", act="search", other_search="prevaudel")
    page = steps.client.get(steps.url("victimes"))
    assert str(other.pk) in dict(page.context["form"].fields["others"].choices)
    steps.walk(victimes={"others": [str(other.pk)], "searched": "prevaudel"})
    assert {one.official for one in Victim.objects.all()} == {steps.official, other}


def test_a_former_mandate_may_be_the_one_aimed_at() -> None:
    official = build.an_official()
    official.mandates.update(ended_on=date(2025, 1, 1))
    mandate = official.mandates.get()
    assert build.a_threat(official=official, mandate=mandate).victims.get().mandate == mandate
