"""Who is kept out of a file by what he is in it, who by a restriction, and what is said of those who come in."""

from datetime import timedelta

import pytest
import time_machine
from django.db import Error, connection, transaction
from django.test import Client

from accounts.actor import actor_of
from accounts.enums import Role
from accounts.models import Notification, User
from accounts.scope import posting_over
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
from call_buttons.selectors import renewals_behind_glass, requests_behind_glass
from call_buttons.services import send_due_reminders
from cases.enums import TaskKind
from cases.models import Case, CaseAccess, CaseParty, CaseTask, Evaluation, Victim
from cases.permissions import VIEW_CASE
from cases.selectors import cases_for_list, people_barred_from, restricted_count, units_with_open_cases
from cases.services import (
    ActRefused,
    add_to_list,
    end_party,
    lift_restriction,
    open_task,
    remove_from_list,
    review_access,
    submit_evaluation,
)
from core import clock
from core.models import JournalEntry, OutboxMessage
from officials.models import ProtectedPerson
from tests import build

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def sees(user: User, case: Case) -> bool:
    found = Case.objects.visible_to(fresh(user), VIEW_CASE).filter(pk=case.pk).exists()
    # What names the posting agrees with what decides.
    assert (posting_over(fresh(user), VIEW_CASE, case) is not None) == found
    return found


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return str(raised.value)


# An agent who is himself in the file


def test_an_agent_who_is_the_elu_of_a_file_does_not_see_it_whatever_his_postings() -> None:
    case = build.a_threat().case
    user = build.unit_head(email="elu.et.chef@portail.example")
    for role in (Role.CALAE_ANALYST, Role.ADMINISTRATOR):
        build.add_posting(user, role)
    assert sees(user, case)
    case.official.user = user
    case.official.save(update_fields=["user"])
    assert not sees(user, case)
    assert people_barred_from(case) == {user.pk}


def test_an_agent_who_is_a_victim_of_one_of_its_threats_does_not_see_the_file() -> None:
    threat, other = build.a_threat(), build.a_threat(user=build.referent(build.a_unit("2", name="Gien")))
    user = build.unit_head()
    mayor = build.an_official("Autre", user=user)
    Victim.objects.create(threat=threat, official=mayor)
    assert not sees(user, threat.case)
    assert sees(user, other.case)
    assert people_barred_from(threat.case) == {user.pk}


def test_an_agent_of_the_household_does_not_see_the_file() -> None:
    threat, user = build.a_threat(), build.unit_head()
    person = ProtectedPerson.objects.create(
        official=threat.case.official, kinship="spouse", first_name="Luc", initials="L.", user=user,
        created_at=clock.now(),
    )  # fmt: skip
    assert sees(user, threat.case)  # nothing was done to him
    Victim.objects.create(threat=threat, protected_person=person)
    assert not sees(user, threat.case)
    assert people_barred_from(threat.case) == {user.pk}


def test_a_declared_agent_does_not_see_the_file_that_he_logged_until_it_is_lifted() -> None:
    threat = build.a_threat()
    referent, head = threat.logged_by, build.unit_head()
    party = build.declared(threat.case, referent, by=head)
    assert not sees(referent, threat.case)
    assert sees(head, threat.case)
    end_party(party=party, reason="Erreur de nom.", user=head, actor=build.actor(head))
    assert sees(referent, threat.case)


def test_all_that_hangs_on_the_file_is_hidden_with_it() -> None:
    grant = build.granted()
    user = fresh(grant.decision.decided_by)
    build.declared(grant.case, user, by=build.unit_head(email="h@portail.example"))
    for model in (Case, Evaluation, CaseTask, CallButtonRequest, CallButtonDecision, CallButtonGrant):
        assert not model.objects.visible_to(fresh(user), VIEW_CASE).exists(), model


def test_his_own_space_still_shows_an_elu_his_file_and_signs_as_the_elu() -> None:
    grant = build.granted()
    user = build.official_account(grant.official)
    build.add_posting(user, Role.UNIT_HEAD, departement_code="45")
    user = fresh(user)
    anything = build_permission()
    assert Case.objects.visible_to(user, anything).count() == 1
    assert not Case.objects.visible_to(user, VIEW_CASE).exists()
    assert actor_of(user, permission=anything, over=grant.case).posting_label.startswith("élu")


def build_permission():
    from accounts.permissions import Permission

    return Permission("test.anything", "tout faire", *Role)


def test_nobody_declares_himself_nor_twice() -> None:
    case, head, other = build.a_threat().case, build.unit_head(), build.decider()
    with pytest.raises(ActRefused, match="Une autre personne"):
        build.declared(case, head, by=head)
    assert build.declared(case, other, by=head) == build.declared(case, other, by=head)
    assert CaseParty.objects.count() == 1


