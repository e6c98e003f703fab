from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from barometer.enums import Dimension, Timeliness
from barometer.months import limits, month_of, months_between, of_month_words
from barometer.selectors import live_figures, live_totals, shown_rows
from cases.enums import Level, Nature, NatureFamily
from cases.models import Evaluation
from core import clock
from officials.enums import MandateKind
from tests.barometer.portal import APRIL, LILLE, MARCH, MAY, OLIVET, SAINT_DENIS, at, log, mandate_in, unit_of

pytestmark = pytest.mark.django_db


def figures(month=APRIL):
    return live_figures(month, at=clock.now())


def counts(dimension: Dimension, month=APRIL) -> dict[str, int]:
    return {line.key: line.value for line in figures(month).of(dimension) if line.value}


def test_a_month_begins_and_ends_at_midnight_in_paris_even_for_a_fact_of_la_reunion():
    with at(2026, 3, 31, 21, 59):  # 23 h 59 in Paris, already April in Saint-Denis
        log(commune=SAINT_DENIS)
    with at(2026, 3, 31, 22, 1):  # 0 h 01 in Paris, still March in UTC
        log(commune=SAINT_DENIS)
    assert live_totals([MARCH, APRIL, MAY]) == {MARCH: 1, APRIL: 1, MAY: 0}
    assert (figures(MARCH).total, figures(APRIL).total) == (1, 1)


def test_winter_midnight_is_one_hour_later_in_utc():
    with at(2026, 1, 31, 22, 59):
        log()
    with at(2026, 1, 31, 23, 1):
        log()
    assert live_totals([date(2026, 1, 1), date(2026, 2, 1)]) == {date(2026, 1, 1): 1, date(2026, 2, 1): 1}


def test_a_fact_counts_in_the_month_it_was_logged_not_in_the_month_it_happened():
    with at(2026, 3, 31, 22, 30):  # the fact is of 23 h 30, on 31 March
        log()
    assert (figures(MARCH).total, figures(APRIL).total) == (0, 1)


def test_each_territory_of_a_fact_is_counted_apart():
    with at(2026, 4, 10, 8):
        log(commune=SAINT_DENIS, mandate=mandate_in("59"), unit=unit_of("75"))
        log(commune=LILLE, mandate=mandate_in("59"), unit=unit_of("75"))
        assert counts(Dimension.FACT_DEPARTEMENT) == {"974": 1, "59": 1}
        assert counts(Dimension.MANDATE_DEPARTEMENT) == {"59": 2}
        assert counts(Dimension.RECORDING_DEPARTEMENT) == {"75": 2}


def test_natures_add_up_to_their_families():
    with at(2026, 4, 10, 8):
        for nature in (Nature.DEATH_THREAT, Nature.CONTEMPT, Nature.VIOLENCE, Nature.INTRUSION):
            log(nature=nature)
        assert counts(Dimension.NATURE_FAMILY) == {
            NatureFamily.THREATS: 2, NatureFamily.VIOLENCE: 1, NatureFamily.OTHER: 1,
        }  # fmt: skip
        assert len(counts(Dimension.NATURE)) == 4


def test_mandates_are_counted_by_kind_and_a_fact_without_one_is_said_so():
    with at(2026, 4, 10, 8):
        log(mandate=mandate_in("45", MandateKind.DEPUTY))
        threat = log(mandate=mandate_in("45", MandateKind.MAYOR))
        threat.mandate, threat.mandate_departement, threat.version = None, None, 2
        threat.save()
        assert counts(Dimension.MANDATE) == {MandateKind.DEPUTY: 1, "none": 1}
        assert {line.label for line in figures().of(Dimension.MANDATE)} == {"député", "non renseigné"}


def submit(threat, moment) -> None:
    """Bare update: the service wants a complete grid, which is not what is counted."""
    Evaluation.objects.filter(threat=threat).update(
        state="submitted", submitted_at=moment, computed_level=Level.LOW, signed_level=Level.LOW, threat_version=1,
        evaluated_by=threat.logged_by,
    )  # fmt: skip


