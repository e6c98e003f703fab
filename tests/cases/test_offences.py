"""The pick list follows the day of the fact: the law of 21 March 2024 begins on the 23rd."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Offence, ThreatOffence
from cases.selectors import aggravations_of
from cases.services import ActRefused, VictimFacts, correct_threat
from tests import build
from tests.pages.steps import Steps

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2024, 3, 22), date(2024, 3, 23)


def violence(day: date) -> Offence:
    return Offence.objects.in_force_on(day).get(code="violence_itt_under_8")


def victim_of(official, *, ended_on: date | None = None):
    official.mandates.update(started_on=None, ended_on=ended_on)
    threat = build.a_threat(official=official, mandate=official.mandates.get())
    return threat.victims.select_related("mandate").get()


def test_a_fact_of_the_22nd_of_march_2024_keeps_the_former_text() -> None:
    victim = victim_of(build.an_official())
    assert "dépositaire de l'autorité publique" in aggravations_of(violence(BEFORE), [victim], BEFORE)[0]
    assert "loi du 21 mars 2024" not in str(aggravations_of(violence(BEFORE), [victim], BEFORE))


def test_a_fact_of_the_23rd_of_march_2024_takes_the_new_one() -> None:
    victim = victim_of(build.an_official())
    assert "mandat électif public" in aggravations_of(violence(AFTER), [victim], AFTER)[0]


@pytest.mark.parametrize(
    ("ended_on", "day", "aggravated"),
    [
        (date(2024, 1, 1), date(2024, 3, 22), False),  # the former text knows no former élu
        (date(2020, 7, 1), date(2026, 6, 30), True),
        (date(2020, 7, 1), date(2026, 7, 1), False),
        (date(2020, 2, 29), date(2026, 2, 28), False),
        (date(2026, 7, 1), date(2026, 6, 30), True),
    ],
)
def test_a_former_elu_is_covered_for_six_years(ended_on: date, day: date, aggravated: bool) -> None:
    victim = victim_of(build.an_official(), ended_on=ended_on)
    assert bool(aggravations_of(violence(day), [victim], day)) is aggravated


def test_the_family_has_its_own_text_and_harassment_none_for_it() -> None:
    official = build.an_official()
    spouse = build.a_relative(official)
    victim = build.a_threat(official=official, victims=(VictimFacts(protected_person=spouse),)).victims.get()
    assert "proche" in aggravations_of(violence(AFTER), [victim], AFTER)[0]
    harassment = Offence.objects.in_force_on(AFTER).get(code="harassment")
    assert aggravations_of(harassment, [victim], AFTER) == []


def test_a_corrected_date_brings_the_text_of_the_new_day() -> None:
    at = {day: datetime(2024, 3, day, 12, tzinfo=build.at(2024, 3, day).tzinfo) for day in (22, 23)}
    threat = build.a_threat(nature="violence", occurred_at=at[23], offences=("violence_itt_under_8",))
    assert threat.offences.get().offence == violence(AFTER)
    user = threat.logged_by
    facts = build.facts(nature="violence", occurred_at=at[22])
    correct_threat(threat=threat, version=1, facts=facts, user=user, actor=build.actor(user))
    assert threat.offences.get().offence == violence(BEFORE)


def test_an_offence_that_did_not_exist_that_day_is_refused_with_its_name() -> None:
    with pytest.raises(ActRefused, match="titulaire d'un mandat électif"):
        build.a_threat(occurred_at=build.at(2024, 3, 22), offences=("violence_elected",))
    build.a_threat(
        user=build.referent(email="b@portail.example"),
        official=build.an_official("Seconde"),
        occurred_at=build.at(2024, 3, 23),
        offences=("violence_elected",),
    )


def test_the_database_refuses_the_text_of_another_day_and_two_texts_a_day() -> None:
    threat = build.a_threat(nature="violence", offences=("violence_itt_under_8",))
    with pytest.raises(DatabaseError), transaction.atomic():
        ThreatOffence.objects.create(threat=threat, offence=violence(BEFORE))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_offence SET in_force = '[2024-03-20,)' WHERE code = 'violence_itt_under_8'")


def test_the_form_shows_the_aggravation_beside_the_offence_of_that_day() -> None:
    steps = Steps(build.referent(), build.an_official())
    for day, words in (("2024-03-22", "dépositaire de l'autorité"), ("2024-03-23", "loi du 21 mars 2024")):
        steps.send("victimes")
        steps.send("faits", nature="violence", channel="in_person", occurred_date=day)
        choices = dict(steps.client.get(steps.url("recit")).context["form"].fields["offences"].choices)
        assert words in choices["violence_itt_under_8"].help_text


def test_no_text_promises_a_speed() -> None:
    texts = " ".join(str(row) for row in Offence.objects.values_list("aggravation_official", "aggravation_former"))
    assert not any(word in texts for word in ("rapide", "délai", "accélér", "art. 13"))
