"""« Opération tranquillité vacances »: the rule of each force, and what the 17 reads."""

from __future__ import annotations

import pytest

from accounts.enums import Force
from accounts.models import Notification, Unit
from alarm_registry.enums import AddressKind
from alarm_registry.models import Absence, AbsenceRule, Registration
from alarm_registry.selectors.card import card_of
from alarm_registry.services import cancel_absence
from core import clock
from core.acts import ActRefused
from tests import alarming, build

pytestmark = pytest.mark.django_db


def registered(force: Force, *kinds: AddressKind) -> Registration:
    registration = alarming.a_registration(addresses=alarming.addresses(*(kinds or (AddressKind.HOME,))))
    Unit.objects.filter(pk=registration.unit_id).update(force=force)
    return Registration.objects.select_related("unit__departement", "departement").get(pk=registration.pk)


@pytest.mark.parametrize(
    ("force", "starts_in", "days", "field", "said"),
    [
        (Force.PN, 2, 7, "first_day", "trop tard"),
        (Force.PN, 46, 7, "first_day", "trop tôt"),
        (Force.PP, 10, 2, "last_day", "trop court"),
        (Force.PN, 10, 91, "last_day", "trop long"),
        (Force.GN, 0, 7, "first_day", "trop tard"),
        (Force.GN, 10, 367, "last_day", "trop long"),
        (Force.GN, -1, 7, "first_day", "est passé"),
        (Force.GN, 10, 0, "last_day", "après le premier"),
    ],
)
def test_the_rule_of_the_force_is_applied_beside_its_field(force, starts_in, days, field, said) -> None:
    with pytest.raises(ActRefused, match=said) as refused:
        alarming.an_absence(registered(force), starts_in=starts_in, days=days)
    assert refused.value.field == field
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("force", "starts_in", "days"),
    [(Force.PN, 3, 3), (Force.PN, 45, 90), (Force.PP, 3, 90), (Force.GN, 1, 1), (Force.GN, 400, 366)],
)
def test_the_limits_themselves_are_allowed(force, starts_in, days) -> None:
    absence = alarming.an_absence(registered(force), starts_in=starts_in, days=days)
    assert (absence.last_day - absence.first_day).days == days - 1


def test_a_second_home_is_watched_in_the_country_only() -> None:
    with pytest.raises(ActRefused, match="résidence secondaire") as refused:
        alarming.an_absence(registered(Force.PN, AddressKind.SECOND_HOME))
    assert refused.value.field == "address"


def test_a_second_home_of_the_gendarmerie_is_watched_but_a_town_hall_is_not() -> None:
    registration = registered(Force.GN, AddressKind.SECOND_HOME)
    assert alarming.an_absence(registration)
    registration.addresses.update(kind=AddressKind.TOWN_HALL)
    with pytest.raises(ActRefused, match="lieu de travail"):
        alarming.an_absence(registration, starts_in=40)


def test_two_absences_never_overlap_and_one_sent_twice_is_one() -> None:
    registration = registered(Force.GN)
    first = alarming.an_absence(registration, starts_in=10, days=7)
    assert alarming.an_absence(registration, starts_in=10, days=7).pk == first.pk
    with pytest.raises(ActRefused, match="déjà déclarée"):
        alarming.an_absence(registration, starts_in=16, days=7)
    assert alarming.an_absence(registration, starts_in=17, days=7)


def test_a_cancelled_absence_leaves_its_days_and_is_not_read_at_the_17() -> None:
    registration = registered(Force.GN)
    absence = alarming.an_absence(registration, key_holder="La voisine")
    assert [one.key_holder for one in card_of(registration).absences] == ["La voisine"]
    for _ in range(2):
        cancel_absence(absence=absence, actor=build.actor(registration.registered_by))
    assert not card_of(registration).absences
    assert alarming.an_absence(registration)


def test_a_rule_announced_for_later_does_not_hold_yet() -> None:
    registration = registered(Force.GN)
    AbsenceRule.objects.create(
        force=Force.GN, in_force_from=clock.today("Europe/Paris").replace(year=2099), least_notice=30,
        shortest=1, longest=10, second_homes=False,
    )  # fmt: skip
    assert alarming.an_absence(registration, starts_in=2)


def test_the_unit_is_told_without_the_dates() -> None:
    registration = registered(Force.GN)
    colleague = build.referent(email="collegue@portail.example")
    alarming.an_absence(registration)
    told = Notification.objects.get(dedupe_key__startswith="alarm-absence:")
    assert (told.user_id, told.text) == (colleague.pk, "Alarme élu : une absence est déclarée.")
