"""A restricted file: its list, what the prefecture must still do in it, and the glass that an emergency breaks."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.selectors import renewals_behind_glass, requests_behind_glass
from call_buttons.services import send_due_reminders
from cases.models import Case, CaseAccess, CaseTask
from cases.selectors import cases_for_list, restricted_count
from cases.selectors.same_author import author_hits
from cases.services import (
    ActRefused,
    add_to_list,
    lift_restriction,
    remove_from_list,
    review_access,
)
from cases.services.authors import set_author_identifiers
from cases.signals import case_merging
from core import clock
from core.models import JournalEntry, OutboxMessage
from tests import build
from tests.cases.seeing import fresh, refused, sees

pytestmark = pytest.mark.django_db


@pytest.fixture
def restricted() -> Case:
    return build.restricted(build.a_threat().case)


def test_only_the_people_of_the_list_see_a_restricted_file(restricted: Case) -> None:
    head, referent = restricted.restricted_by, restricted.threats.get().logged_by
    assert sees(head, restricted)
    assert sees(referent, restricted)
    others = (build.unit_head(email="h2@portail.example"), build.decider(), build.posted(Role.CALAE_ANALYST))
    assert not any(sees(user, restricted) for user in others)
    assert [restricted_count(user=fresh(user)) for user in (head, *others)] == [0, 1, 1, 1]


def test_being_on_the_list_gives_nothing_outside_one_s_territory(restricted: Case) -> None:
    head = restricted.restricted_by
    elsewhere, here = build.decider(departement_code="974"), build.decider()
    for user in (elsewhere, here):
        add_to_list(case=restricted, person=user, until=None, user=head, actor=build.actor(head))
    assert not sees(elsewhere, restricted)
    assert sees(here, restricted)
    assert restricted_count(user=fresh(elsewhere)) == 0


def test_an_access_ends_at_its_hour_or_when_it_is_taken_back(restricted: Case) -> None:
    head, user = restricted.restricted_by, build.decider()
    until = clock.now() + timedelta(hours=1)
    access = add_to_list(case=restricted, person=user, until=until, user=head, actor=build.actor(head))
    assert sees(user, restricted)
    with time_machine.travel(clock.real_now() + timedelta(hours=2)):
        assert not sees(user, restricted)
    remove_from_list(access=access, user=head, actor=build.actor(head))
    assert not sees(user, restricted)


def test_a_concerned_person_on_the_list_sees_nothing_and_has_no_glass_to_break(restricted: Case) -> None:
    head, user = restricted.restricted_by, build.decider()
    add_to_list(case=restricted, person=user, until=None, user=head, actor=build.actor(head))
    build.declared(restricted, user, by=head)
    assert not sees(user, restricted)
    assert restricted_count(user=fresh(user)) == 0
    remove = CaseAccess.objects.get(user=user)
    remove_from_list(access=remove, user=head, actor=build.actor(head))
    with pytest.raises(ActRefused):
        build.glass_broken(restricted, fresh(user))


def test_the_list_is_never_empty(restricted: Case) -> None:
    head = restricted.restricted_by
    accesses = list(CaseAccess.objects.exclude(user=head))
    for access in accesses:
        remove_from_list(access=access, user=head, actor=build.actor(head))
    with pytest.raises(ActRefused, match="ne peut pas être vide"), transaction.atomic():
        remove_from_list(access=CaseAccess.objects.get(user=head), user=head, actor=build.actor(head))
    message = refused(
        "UPDATE cases_caseaccess SET removed_at = now(), removed_by_id = user_id WHERE removed_at IS NULL"
    )
    assert "jamais vide" in message


def test_a_file_is_not_restricted_to_nobody_by_raw_sql() -> None:
    case, head = build.a_threat().case, build.unit_head()
    sql = "UPDATE cases_case SET is_restricted = true, restricted_at = now(), restricted_by_id = %s WHERE id = %s"
    assert "jamais vide" in refused(sql, head.pk, case.pk)


@pytest.mark.parametrize(
    "sql", ["DELETE FROM cases_caseaccess", "UPDATE cases_caseaccess SET until = now() + interval '9 days'",
            "UPDATE cases_caseaccess SET user_id = user_id + 1", "UPDATE cases_caseaccess SET is_justified = true",
            "TRUNCATE cases_caseaccess"],
)  # fmt: skip
def test_an_access_is_neither_deleted_nor_rewritten(restricted: Case, sql: str) -> None:
    refused(sql)


def test_lifting_the_restriction_opens_the_file_again(restricted: Case) -> None:
    head, user = restricted.restricted_by, build.decider()
    lift_restriction(case=restricted, reason="Procès terminé.", user=head, actor=build.actor(head))
    assert sees(user, restricted)
    assert not CaseAccess.objects.live(clock.now()).exists()


def test_what_the_prefecture_must_decide_keeps_somebody_of_it_on_the_list() -> None:
    request = build.a_request()
    instructor, decider = build.posted(Role.INSTRUCTOR), build.decider()
    with pytest.raises(ActRefused, match="décideur"):
        build.restricted(request.case, people=[instructor])
    case = build.restricted(request.case, people=[instructor, decider])
    assert sees(decider, case)


def test_a_request_in_a_restricted_file_asks_to_complete_the_list() -> None:
    threat = build.a_threat()
    build.validated(threat)
    build.posted(Role.INSTRUCTOR)
    case = build.restricted(threat.case)
    build.decider()
    build.a_request(threat=threat)
    head = case.restricted_by
    assert CaseTask.objects.get(dedupe_key__startswith="list:").title.startswith("Ajouter à la liste d'accès")
    assert Notification.objects.filter(user=head, text__contains="complétez la liste").count() == 1


def test_no_term_passes_in_silence_because_the_file_is_restricted() -> None:
    grant = build.granted()
    listed = [build.posted(Role.INSTRUCTOR, email="liste@portail.example"), fresh(grant.decision.decided_by)]
    other = build.posted(Role.INSTRUCTOR, email="autre@portail.example")
    build.restricted(grant.case, people=listed)
    with time_machine.travel(clock.real_now() + timedelta(days=75)):
        send_due_reminders()
        assert [one.pk for one in renewals_behind_glass(user=fresh(other))] == [grant.pk]
        assert renewals_behind_glass(user=fresh(listed[0])) == []
    told = {message.recipient for message in OutboxMessage.objects.filter(dedupe_key__startswith="reminder:")}
    assert {other.email, listed[0].email, grant.decision.request.requested_by.email} <= told


def test_the_reminders_of_a_concerned_referent_go_to_his_hierarchy() -> None:
    grant = build.granted()
    referent = grant.decision.request.requested_by
    head = User.objects.get(postings__role=Role.UNIT_HEAD)
    build.declared(grant.case, referent, by=head)
    with time_machine.travel(clock.real_now() + timedelta(days=75)):
        send_due_reminders()
    told = {message.recipient for message in OutboxMessage.objects.filter(dedupe_key__contains=":referent:")}
    assert told == {head.email}


def test_a_pending_request_of_a_restricted_file_is_counted_for_who_must_act() -> None:
    request, instructor, decider = build.a_request(), build.posted(Role.INSTRUCTOR), build.decider()
    build.restricted(request.case, people=[instructor, decider])
    late = build.decider(email="autre@portail.example")
    assert requests_behind_glass(user=fresh(late)) == [request]
    assert requests_behind_glass(user=fresh(decider)) == []


# Breaking the glass


def test_the_glass_opens_the_file_for_a_day_once_and_tells_the_hierarchy(restricted: Case) -> None:
    user = build.posted(Role.INSTRUCTOR)
    access = build.glass_broken(restricted, user)
    assert build.glass_broken(restricted, fresh(user)) == access
    assert sees(user, restricted)
    head = restricted.restricted_by
    assert Notification.objects.get(user=head).path == "/dossiers/acces-urgence/"
    message = OutboxMessage.objects.get(about=restricted.reference)
    assert message.recipient == head.email
    assert restricted.reference not in message.body
    assert JournalEntry.objects.filter(object_label=restricted.reference, reason="accès au dossier").exists()
    with time_machine.travel(clock.real_now() + timedelta(hours=25)):
        assert not sees(user, restricted)


def test_two_glasses_at_a_time_are_refused_by_the_database(restricted: Case) -> None:
    build.glass_broken(restricted, build.posted(Role.INSTRUCTOR))
    message = refused(
        "INSERT INTO cases_caseaccess (id, case_id, user_id, kind, added_by_id, added_at, until, reason)"
        " SELECT gen_random_uuid(), case_id, user_id, kind, added_by_id, added_at, until, reason"
        " FROM cases_caseaccess WHERE kind = 'break_glass'"
    )
    assert "access_one_glass_at_a_time" in message


def test_who_broke_the_glass_reads_and_does_not_choose_who_reads(restricted: Case) -> None:
    user = build.unit_head(email="h2@portail.example")
    build.glass_broken(restricted, user)
    with pytest.raises(ActRefused, match="accès d'urgence"):
        add_to_list(case=restricted, person=build.decider(), until=None, user=user, actor=build.actor(user))


def test_the_hierarchy_reviews_the_access_of_another_and_closes_an_unjustified_one(restricted: Case) -> None:
    head, user = restricted.restricted_by, build.unit_head(email="h2@portail.example")
    access = build.glass_broken(restricted, user)
    with pytest.raises(ActRefused, match="Une autre personne"):
        review_access(access=access, justified=True, note="", user=user, actor=build.actor(user))
    with pytest.raises(ActRefused, match="pourquoi"):
        review_access(access=access, justified=False, note=" ", user=head, actor=build.actor(head))
    review_access(access=access, justified=False, note="Curiosité.", user=head, actor=build.actor(head))
    assert not sees(user, restricted)
    assert not CaseTask.objects.waiting().exclude(kind="evaluate").exists()


def test_the_list_of_an_agent_has_what_the_scope_gives(restricted: Case) -> None:
    decider = build.decider()
    open_case = build.a_threat(user=restricted.threats.get().logged_by, official=build.an_official("Autre")).case
    assert list(cases_for_list(user=fresh(decider))) == [open_case]


def test_the_same_author_is_not_hinted_from_a_file_that_is_hidden() -> None:
    number = ("telephone", "06 39 98 00 01")
    here = build.a_threat()
    unit = build.a_unit("2", name="Brigade de Gien")
    there = build.a_threat(user=build.referent(unit), official=build.an_official("Autre"))
    for threat in (here, there):
        set_author_identifiers(threat=threat, identifiers=[number])
    user = fresh(here.logged_by)
    assert [hit.units for hit in author_hits(case_ids=[here.case_id], user=user)] == [[unit]]
    build.restricted(there.case)
    assert author_hits(case_ids=[here.case_id], user=user) == []


def test_a_restricted_file_is_not_merged_before_its_restriction_is_lifted(restricted: Case) -> None:
    other = build.a_threat(user=restricted.threats.get().logged_by, official=build.an_official("Autre")).case
    for absorbed, survivor in ((restricted, other), (other, restricted)):
        with pytest.raises(ActRefused, match="restreint"):
            case_merging.send(sender=Case, absorbed=absorbed, survivor=survivor)
