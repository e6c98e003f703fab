"""The code of the counter, the space of the spouse, and the mail box that several élus share."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core import clock
from core.acts import ActRefused
from core.journal import ANONYMOUS
from officials.models import ActivationCode, ProtectedPerson
from officials.selectors import email_of
from officials.services import PersonFacts, activate_access, add_protected_person, issue_activation_code
from tests import build

pytestmark = pytest.mark.django_db
EMAIL = "jeanne@portail.example"


@pytest.fixture
def spouse() -> ProtectedPerson:
    return build.a_relative(build.an_official())


def give(person: ProtectedPerson, email: str = EMAIL) -> str:
    user = build.referent(email=f"r{ActivationCode.objects.count()}@portail.example")
    return issue_activation_code(person=person, email=email, user=user, actor=build.actor(user))


def activate(code: str, email: str = EMAIL):
    return activate_access(email=email, code=code, password=build.PASSWORD, actor=ANONYMOUS)


def test_a_code_opens_the_space_of_the_person_once(spouse) -> None:
    code = give(spouse)
    user = activate(code.lower())
    spouse.refresh_from_db()
    assert spouse.user == user
    assert [posting.role for posting in user.active_postings] == ["protected_person"]
    with pytest.raises(ActRefused):
        activate(code)


def test_the_code_is_kept_as_a_keyed_hash_only(spouse) -> None:
    code = give(spouse)
    stored = str(list(ActivationCode.objects.values()))
    assert code not in stored
    assert EMAIL not in stored


def test_ten_wrong_codes_end_it_even_for_the_right_one(spouse, monkeypatch) -> None:
    code = give(spouse)
    # Beyond the limits of the door itself, which are tried elsewhere.
    monkeypatch.setattr("officials.services.households.check_attempts", lambda **_: None)
    for _ in range(10):
        with pytest.raises(ActRefused):
            activate("AAAAA-AAAAA")
    with pytest.raises(ActRefused):
        activate(code)


def test_a_code_lasts_seven_days(spouse) -> None:
    now = clock.now()
    code = give(spouse)
    with time_machine.travel(now + timedelta(days=7, minutes=1), tick=False), pytest.raises(ActRefused):
        activate(code)
    with time_machine.travel(now + timedelta(days=6, hours=23), tick=False):
        activate(code)


def test_a_new_code_replaces_the_one_before_and_another_address_does_not_open_it(spouse) -> None:
    first, second = give(spouse), give(spouse)
    for code, email in ((first, EMAIL), (second, "autre@portail.example")):
        with pytest.raises(ActRefused):
            activate(code, email)
    activate(second)


def test_a_minor_gets_no_code_and_no_telephone() -> None:
    official = build.an_official()
    with pytest.raises(ActRefused, match="mineur"):
        give(build.a_minor(official))
    facts = PersonFacts(kinship="child", first_name="Léa", is_minor=True, telephone="06 39 98 00 01")
    with pytest.raises(ActRefused, match="parents"):
        add_protected_person(official=official, facts=facts, actor=ANONYMOUS)


def test_an_address_that_has_an_account_is_told_at_the_counter(spouse) -> None:
    build.a_user(EMAIL)
    with pytest.raises(ActRefused, match="déjà un compte"):
        give(spouse)


def test_the_spouse_sees_her_own_space_and_nothing_of_the_file(spouse) -> None:
    threat = build.a_threat(official=spouse.official, description="Récit secret")
    client = Client()
    client.force_login(build.relative_account(spouse))
    page = client.get("/").content.decode()
    for words in ("portable, après 18 h", "01 80 52 33 84", "tel:17"):
        assert words in page
    assert threat.case.reference not in page
    for path in (reverse("cases:detail", args=[threat.case.reference]), reverse("situation"), reverse("cases:list")):
        assert client.get(path).status_code == 403


def test_nobody_writes_to_an_address_that_two_elus_share() -> None:
    mayor = build.an_official("Maire", email="mairie@olmes.example")
    assert email_of(mayor) == "mairie@olmes.example"
    deputy = build.an_official("Adjointe", email="Mairie@olmes.example")
    assert (email_of(mayor), email_of(deputy)) == ("", "")
    build.official_account(mayor, "mairie@olmes.example")
    mayor.refresh_from_db()
    assert email_of(mayor) == "mairie@olmes.example"


def test_the_file_warns_of_a_shared_box_and_not_of_a_personal_one() -> None:
    threat = build.a_threat(official=build.an_official("Maire", email="mairie@olmes.example"))
    client = Client()
    client.force_login(threat.logged_by)
    url = reverse("cases:detail", args=[threat.case.reference])
    assert "Boîte partagée" not in client.get(url).content.decode()
    build.an_official("Adjointe", email="mairie@olmes.example")
    assert "Boîte partagée" in client.get(url).content.decode()
