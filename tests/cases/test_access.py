"""Who is kept out of a file by what he is in it, whatever his postings."""

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from accounts.actor import actor_of
from accounts.enums import Role
from accounts.models import Notification
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
from cases.enums import TaskKind
from cases.models import Case, CaseParty, CaseTask, Evaluation, Victim
from cases.permissions import VIEW_CASE
from cases.selectors import people_barred_from, units_with_open_cases
from cases.services import (
    ActRefused,
    end_party,
    open_task,
    submit_evaluation,
)
from core import clock
from core.models import OutboxMessage
from officials.models import ProtectedPerson
from tests import build
from tests.cases.seeing import fresh, refused, sees

pytestmark = pytest.mark.django_db


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
    assert not CaseTask.objects.exclude(kind="evaluate").exists()


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


def test_an_administrator_whom_a_file_concerns_does_not_read_of_it_in_the_journal() -> None:
    case, admin = build.a_threat().case, build.posted(Role.ADMINISTRATOR)
    client = Client()
    client.force_login(admin)
    assert case.reference in client.get("/journal/").content.decode()
    build.declared(case, admin)
    assert case.reference not in client.get("/journal/").content.decode()
