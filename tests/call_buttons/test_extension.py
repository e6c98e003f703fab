"""A conservatory extension: a few days, once, by a decision of its own, so that nobody is without protection."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import Error, connection, transaction

from call_buttons.enums import Outcome
from call_buttons.models import (
    CallButtonDecision,
    CallButtonExpiry,
    CallButtonGrant,
    CallButtonReminder,
    CallButtonRules,
)
from call_buttons.services import (
    ActRefused,
    GrantAct,
    reminder_dates,
    send_due_reminders,
    tell_expired_grants,
)
from tests import build

pytestmark = pytest.mark.django_db

REUNION = "Indian/Reunion"
REASON = "La préfecture est fermée jusqu'à lundi."


def extensions_open(days: int = 5) -> None:
    first = CallButtonRules.objects.latest("in_force_from")
    CallButtonRules.objects.create(
        in_force_from=date(2025, 1, 1),
        evaluation_max_age_days=first.evaluation_max_age_days,
        remedy=first.remedy,
        extension_max_days=days,
    )


def in_reunion() -> CallButtonGrant:
    """Granted on 16 February 2026 in Réunion: to Saturday 16 May."""
    unit = build.a_unit("974", departement_code="974", name="Brigade de Saint-Denis")
    with time_machine.travel(build.at(2026, 2, 16, 8, zone=REUNION), tick=False):
        threat = build.a_threat(user=build.referent(unit))
        build.validated(threat, head=build.unit_head(departement_code="974"))
        return build.granted(build.a_request(threat=threat), by=build.decider(departement_code="974"))


def to(day: date) -> GrantAct:
    return GrantAct(Outcome.EXTENDED, day, REASON)


def test_the_protection_goes_on_to_the_day_decided_and_the_history_has_two_decisions() -> None:
    extensions_open()
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 13, 9, zone=REUNION), tick=False):
        decision = build.acted(grant, to(date(2026, 5, 20)))
    assert (decision.outcome, decision.effective_on, decision.request) == ("extended", date(2026, 5, 20), None)
    with time_machine.travel(build.at(2026, 5, 17, 0, 30, zone=REUNION), tick=False):
        assert tell_expired_grants() == 0
        assert CallButtonGrant.objects.in_force().get().last_day == date(2026, 5, 20)
    assert CallButtonDecision.objects.filter(case=grant.case).count() == 2
    grant.refresh_from_db()
    assert grant.last_day == date(2026, 5, 16)


def test_without_it_the_same_night_says_that_the_protection_is_over() -> None:
    in_reunion()
    with time_machine.travel(build.at(2026, 5, 16, 23, 30, zone=REUNION), tick=False):
        assert tell_expired_grants() == 0
    with time_machine.travel(build.at(2026, 5, 17, 0, 30, zone=REUNION), tick=False):
        assert tell_expired_grants() == 1


def test_the_extension_ends_as_any_other_and_says_so_once() -> None:
    extensions_open()
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 13, 9, zone=REUNION), tick=False):
        build.acted(grant, to(date(2026, 5, 20)))
    with time_machine.travel(build.at(2026, 5, 21, 0, 1, zone=REUNION), tick=False):
        assert (tell_expired_grants(), tell_expired_grants()) == (1, 0)
    assert CallButtonExpiry.objects.get().grant.is_extension


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (date(2026, 5, 16), False),
        (date(2026, 5, 17), True),
        (date(2026, 5, 21), True),
        (date(2026, 5, 22), False),
    ],
)
def test_it_lasts_from_one_day_to_five(day: date, allowed: bool) -> None:
    extensions_open()
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 13, 9, zone=REUNION), tick=False):
        if allowed:
            assert build.acted(grant, to(day)).grant.last_day == day
            return
        with pytest.raises(ActRefused, match="5 jours au plus") as refused:
            build.acted(grant, to(day))
    assert refused.value.field == "day"


def test_it_is_off_until_rules_open_it() -> None:
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 13, 9, zone=REUNION), tick=False):
        with pytest.raises(ActRefused, match="n'est pas ouverte"):
            build.acted(grant, to(date(2026, 5, 17)))
        extensions_open(days=1)
        assert build.acted(grant, to(date(2026, 5, 17)))


def test_it_happens_once_before_the_end_and_never_after_a_decision_about_it() -> None:
    extensions_open()
    grant = in_reunion()
    with (
        time_machine.travel(build.at(2026, 5, 17, 0, 1, zone=REUNION), tick=False),
        pytest.raises(ActRefused, match="ne remonte pas le temps"),
    ):
        build.acted(grant, to(date(2026, 5, 20)))
    with time_machine.travel(build.at(2026, 5, 13, zone=REUNION), tick=False):
        first = build.acted(grant, to(date(2026, 5, 18)))
        with pytest.raises(ActRefused, match="qu'une fois"):
            build.acted(first.grant, to(date(2026, 5, 20)))
        with pytest.raises(ActRefused, match="déjà décidée"):
            build.acted(grant, to(date(2026, 5, 20)))


def test_a_renewal_asked_before_the_extension_follows_it() -> None:
    extensions_open()
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 12, zone=REUNION), tick=False):
        threat = build.a_threat(user=grant.request.requested_by, case=grant.case)
        request = build.a_request(threat=threat)
        extension = build.acted(grant, to(date(2026, 5, 20))).grant
        renewal = build.granted(request, by=grant.decision.decided_by)
    assert renewal.previous_id == extension.pk
    assert (renewal.first_day, renewal.last_day) == (date(2026, 5, 21), date(2026, 8, 21))
    with time_machine.travel(build.at(2026, 5, 22, zone=REUNION), tick=False):
        assert tell_expired_grants() == 0


def test_an_extension_is_reminded_of_its_own_days_only() -> None:
    extensions_open()
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 13, 9, zone=REUNION), tick=False):
        send_due_reminders()
        extension = build.acted(grant, to(date(2026, 5, 20))).grant
        assert [due.due_on for due in reminder_dates(extension)] == [date(2026, 5, 17), date(2026, 5, 20)]
        before = CallButtonReminder.objects.count()
        send_due_reminders()
        assert CallButtonReminder.objects.count() == before
    with time_machine.travel(build.at(2026, 5, 18, zone=REUNION), tick=False):
        send_due_reminders()
    assert set(CallButtonReminder.objects.filter(grant=extension).values_list("kind", flat=True)) == {"d3"}


def test_raw_sql_makes_no_extension_longer_than_the_rules_nor_without_its_decision() -> None:
    extensions_open(days=2)
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 13, zone=REUNION), tick=False):
        made = build.acted(grant, to(date(2026, 5, 18)))
    longer = "UPDATE call_buttons_callbuttongrant SET period = daterange(lower(period), upper(period) + 1)"
    with pytest.raises(Error, match="denied"), transaction.atomic(), connection.cursor() as sql:
        sql.execute(longer)
    columns = [field.column for field in CallButtonDecision._meta.concrete_fields]
    other = {"id": "gen_random_uuid()", "number": "'974-2026-BA-99999'", "effective_on": "'2026-05-19'"}
    values = ", ".join(other.get(column, column) for column in columns)
    with pytest.raises(Error, match=r"courte|une autre la suit"), transaction.atomic(), connection.cursor() as sql:
        sql.execute(
            f"INSERT INTO call_buttons_callbuttondecision ({', '.join(columns)}) SELECT {values}"
            " FROM call_buttons_callbuttondecision WHERE id = %s",
            [made.pk],
        )


def test_the_letter_says_the_days_and_the_reason() -> None:
    extensions_open()
    grant = in_reunion()
    with time_machine.travel(build.at(2026, 5, 13, zone=REUNION), tick=False):
        decision = build.acted(grant, to(date(2026, 5, 20)))
    text = build.text_of(decision)
    assert "du 17 au 20 mai 2026 inclus" in text or "du 17 mai au 20 mai 2026 inclus" in text
    assert REASON in text
    assert timedelta(days=4) == decision.grant.period.upper - decision.grant.period.lower
