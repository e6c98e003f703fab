"""Suspended, resumed, withdrawn: the protection runs on the days decided, and nothing but a decision changes them."""

from datetime import date

import pytest
import time_machine
from django.db import Error, connection, transaction

from call_buttons.enums import Outcome, RefusalMotive
from call_buttons.models import CallButtonDecision, CallButtonGrant
from call_buttons.services import ActRefused, GrantAct, preview_act, send_due_reminders, sign_act, tell_expired_grants
from tests import build

pytestmark = pytest.mark.django_db

REASON = "Vous êtes à l'étranger."


def granted() -> CallButtonGrant:
    """To 14 April 2026."""
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        return build.granted()


def decide(grant: CallButtonGrant, outcome: Outcome, day: date, **more: object) -> CallButtonDecision:
    return build.acted(grant, GrantAct(outcome, day, REASON, **more))


def in_force_on(month: int, day: int) -> bool:
    with time_machine.travel(build.at(2026, month, day), tick=False):
        return CallButtonGrant.objects.in_force().exists()


def test_a_suspension_stops_the_protection_on_its_days_and_leaves_the_end_where_it_is() -> None:
    grant = granted()
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        decision = decide(grant, Outcome.SUSPENDED, date(2026, 2, 10), until=date(2026, 2, 20))
    assert [in_force_on(2, day) for day in (9, 10, 20, 21)] == [True, False, False, True]
    grant.refresh_from_db()
    assert grant.last_day == date(2026, 4, 14)
    assert "du 10 février au 20 février 2026 inclus" in build.text_of(decision)


def test_an_open_suspension_lasts_until_a_decision_resumes_the_protection() -> None:
    grant = granted()
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        decide(grant, Outcome.SUSPENDED, date(2026, 2, 1))
        with pytest.raises(ActRefused, match="reprend un jour du 02/02/2026"):
            decide(grant, Outcome.RESUMED, date(2026, 2, 1))
    assert not in_force_on(3, 1)
    with time_machine.travel(build.at(2026, 3, 2), tick=False):
        decide(grant, Outcome.RESUMED, date(2026, 3, 2))
        with pytest.raises(ActRefused, match="n'est pas suspendue"):
            decide(grant, Outcome.RESUMED, date(2026, 3, 3))
    assert [in_force_on(3, day) for day in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("day", "until", "field"),
    [
        (date(2026, 1, 31), None, "day"),
        (date(2026, 4, 15), None, "day"),
        (date(2026, 2, 10), date(2026, 2, 9), "until"),
        (date(2026, 2, 10), date(2026, 4, 15), "until"),
    ],
)
def test_a_suspension_stays_within_the_protection_and_never_goes_back_in_time(
    day: date, until: date | None, field: str
) -> None:
    grant = granted()
    with time_machine.travel(build.at(2026, 2, 1), tick=False), pytest.raises(ActRefused) as refused:
        decide(grant, Outcome.SUSPENDED, day, until=until)
    assert refused.value.field == field


def test_a_withdrawal_ends_the_protection_and_nothing_more_is_announced() -> None:
    grant = granted()
    with time_machine.travel(build.at(2026, 3, 10), tick=False):
        decision = decide(grant, Outcome.WITHDRAWN, date(2026, 3, 12), coded_motive=RefusalMotive.PERSON_DECLINES)
    assert [in_force_on(3, day) for day in (12, 13)] == [True, False]
    grant.refresh_from_db()
    assert (grant.last_day, grant.term.upper) == (date(2026, 3, 12), date(2026, 4, 15))
    assert "Le dernier jour protégé est le 12 mars 2026" in build.text_of(decision)
    with time_machine.travel(build.at(2026, 4, 20), tick=False):
        assert (tell_expired_grants(), send_due_reminders()) == (0, 0)
        assert not CallButtonGrant.objects.to_renew().exists()


def test_after_a_withdrawal_a_new_request_may_be_granted_at_once() -> None:
    grant = granted()
    with time_machine.travel(build.at(2026, 3, 10), tick=False):
        decide(grant, Outcome.WITHDRAWN, date(2026, 3, 10), coded_motive=RefusalMotive.DANGER_ENDED)
    with time_machine.travel(build.at(2026, 3, 11), tick=False):
        threat = build.a_threat(user=grant.request.requested_by, case=grant.case)
        again = build.granted(build.a_request(threat=threat))
    assert (again.first_day, again.previous) == (date(2026, 3, 11), None)


def test_a_withdrawal_has_its_motive_and_waits_for_what_follows() -> None:
    grant = granted()
    with time_machine.travel(build.at(2026, 4, 1), tick=False):
        with pytest.raises(ActRefused, match="motif du retrait"):
            decide(grant, Outcome.WITHDRAWN, date(2026, 4, 2))
        build.granted(build.a_request(threat=build.a_threat(user=grant.request.requested_by, case=grant.case)))
        with pytest.raises(ActRefused, match="déjà accordée à partir du 15/04/2026"):
            decide(grant, Outcome.WITHDRAWN, date(2026, 4, 2), coded_motive=RefusalMotive.OTHER)


@pytest.mark.parametrize("table", ["callbuttongrant", "callbuttonsuspension"])
def test_raw_sql_neither_shortens_nor_lengthens_days_that_were_decided(table: str) -> None:
    grant = granted()
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        decide(grant, Outcome.SUSPENDED, date(2026, 2, 10), until=date(2026, 2, 20))
    for end in ("upper(period) - 1", "upper(period) + 1"):
        with pytest.raises(Error, match="denied"), transaction.atomic(), connection.cursor() as sql:
            sql.execute(f"UPDATE call_buttons_{table} SET period = daterange(lower(period), {end})")


def test_a_reason_is_asked_for_each_and_a_decision_is_signed_on_what_was_read() -> None:
    grant = granted()
    user = grant.decision.decided_by
    with time_machine.travel(build.at(2026, 2, 1), tick=False):
        with pytest.raises(ActRefused, match="Écrivez pourquoi"):
            preview_act(grant=grant, act=GrantAct(Outcome.SUSPENDED, date(2026, 2, 2), " "), user=user)
        act = GrantAct(Outcome.SUSPENDED, date(2026, 2, 2), REASON)
        with pytest.raises(ActRefused, match="plus celle de l'aperçu"):
            sign_act(grant=grant, act=act, previewed_sha256="0" * 64, user=user, actor=build.actor(user))