def test_an_evaluation_is_in_time_up_to_its_due_moment():
    with at(2026, 4, 1, 8):
        in_time, late, overdue = log(), log(), log()
        for threat, delay in ((in_time, timedelta()), (late, timedelta(seconds=1))):
            submit(threat, threat.evaluations.get().due_at + delay)
    with at(2026, 4, 20, 8):
        log()
        found = counts(Dimension.EVALUATION)
        assert found == dict.fromkeys((Timeliness.IN_TIME, Timeliness.LATE, Timeliness.OVERDUE, Timeliness.NOT_DUE), 1)
        assert figures().in_time == 1
    assert overdue.evaluations.get().state == "todo"


def test_an_evaluation_sent_back_is_no_longer_in_time():
    with at(2026, 4, 1, 8):
        threat = log()
        submit(threat, clock.now())
        assert counts(Dimension.EVALUATION) == {Timeliness.IN_TIME: 1}
        Evaluation.objects.filter(threat=threat).update(state="todo")
        assert counts(Dimension.EVALUATION) == {Timeliness.NOT_DUE: 1}


def test_only_the_first_evaluation_of_a_fact_counts():
    with at(2026, 4, 1, 8):
        threat = log()
        first = threat.evaluations.get()
        submit(threat, clock.now())
        other = User.objects.create_user("hierarchie@exemple.fr")
        Evaluation.objects.filter(pk=first.pk).update(state="validated", validated_by=other, validated_at=clock.now())
        Evaluation.objects.create(
            threat=threat, case=threat.case, number=2, grid=first.grid, opened_at=clock.now(), due_at=clock.now()
        )
        assert (figures().total, counts(Dimension.EVALUATION)) == (1, {Timeliness.IN_TIME: 1})


def test_every_breakdown_adds_up_to_the_total():
    with at(2026, 4, 10, 8):
        for commune, nature in ((OLIVET, Nature.THREAT), (LILLE, Nature.DAMAGE), (SAINT_DENIS, Nature.OTHER)):
            log(commune=commune, nature=nature)
        month = figures()
        assert {sum(line.value for line in month.of(dimension)) for dimension in Dimension} == {3} == {month.total}


def test_counting_a_month_costs_two_queries():
    with at(2026, 4, 10, 8):
        for commune in (OLIVET, LILLE, SAINT_DENIS):
            log(commune=commune)
        with CaptureQueriesContext(connection) as captured:
            figures()
        assert len([query for query in captured if "democlock" not in query["sql"]]) == 2


def test_a_hidden_line_is_not_placed_by_its_size():
    with at(2026, 4, 10, 8):
        for commune, times in ((OLIVET, 6), (LILLE, 2), (SAINT_DENIS, 3)):
            for _ in range(times):
                log(commune=commune)
        assert shown_rows(figures(), Dimension.FACT_DEPARTEMENT) == [
            ("Loiret (45)", 6), ("La Réunion (974)", None), ("Nord (59)", None),
        ]  # fmt: skip
        assert shown_rows(figures(), Dimension.RECORDING_DEPARTEMENT) == [("Loiret (45)", 11)]


def test_a_breakdown_that_the_total_would_tell_is_withheld():
    with at(2026, 4, 10, 8):
        log()
        assert shown_rows(figures(), Dimension.FACT_DEPARTEMENT) is None
        assert shown_rows(figures(), Dimension.MANDATE) is None
        assert shown_rows(figures(), Dimension.NATURE_FAMILY)[0] == ("menaces et outrages", 1)


def test_months_follow_one_another_over_the_year():
    assert months_between(date(2025, 11, 1), MARCH) == [
        date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1),
    ]  # fmt: skip
    assert limits(date(2025, 12, 1))[1] == limits(date(2026, 1, 1))[0]
    assert month_of(limits(APRIL)[0]) == APRIL
    assert (of_month_words(APRIL), of_month_words(MAY)) == ("d'avril 2026", "de mai 2026")
