"""Vigilance: several units, acknowledged, passed in one tap, over at its hour with a report."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from cases.enums import MeasureKind
from cases.models import CaseEvent, CaseTask, VigilanceOrder, VigilancePassage
from cases.selectors import my_instructions, night_check, vigilance_report
from cases.services import (
    ActRefused,
    acknowledge_vigilance,
    add_passage_note,
    chase_vigilance,
    close_ended_orders,
    log_passage,
    report_night_findings,
)
from core import clock
from tests import build, protecting


def gien():
    return build.a_unit("2", name="Brigade de Gien")


def passage(row, user) -> VigilancePassage:
    return log_passage(row=row, user=user, actor=build.actor(user))


@pytest.mark.django_db
def test_a_unit_addressed_outside_the_file_reads_the_order_and_never_the_file(client: Client) -> None:
    other = build.referent(gien())
    order = protecting.ordered(gien())
    client.force_login(other)
    page = client.get(reverse("vigilance:list")).content.decode()
    assert "3, rue des Tilleuls" in page
    assert order.measure.case.reference not in page
    assert "Inventée" not in page
    assert client.get(reverse("cases:detail", args=[order.measure.case.reference])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["acknowledge", "passage"])
def test_a_unit_not_addressed_gets_404_and_sees_nothing(client: Client, act: str) -> None:
    order = protecting.ordered(gien())
    row = protecting.row_of(order, gien())
    # The unit of the file itself is not addressed here: the same role, the wrong unit.
    client.force_login(order.measure.owner)
    assert client.post(reverse(f"vigilance:{act}", args=[row.pk])).status_code == 404
    assert "Tilleuls" not in client.get(reverse("vigilance:list")).content.decode()
    client.force_login(build.referent(gien()))
    assert client.post(reverse(f"vigilance:{act}", args=[row.pk])).status_code == 302


@pytest.mark.django_db
def test_two_taps_within_two_minutes_count_once_and_later_ones_again() -> None:
    with time_machine.travel(build.at(2026, 3, 2, 21), tick=False) as now:
        order = protecting.ordered(gien())
        row, user = protecting.row_of(order, gien()), build.referent(gien())
        assert passage(row, user) == passage(row, user)
        now.shift(timedelta(minutes=1, seconds=59))
        passage(row, user)
        assert VigilancePassage.objects.count() == 1
        now.shift(timedelta(seconds=2))
        passage(row, user)
        assert VigilancePassage.objects.count() == 2
    row.refresh_from_db()
    assert row.acknowledged_by == user, "passing acknowledges"


@pytest.mark.django_db
def test_a_line_is_added_once_by_the_person_who_passed() -> None:
    order = protecting.ordered(gien())
    user = build.referent(gien())
    made = passage(protecting.row_of(order, gien()), user)
    other = build.referent(gien(), email="autre@portail.example")
    with pytest.raises(ActRefused, match="qui est passée"):
        add_passage_note(passage=made, note="Vu.", user=other, actor=build.actor(other))
    add_passage_note(passage=made, note="Portail ouvert.", user=user, actor=build.actor(user))
    with pytest.raises(ActRefused, match="déjà écrite"):
        add_passage_note(passage=made, note="Autre chose.", user=user, actor=build.actor(user))


@pytest.mark.django_db
def test_it_ends_alone_at_its_hour_without_any_job() -> None:
    with time_machine.travel(build.at(2026, 3, 2, 21), tick=False) as now:
        order = protecting.ordered(gien(), hours=3)
        row, user = protecting.row_of(order, gien()), build.referent(gien())
        passage(row, user)
        now.shift(timedelta(hours=3))
        assert my_instructions(user=user) == []
        with pytest.raises(ActRefused, match="terminée"):
            passage(row, user)
        assert vigilance_report(order).is_over


@pytest.mark.django_db
def test_the_report_counts_by_unit_and_local_day_with_gaps_and_silent_units() -> None:
    with time_machine.travel(build.at(2026, 3, 2, 21), tick=False) as now:
        order = protecting.ordered(gien(), build.a_unit("3", name="Brigade de Briare"), hours=75)
        row, user = protecting.row_of(order, gien()), build.referent(gien())
        passage(row, user)
        now.shift(timedelta(hours=28))  # 4 March, 1 h
        passage(row, user)
        now.shift(timedelta(days=3))
        report = vigilance_report(order)
    by_unit = {unit.unit.name: unit for unit in report.units}
    assert [count for _, count in by_unit["Brigade de Gien"].by_day] == [1, 0, 1, 0]
    assert by_unit["Brigade de Gien"].days_without == 2
    assert [unit.name for unit in report.silent] == ["Brigade de Briare"]
    assert report.longest_gap == timedelta(hours=47)


@pytest.mark.django_db
def test_closing_late_twice_writes_one_report_and_asks_one_exit_review() -> None:
    with time_machine.travel(build.at(2026, 3, 2, 21), tick=False) as now:
        order = protecting.ordered(gien(), hours=3)
        assert close_ended_orders() == 0
        now.shift(timedelta(days=9))
        assert (close_ended_orders(), close_ended_orders()) == (1, 0)
    event = CaseEvent.objects.get(kind="vigilance_closed")
    assert "0 passage" in event.sentence
    assert "Brigade de Gien" in event.sentence
    task = CaseTask.objects.get(dedupe_key=f"measure-exit:{order.measure_id}:")
    assert task.assignee == order.measure.owner


def test_closing_in_parallel_writes_one_report(committed_db: None) -> None:
    with time_machine.travel(build.at(2026, 3, 2, 21), tick=True) as now:
        protecting.ordered(gien(), hours=3)
        now.shift(timedelta(hours=4))

        def run(_: int) -> int:
            try:
                return close_ended_orders()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(run, range(3))) == 1
    assert CaseEvent.objects.filter(kind="vigilance_closed").count() == 1


@pytest.mark.django_db
def test_a_silent_unit_is_chased_after_four_hours_once_a_turn() -> None:
    with time_machine.travel(build.at(2026, 3, 2, 8), tick=False) as now:
        user = build.referent(gien())
        order = protecting.ordered(gien())
        now.shift(timedelta(hours=3, minutes=59))
        assert chase_vigilance() == 0
        now.shift(timedelta(minutes=1))
        chase_vigilance()
        chase_vigilance()
        chased = Notification.objects.filter(user=user, dedupe_key__startswith="vigilance-chase")
        assert chased.count() == 1
        row = protecting.row_of(order, gien())
        acknowledge_vigilance(row=row, user=user, actor=build.actor(user))
        now.shift(timedelta(hours=4))
        assert chase_vigilance() == 0
    assert not CaseTask.objects.waiting().filter(kind="acknowledge").exists()


@pytest.mark.django_db
def test_a_meeting_has_hours_and_an_end_before_its_start_is_refused() -> None:
    measure = protecting.decided(kind=MeasureKind.EVENT_SECURITY)
    with pytest.raises(ActRefused) as refused:
        protecting.ordered(measure=measure, hours=0)
    assert refused.value.field == "end_time"
    order = protecting.ordered(measure=measure, hours=3, starts_at=clock.now() + timedelta(days=1))
    with pytest.raises(ActRefused, match="commence le"):
        passage(protecting.row_of(order, measure.case.unit), measure.owner)


# --- The nightly check ---------------------------------------------------------------------------


def findings(user=None) -> dict[str, int]:
    return {
        group.findings[0].key.partition(":")[0]: len(group.findings)
        for group in night_check(user=user)
        if group.findings
    }


@pytest.mark.django_db
def test_the_night_check_finds_what_nobody_holds_and_only_in_scope() -> None:
    with time_machine.travel(build.at(2026, 3, 2, 8), tick=False) as now:
        referent = build.referent(end=build.at(2026, 3, 20).date())
        measure = protecting.in_force(
            protecting.decided(protecting.proposed(build.validated(build.a_threat(user=referent))))
        )
        protecting.decided(protecting.proposed(measure.evaluation, kind=MeasureKind.ADVICE))
        assert findings() == {}
        now.shift(timedelta(days=9))
        assert findings() == {"undone": 1}
        now.shift(timedelta(days=40))
        head, elsewhere = protecting.head_of(measure.case), build.unit_head(departement_code="974")
        assert findings(head) == {"undone": 1, "owner": 2, "past": 2, "unheld": 1}
        assert findings(elsewhere) == {}
        before = Notification.objects.count()
        assert report_night_findings() == report_night_findings() == 6
        assert Notification.objects.count() == before + 6
        assert VigilanceOrder.objects.count() == 0


@pytest.mark.django_db
def test_a_vigilance_without_acknowledgement_is_found() -> None:
    with time_machine.travel(build.at(2026, 3, 2, 8), tick=False) as now:
        order = protecting.ordered(gien())
        now.shift(timedelta(hours=5))
        assert findings(protecting.head_of(order.measure.case)) == {"silent": 1}
