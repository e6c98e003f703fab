"""Late evaluations climb: each step once, whatever the scheduler did; and what the figures say of them."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, User
from barometer.enums import Timeliness
from barometer.selectors import live_figures
from cases.models import CaseTask, EvaluationEscalation, UrgencyDelay, UrgencyDelayChange
from cases.selectors.divergence import divergence
from cases.selectors.follow_up import evaluation_follow_up, recent_rate
from cases.services import ActRefused, Conflict, change_delay, escalate_late_evaluations
from core import clock
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db
HOUR = 3600


@pytest.fixture(autouse=True)
def a_tuesday(time_machine) -> None:
    time_machine.move_to(build.at(2026, 3, 10, 9), tick=False)


def steps() -> list[str]:
    return list(EvaluationEscalation.objects.order_by("pk").values_list("step", flat=True))


def waiting() -> list[str]:
    return sorted(CaseTask.objects.waiting().values_list("kind", flat=True))


def test_each_step_comes_at_its_hour_and_once(time_machine) -> None:
    build.a_threat()  # 24 h, then 12 h for the hierarchy, 24 h for the prefecture
    build.unit_head(), build.decider()
    expected = [[], ["due"], ["due"], ["due", "hierarchy"], ["due", "hierarchy", "prefecture"]]
    for hours, found in zip((23, 2, 10, 2, 12), expected, strict=True):
        time_machine.shift(hours * HOUR)
        escalate_late_evaluations()
        assert escalate_late_evaluations() == 0
        assert steps() == found
    assert sorted(Notification.objects.values_list("user__postings__role", flat=True)) == [
        "decider", "referent", "unit_head",
    ]  # fmt: skip
    assert OutboxMessage.objects.count() == 3
    assert waiting() == ["chase", "evaluate"]


def test_a_scheduler_stopped_for_a_week_tells_each_person_once(time_machine) -> None:
    threat = build.a_threat()
    time_machine.shift(7 * 24 * HOUR)
    assert escalate_late_evaluations() == 3
    events = threat.case.events.filter(kind="evaluation_late")
    assert events.count() == 3
    assert OutboxMessage.objects.count() == 1  # the référent; nobody else holds a posting here


def test_the_mail_says_nothing_of_the_file(time_machine) -> None:
    threat = build.a_threat()
    time_machine.shift(25 * HOUR)
    escalate_late_evaluations()
    message = OutboxMessage.objects.get()
    assert threat.description not in message.body
    assert threat.case.official.last_name not in message.subject + message.body


def test_what_waits_for_validation_is_told_to_the_hierarchy_and_validation_ends_every_task(time_machine) -> None:
    threat = build.a_threat()
    assert waiting() == ["evaluate"]
    build.submitted(threat)
    assert waiting() == ["validate"]
    head = build.unit_head()
    time_machine.shift(37 * HOUR)
    escalate_late_evaluations()
    assert set(Notification.objects.values_list("user", flat=True)) == {head.pk}
    assert waiting() == ["chase", "validate"]
    evaluation = threat.evaluations.get()
    build.validate_evaluation(evaluation=evaluation, version=evaluation.version, user=head, actor=build.actor(head))
    assert waiting() == []
    time_machine.shift(100 * HOUR)
    assert escalate_late_evaluations() == 0


def test_sent_back_the_evaluation_asks_again() -> None:
    threat = build.a_threat()
    evaluation, head = build.submitted(threat), build.unit_head()
    build_return(evaluation, head)
    assert waiting() == ["evaluate"]
    build.submitted(threat)
    assert waiting() == ["validate"]


def build_return(evaluation, head: User) -> None:
    from cases.services import return_evaluation

    return_evaluation(evaluation=evaluation, reason="Manque le lieu.", user=head, actor=build.actor(head))


def test_a_step_is_unique_and_final_in_the_database(time_machine) -> None:
    build.a_threat()
    time_machine.shift(25 * HOUR)
    escalate_late_evaluations()
    columns = "evaluation_id, step, at, told"
    for sql in (
        f"INSERT INTO cases_evaluationescalation ({columns}) SELECT {columns} FROM cases_evaluationescalation",
        "UPDATE cases_evaluationescalation SET told = 0",
        "DELETE FROM cases_evaluationescalation",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_term_counts_real_hours_through_a_change_of_time_and_is_told_in_local_time(time_machine) -> None:
    time_machine.move_to(build.at(2026, 3, 28, 20), tick=False)
    threat = build.a_threat()
    evaluation = threat.evaluations.get()
    assert evaluation.due_at - evaluation.opened_at == timedelta(hours=24)
    client = Client()
    client.force_login(threat.logged_by)
    page = client.get(reverse("cases:evaluation", args=[threat.case.reference, evaluation.pk])).content.decode()
    assert "29/03/2026 à 21\u00a0h\u00a000" in page


def test_on_la_reunion_the_term_is_local_and_paris_is_told_too(time_machine) -> None:
    time_machine.move_to(build.at(2026, 7, 1, 23, 30, zone="Indian/Reunion"), tick=False)
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    threat = build.a_threat(user=build.referent(unit))
    client, analyst = Client(), build.posted(Role.CALAE_ANALYST)
    client.force_login(analyst)
    build.consulted(threat.case, analyst)
    page = client.get(reverse("cases:series", args=[threat.case.reference, threat.pk])).content.decode()
    assert "02/07/2026 à 23\u00a0h\u00a030 (heure de La Réunion), soit 21\u00a0h\u00a030 à Paris" in page
    time_machine.shift(24 * HOUR - 60)
    assert escalate_late_evaluations() == 0
    time_machine.shift(60)
    assert escalate_late_evaluations() == 1


# --- Delays --------------------------------------------------------------------------------------


def changed(**values):
    analyst = User.objects.filter(postings__role=Role.CALAE_ANALYST).first() or build.posted(Role.CALAE_ANALYST)
    usual = {"urgency": "high", "version": 1, "hours": 12, "hierarchy_hours": 6, "prefecture_hours": 12,
             "reason": "Instruction."}  # fmt: skip
    return change_delay(**usual | values, user=analyst, actor=build.actor(analyst))


def test_a_changed_delay_is_dated_and_leaves_what_is_under_way() -> None:
    before = build.a_threat().evaluations.get()
    changed()
    threat = build.a_threat(user=before.threat.logged_by, official=build.an_official("Suivante"))
    after = threat.evaluations.get()
    assert before.due_at - before.opened_at == timedelta(hours=24)
    assert after.due_at - after.opened_at == timedelta(hours=12)
    assert UrgencyDelayChange.objects.get().before.startswith("24 h")
    with pytest.raises(Conflict):
        changed(hours=8)


@pytest.mark.parametrize(
    ("values", "field"),
    [({"reason": " "}, "reason"), ({"hours": 0}, "hours"), ({"hours": 721}, "hours"),
     ({"prefecture_hours": 6}, "prefecture_hours")],
)  # fmt: skip
def test_a_delay_that_makes_no_sense_is_refused(values: dict, field: str) -> None:
    with pytest.raises(ActRefused) as raised:
        changed(**values)
    assert raised.value.field == field
    assert UrgencyDelay.objects.get(urgency="high").hours == 24


# --- Figures -------------------------------------------------------------------------------------


def test_the_rate_the_oldest_and_the_blocked_files_in_each_scope(time_machine) -> None:
    first = build.a_threat()
    build.validated(first)
    late = build.a_threat(user=first.logged_by, official=build.an_official("Autre"))
    time_machine.shift(30 * HOUR)
    build.a_threat(user=first.logged_by, case=late.case)
    end = clock.now() + timedelta(seconds=1)
    span = {"start": end - timedelta(days=30), "end": end}
    total, lines = evaluation_follow_up(user=first.logged_by, by_unit=True, **span)
    assert (total.logged, total.in_time, total.late, total.waiting, total.blocked) == (3, 1, 1, 1, 1)
    assert (total.rate, total.oldest, lines[0].label) == ("50 %", late.logged_at, "Brigade d'Olivet")
    analyst, elsewhere = build.posted(Role.CALAE_ANALYST), build.unit_head(departement_code="974")
    assert evaluation_follow_up(user=analyst, **span)[0].logged == 3
    assert evaluation_follow_up(user=elsewhere, by_unit=True, **span)[0].logged == 0
    assert recent_rate(user=analyst, **span).rate == "50 %"


def test_the_rate_counts_as_the_barometer_does(time_machine) -> None:
    time_machine.move_to(build.at(2026, 5, 12), tick=False)
    first = build.a_threat()
    build.submitted(first)
    build.a_threat(user=first.logged_by, official=build.an_official("Autre"))
    time_machine.shift(30 * HOUR)
    figures = live_figures(build.at(2026, 5, 1).date(), at=clock.now())
    total = recent_rate(
        user=build.posted(Role.CALAE_ANALYST), start=build.at(2026, 5, 1, 0), end=build.at(2026, 6, 1, 0)
    )
    assert total.in_time == figures.in_time == 1
    assert total.late == figures.value("evaluation", Timeliness.OVERDUE) == 1


def test_departures_are_counted_and_small_counts_hidden() -> None:
    threat = build.a_threat()
    for number in range(7):
        one = build.a_threat(user=threat.logged_by, official=build.an_official(f"Autre {number}"))
        build.validated(one, **({"signed_level": 4, "departure_reason": "Arme vue."} if number < 1 else {}))
    end = clock.now() + timedelta(seconds=1)
    found = divergence(user=build.posted(Role.CALAE_ANALYST), start=end - timedelta(days=1), end=end)
    assert found.evaluations == 7
    assert found.matrix[2] == ("élevé", [None] * 4)
    (line,) = found.red_factors
    assert (line.total, line.lowered, line.raised) == (7, 0, None)
    elsewhere = build.unit_head(departement_code="974")
    assert divergence(user=elsewhere, start=end - timedelta(days=1), end=end).evaluations == 0
