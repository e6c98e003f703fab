"""The life of a protective measure, by its services."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import Notification, Posting
from accounts.services import end_posting
from cases.enums import MeasureKind, MeasureState
from cases.models import CaseEvent, CaseTask, MeasureTrace, ProtectiveMeasure
from cases.services import (
    ActRefused,
    Conflict,
    ExitReview,
    close_case,
    decide_measure,
    end_measure,
    note_execution,
    reassign_measure,
    refuse_measure,
    review_measure,
    start_measure,
)
from core.journal import SYSTEM
from officials.models import ProtectedPerson
from tests import build, protecting

pytestmark = pytest.mark.django_db


def test_a_measure_lives_from_its_proposal_to_its_exit_call() -> None:
    measure = protecting.in_force()
    note_execution(
        measure=measure,
        text="Passage à 22 h.",
        submission=uuid4(),
        user=measure.owner,
        actor=build.actor(measure.owner),
    )
    measure = protecting.ended(measure)
    kinds = list(CaseEvent.objects.filter(kind__startswith="measure").order_by("pk").values_list("kind", flat=True))
    assert kinds == [f"measure_{act}" for act in ("proposed", "decided", "started", "executed", "ended")]
    call = CaseTask.objects.get(kind="exit_call")
    day = protecting.today(measure.case) + timedelta(days=30)
    assert (call.assignee, call.due_at.astimezone(measure.case.departement.zone).date()) == (measure.owner, day)
    assert not CaseTask.objects.waiting().filter(kind="review_measure").exists()


def test_the_proposer_does_not_decide_alone_where_another_must() -> None:
    measure = protecting.proposed(kind=MeasureKind.REINFORCED_VIGILANCE)
    with pytest.raises(ActRefused, match="Une autre personne"):
        protecting.decided(measure, by=measure.proposed_by)


def test_the_proposer_decides_advice_and_another_referent_a_vigilance() -> None:
    advice = protecting.decided(protecting.proposed(kind=MeasureKind.ADVICE), by=None)
    assert advice.state == MeasureState.DECIDED
    vigilance = protecting.proposed(advice.evaluation, kind=MeasureKind.REINFORCED_VIGILANCE)
    deputy = build.referent(email="adjoint@portail.example")
    assert protecting.decided(vigilance, by=deputy).decider_role == Role.REFERENT


def test_close_protection_is_the_prefets_not_the_unit_heads() -> None:
    measure = protecting.proposed(kind=MeasureKind.CLOSE_PROTECTION)
    with pytest.raises(ActRefused, match="se décide par"):
        protecting.decided(measure)
    with pytest.raises(ActRefused, match="se décide par"):
        protecting.decided(measure, by=build.decider(departement_code="974"))
    assert protecting.decided(measure, by=build.decider()).decider_role == Role.DECIDER


def test_a_decision_taken_twice_is_one_and_another_version_is_a_conflict() -> None:
    measure = protecting.proposed()
    first = protecting.decided(measure)
    assert protecting.decided(measure).version == first.version
    other = protecting.proposed(measure.evaluation, kind=MeasureKind.ADVICE)
    head, owner = protecting.head_of(other.case), build.referent(email="b@portail.example")
    reassign_measure(measure=other, version=1, owner=owner, user=head, actor=build.actor(head))
    with pytest.raises(Conflict):
        refuse_measure(measure=other, version=1, reason="Non.", user=head, actor=build.actor(head))


def test_the_same_page_sent_twice_proposes_once() -> None:
    from cases.services import Proposal, propose_measures

    evaluation, page = build.validated(build.a_threat()), uuid4()
    user = evaluation.evaluated_by
    proposal = Proposal(MeasureKind.ADVICE, user, protecting.today(evaluation.case))
    for _ in range(2):
        propose_measures(
            evaluation=evaluation, proposals=[proposal], submission=page, user=user, actor=build.actor(user)
        )
    assert ProtectiveMeasure.objects.count() == CaseEvent.objects.filter(kind="measure_proposed").count() == 1


def test_an_owner_is_in_office_over_the_file() -> None:
    elsewhere = build.referent(build.a_unit("2", name="Brigade de Gien"))
    with pytest.raises(ActRefused, match="pas en fonction"):
        protecting.proposed(owner=elsewhere)


def test_a_new_owner_and_the_former_one_are_told() -> None:
    measure = protecting.in_force()
    former, owner = measure.owner, build.referent(email="nouveau@portail.example")
    head = protecting.head_of(measure.case)
    reassign_measure(measure=measure, version=measure.version, owner=owner, user=head, actor=build.actor(head))
    told = set(Notification.objects.filter(dedupe_key__startswith="measure").values_list("user_id", flat=True))
    assert {former.pk, owner.pk} <= told
    assert CaseTask.objects.waiting().get(kind="review_measure").assignee == owner


def test_a_review_keeps_the_measure_with_its_reason_once() -> None:
    measure, page = protecting.in_force(), uuid4()
    new = protecting.today(measure.case) + timedelta(days=60)
    for _ in range(2):
        review_measure(
            measure=measure, version=measure.version, review_on=new, reason="Il rôde encore.", submission=page,
            user=measure.owner, actor=build.actor(measure.owner),
        )  # fmt: skip
    assert MeasureTrace.objects.get().text == "Il rôde encore."
    assert ProtectiveMeasure.objects.get().review_on == new


@pytest.mark.parametrize("days", [-1, 400])
def test_a_review_is_neither_past_nor_years_away(days: int) -> None:
    measure = protecting.in_force()
    with pytest.raises(ActRefused, match="entre aujourd'hui"):
        review_measure(
            measure=measure, version=measure.version, submission=uuid4(), reason="x", user=measure.owner,
            review_on=protecting.today(measure.case) + timedelta(days=days), actor=build.actor(measure.owner),
        )  # fmt: skip


@pytest.mark.parametrize("field", ["replacement", "what_would_return"])
def test_a_measure_does_not_end_without_its_exit_review(field: str) -> None:
    measure = protecting.in_force()
    answers = {"replacement": "Rien.", "what_would_return": "Un fait."} | {field: "  "}
    with pytest.raises(ActRefused) as refused:
        end_measure(
            measure=measure, version=measure.version, user=measure.owner, actor=build.actor(measure.owner),
            review=ExitReview("danger_over", caller=measure.owner, **answers),
        )  # fmt: skip
    assert refused.value.field == field


def test_a_file_with_a_live_measure_stays_open_and_closes_once_it_ended() -> None:
    measure = protecting.in_force()
    close = {"case": measure.case, "reason": "Fini.", "user": measure.owner, "actor": build.actor(measure.owner)}
    with pytest.raises(ActRefused, match="1 mesure de protection est en cours"):
        close_case(**close)
    protecting.ended(measure)
    assert not close_case(**close).is_open


def test_a_proposed_measure_keeps_the_file_open_and_a_refused_one_does_not() -> None:
    measure = protecting.proposed()
    head = protecting.head_of(measure.case)
    close = {"case": measure.case, "reason": "Fini.", "user": head, "actor": build.actor(head)}
    with pytest.raises(ActRefused, match="attend une décision"):
        close_case(**close)
    refuse_measure(measure=measure, version=1, reason="Trop tôt.", user=head, actor=build.actor(head))
    assert not close_case(**close).is_open


def test_a_month_end_in_la_reunion_is_read_on_its_own_calendar() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    with time_machine.travel(build.at(2026, 1, 31, 0, 30, zone="Indian/Reunion"), tick=False):
        measure = protecting.in_force(
            protecting.decided(protecting.proposed(build.validated(build.a_threat(user=build.referent(unit)),
                               head=build.unit_head(departement_code="974")))),
            end=date(2026, 3, 1),
        )  # fmt: skip
        # Still 30 January in Paris.
        assert (measure.period.lower, measure.last_day) == (date(2026, 1, 31), date(2026, 2, 28))
        protecting.ended(measure)
    call = CaseTask.objects.get(kind="exit_call")
    assert call.due_at == build.at(2026, 3, 2, 18, zone="Indian/Reunion")


def test_a_person_of_the_household_is_protected_by_name_and_nobody_elses() -> None:
    evaluation = build.validated(build.a_threat())
    mine, other = (
        ProtectedPerson.objects.create(
            official=official, kinship="child", first_name="Léo", initials="L. I.", is_minor=True,
            created_at=evaluation.validated_at,
        )
        for official in (evaluation.case.official, build.an_official("Autre"))
    )  # fmt: skip
    assert protecting.proposed(evaluation, target="person", person=mine).target_words.startswith("L. I.")
    with pytest.raises(Exception, match="entourage"):
        protecting.proposed(evaluation, target="person", person=other)


def test_an_owner_who_left_no_longer_decides_nor_owns() -> None:
    measure = protecting.proposed()
    head = protecting.head_of(measure.case)
    end_posting(posting=Posting.objects.get(user=head), end=protecting.today(measure.case), actor=SYSTEM)
    fresh = type(head).objects.get(pk=head.pk)
    with pytest.raises(ActRefused):
        decide_measure(
            measure=measure, version=1, owner=measure.owner, review_on=measure.review_on, user=fresh, actor=SYSTEM
        )


def test_a_measure_without_an_end_needs_a_review() -> None:
    measure = protecting.decided()
    values = {"measure": measure, "version": measure.version, "start": protecting.today(measure.case), "end": None}
    with pytest.raises(ActRefused) as refused:
        start_measure(**values, review_on=None, user=measure.owner, actor=build.actor(measure.owner))
    assert refused.value.field == "review_on"