def test_what_he_had_to_do_waits_for_his_role_and_his_notifications_go() -> None:
    threat, head = build.a_threat(), build.unit_head()
    task = open_task(
        case=threat.case, kind=TaskKind.OTHER, title="Rappeler", role=Role.REFERENT, due_at=clock.now(), path="/",
        dedupe_key="t", assignee=threat.logged_by,
    )  # fmt: skip
    assert Notification.objects.filter(user=threat.logged_by).count() == 1
    build.declared(threat.case, threat.logged_by, by=head)
    task.refresh_from_db()
    assert task.assignee is None
    assert not Notification.objects.filter(user=threat.logged_by).exists()


def test_when_the_only_referent_is_concerned_the_hierarchy_is_told() -> None:
    threat, head = build.a_threat(), build.unit_head()
    build.declared(threat.case, threat.logged_by, by=head)
    assert CaseTask.objects.get(dedupe_key=f"no_referent:{threat.case.pk}").role == Role.UNIT_HEAD
    assert Notification.objects.get(user=head).text.endswith("n'a plus de référent, désignez-en un autre")
    assert OutboxMessage.objects.get().recipient == head.email


def test_with_another_referent_in_the_unit_nobody_is_told() -> None:
    threat = build.a_threat()
    build.referent(email="second@portail.example")
    build.declared(threat.case, threat.logged_by)
    assert not CaseTask.objects.exists()


def test_an_open_file_is_not_hinted_to_whom_it_is_hidden_from() -> None:
    threat = build.a_threat()
    neighbour = build.referent(build.a_unit("2", name="Brigade de Gien"))
    official = threat.case.official_id
    assert units_with_open_cases(user=fresh(neighbour), official_ids=[official])
    build.restricted(threat.case)
    assert units_with_open_cases(user=fresh(neighbour), official_ids=[official]) == {}


def test_an_agent_does_not_log_a_threat_against_himself() -> None:
    user = build.referent()
    with pytest.raises(ActRefused, match="la personne visée"):
        build.a_threat(user=user, official=build.an_official(user=user))


def test_a_barred_person_neither_signs_nor_validates_even_by_raw_sql() -> None:
    threat = build.a_threat()
    evaluation, referent, head = threat.evaluations.get(), threat.logged_by, build.unit_head()
    build.declared(threat.case, referent, by=head)
    with pytest.raises(Error, match="Un agent concerné"), transaction.atomic():
        submit_evaluation(
            evaluation=evaluation, version=evaluation.version, answers=build.answers(evaluation), signed_level=None,
            user=referent, actor=build.actor(referent),
        )  # fmt: skip
    second = build.referent(email="second@portail.example")
    sent = build.submitted(threat, user=second)
    build.declared(threat.case, head, by=second)
    sql = "UPDATE cases_evaluation SET state = 'validated', validated_at = now(), validated_by_id = %s WHERE id = %s"
    assert "Un agent concerné" in refused(sql, head.pk, sent.pk)
    other = build.unit_head(email="autre@portail.example")
    with connection.cursor() as cursor:
        assert cursor.execute(sql, [other.pk, sent.pk]) is not None


@pytest.mark.parametrize(
    "sql", ["DELETE FROM cases_caseparty", "UPDATE cases_caseparty SET user_id = declared_by_id",
            "UPDATE cases_caseparty SET role = 'author'", "UPDATE cases_caseparty SET ended_at = now()"],
)  # fmt: skip
def test_a_declaration_is_neither_deleted_nor_rewritten(sql: str) -> None:
    build.declared(build.a_threat().case, build.decider())
    refused(sql)


# A restricted file


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
    assert CaseTask.objects.get().title.startswith("Ajouter à la liste d'accès")
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
    assert not CaseTask.objects.waiting().exists()


def test_the_list_of_an_agent_has_what_the_scope_gives(restricted: Case) -> None:
    decider = build.decider()
    open_case = build.a_threat(user=restricted.threats.get().logged_by, official=build.an_official("Autre")).case
    assert list(cases_for_list(user=fresh(decider))) == [open_case]


def test_an_administrator_whom_a_file_concerns_does_not_read_of_it_in_the_journal() -> None:
    case, admin = build.a_threat().case, build.posted(Role.ADMINISTRATOR)
    client = Client()
    client.force_login(admin)
    assert case.reference in client.get("/journal/").content.decode()
    build.declared(case, admin)
    assert case.reference not in client.get("/journal/").content.decode()
