"""Who sees a referral, by each of the three doors, and the near misses of each."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from accounts.permissions import Permission
from accounts.scope import posting_over
from support.models import Association, Referral
from support.permissions import HANDLE_REFERRAL, OWN_SUPPORT, PROPOSE_REFERRAL, SEE_REFERRAL_STATE
from support.services.referrals import end_referral
from tests import build, supporting

pytestmark = pytest.mark.django_db


def sees(user: User, referral: Referral, permission: Permission) -> bool:
    user = User.objects.get(pk=user.pk)
    found = Referral.objects.visible_to(user, permission).filter(pk=referral.pk).first()
    # What names the posting agrees with what decides.
    row = Referral.objects.with_people().select_related("case").get(pk=referral.pk)
    if row.case is not None and permission != HANDLE_REFERRAL:
        assert (posting_over(user, permission, row) is not None) == (found is not None)
    return found is not None


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_association_is_read_by_those_who_work_there_today_under_their_posting() -> None:
    referral = supporting.a_referral()
    other = supporting.an_association("autre")
    assert sees(supporting.a_psychologist(), referral, HANDLE_REFERRAL)
    assert sees(supporting.a_psychologist("d@portail.example", departement_code="45"), referral, HANDLE_REFERRAL)
    past = date(2021, 1, 1)
    # A psychologist once, who has another posting now.
    adviser = supporting.a_psychologist("g@portail.example", end=past)
    build.add_posting(adviser, Role.SECURITY_ADVISER)
    misses = {
        "another association": supporting.a_psychologist("a@portail.example", association=other),
        "association, not département": supporting.a_psychologist("b@portail.example", departement_code="974"),
        "right association, wrong role": adviser,
        "right role, no association": build.posted(Role.PSYCHOLOGIST, email="c@portail.example"),
        "expired posting": supporting.a_psychologist("e@portail.example", end=past),
        "expired membership": supporting.joined(build.posted(Role.PSYCHOLOGIST, email="f@portail.example"), end=past),
    }
    assert [why for why, user in misses.items() if sees(user, referral, HANDLE_REFERRAL)] == []
    Association.objects.update(is_active=False)
    assert not sees(supporting.a_psychologist(), referral, HANDLE_REFERRAL)


def test_a_membership_gives_nothing_by_the_other_doors() -> None:
    referral = supporting.a_referral()
    psychologist = supporting.a_psychologist()
    for permission in (PROPOSE_REFERRAL, SEE_REFERRAL_STATE, OWN_SUPPORT):
        assert not sees(psychologist, referral, permission)


def test_the_file_says_its_state_to_those_of_its_scope() -> None:
    referral = supporting.a_referral()
    for user in (referral.proposed_by, build.unit_head(), build.posted(Role.INSTRUCTOR), build.decider()):
        assert sees(user, referral, SEE_REFERRAL_STATE)
    misses = [
        build.referent(build.a_unit("2", name="Brigade de Gien"), email="gien@portail.example"),
        build.unit_head(departement_code="974"),
        build.posted(Role.INSTRUCTOR, departement_code="974"),
        build.posted(Role.CALAE_ANALYST),
        build.posted(Role.ADMINISTRATOR),
        build.referent(email="ancien@portail.example", end=date(2021, 1, 1)),
    ]
    assert [user.email for user in misses if sees(user, referral, SEE_REFERRAL_STATE)] == []


def test_one_s_own_is_read_by_oneself_alone() -> None:
    case = supporting.a_case()
    relative = build.a_relative(case.official)
    his, hers = build.relative_account(relative), build.official_account(case.official)
    referral = supporting.a_referral(case, person=relative)
    other = build.official_account(build.an_official("Voisine"), "v@portail.example")
    assert sees(his, referral, OWN_SUPPORT)
    assert not sees(hers, referral, OWN_SUPPORT)
    assert not sees(other, referral, OWN_SUPPORT)


def test_a_restricted_file_is_closed_to_agents_off_its_list_and_not_to_the_association() -> None:
    referral = supporting.a_referral()
    head, instructor = build.unit_head(), build.posted(Role.INSTRUCTOR)
    build.restricted(referral.case, by=head)
    assert not sees(instructor, referral, SEE_REFERRAL_STATE)
    assert sees(head, referral, SEE_REFERRAL_STATE)
    assert sees(supporting.a_psychologist(), referral, HANDLE_REFERRAL)


def test_whom_the_file_concerns_does_not_see_it_even_at_the_desk() -> None:
    referral = supporting.a_referral()
    instructor = build.posted(Role.INSTRUCTOR)
    psychologist = supporting.a_psychologist()
    for user in (instructor, psychologist):
        build.declared(referral.case, user, by=referral.proposed_by)
    assert not sees(instructor, referral, SEE_REFERRAL_STATE)
    assert not sees(psychologist, referral, HANDLE_REFERRAL)


def test_what_a_relative_asks_in_secret_is_on_no_page_of_the_official_nor_of_the_file() -> None:
    case = supporting.a_case()
    account = build.relative_account(build.a_relative(case.official, first_name="Hortense"))
    referral = supporting.asked(account, is_discreet=True)
    head = build.unit_head()
    for user in (build.official_account(case.official), head, build.posted(Role.INSTRUCTOR), build.decider()):
        for permission in (OWN_SUPPORT, SEE_REFERRAL_STATE, PROPOSE_REFERRAL):
            assert not sees(user, referral, permission)
    panel = client_of(head).get(reverse("support:case_panel", args=[case.reference])).content.decode()
    own = client_of(case.official.user).get(reverse("support:mine")).content.decode()
    assert "Hortense" not in panel + own
    desk = client_of(supporting.a_psychologist()).get(reverse("support:referral", args=[referral.pk]))
    assert "ne le sait pas" in unescape(desk.content.decode())


def test_the_panel_says_taken_in_charge_and_no_more() -> None:
    referral = supporting.accepted()
    supporting.an_appointment(referral)
    client = client_of(referral.proposed_by)
    address = reverse("support:case_panel", args=[referral.case.reference])

    def panel() -> str:
        return unescape(client.get(address).content.decode()).partition("<main")[2]

    running = panel()
    assert "pris en charge" in running
    for word in (referral.association.name, referral.handled_by.last_name, "rendez-vous", supporting.CONTACT):
        assert word not in running
    by = referral.handled_by
    end_referral(referral=referral, version=referral.version, outcome="not_reached", user=by, actor=build.actor(by))
    over = panel()
    # The same words: how it ended stays between the person and the association.
    assert running.count("pris en charge") == over.count("pris en charge") == 1
    assert "jointe" not in over
    assert "terminé" not in over


def test_the_association_reads_nothing_of_the_file() -> None:
    referral = supporting.accepted()
    client = client_of(referral.handled_by)
    page = client.get(reverse("support:referral", args=[referral.pk])).content.decode()
    assert supporting.CONTACT in page
    for word in (referral.case.reference, str(referral.case.pk), "dossiers/", "Brigade", "niveau"):
        assert word not in page.partition("<main")[2]
    assert client.get(f"/dossiers/{referral.case.reference}/").status_code == 403
