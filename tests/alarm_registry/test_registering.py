"""The life of a registration, through its services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import Notification
from alarm_registry.enums import AddressKind, AfterMandate
from alarm_registry.models import HandledCall, NumberIndex, RegisteredAddress, RegisteredNumber, Registration
from alarm_registry.models.registration import LONGEST
from alarm_registry.selectors.record import record_of
from alarm_registry.services import (
    RegistrationChanged,
    change_registration,
    confirm_registration,
    end_registrations_due,
    handle_call,
    keep_after_mandate,
    look_up_number,
    open_record,
    register,
    withdraw_registration,
)
from core import clock
from core.acts import ActRefused
from core.journal import SYSTEM
from core.models import JournalEntry
from officials.models import Mandate
from tests import alarming, build

pytestmark = pytest.mark.django_db


def by(registration: Registration):
    return build.actor(registration.registered_by)


def without_mandate(registration: Registration) -> Registration:
    Mandate.objects.filter(official=registration.official).update(ended_on=clock.today("Europe/Paris"))
    return registration


def test_a_registration_says_who_registered_whom_on_which_text_and_until_when() -> None:
    registration = alarming.a_registration()
    assert registration.ends_on == registration.consented_on + LONGEST
    assert registration.consent.version == 1
    entry = JournalEntry.objects.get(object_type="alarm_registry.registration", object_id=str(registration.pk))
    assert entry.actor_id == registration.registered_by_id
    assert alarming.MOBILE not in str(entry.__dict__)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"consented_on": timedelta(days=1)}, "consented_on"),
        ({"consented_on": timedelta(days=-4000)}, "consented_on"),
        ({"ends_on": timedelta(days=0)}, "ends_on"),
        ({"ends_on": timedelta(days=3700)}, "ends_on"),
        ({"facts": alarming.RegistrationFacts([], [])}, "numbers"),
    ],
)
def test_what_the_law_does_not_allow_is_refused_beside_its_field(change, field) -> None:
    user, today = build.referent(), clock.today("Europe/Paris")
    moved = {name: today + value if isinstance(value, timedelta) else value for name, value in change.items()}
    asked = {
        "official": build.an_official(),
        "unit": build.a_unit(),
        "identity_document": "passport",
        "consent": alarming.ConsentText.objects.get(),
        "consented_on": today,
        "facts": alarming.facts(),
    }
    with pytest.raises(ActRefused) as refused:
        register(**asked | moved, user=user, actor=build.actor(user))
    assert refused.value.field == field
    assert not Registration.objects.exists()


def test_nobody_is_registered_twice_but_may_come_back_after_a_withdrawal() -> None:
    registration = alarming.a_registration()
    with pytest.raises(ActRefused, match="déjà inscrite"):
        alarming.a_registration(official=registration.official)
    withdraw_registration(registration=registration, actor=by(registration))
    assert alarming.a_registration(official=registration.official).pk != registration.pk


def test_a_change_is_found_at_once_and_confirms(time_machine) -> None:
    registration = alarming.a_registration()
    time_machine.move_to(clock.real_now() + timedelta(days=200))
    assert registration.is_unconfirmed
    kept = registration.addresses.get(rank=2)
    moved = alarming.AddressFacts(
        kind=AddressKind.TOWN_HALL, address="2 place Neuve", town="Olmes", departement=kept.departement, pk=kept.pk
    )
    facts = replace(alarming.facts("06 39 98 00 07"), addresses=[moved])
    changed = change_registration(registration=registration, version=1, facts=facts, actor=by(registration))
    assert not changed.is_unconfirmed
    assert changed.addresses.get().pk == kept.pk
    caller = alarming.caller(alarming.operator())
    assert look_up_number("06 39 98 00 07", caller=caller).matches
    assert not look_up_number(alarming.MOBILE, caller=caller).matches


def test_a_change_made_from_an_old_page_is_refused_with_what_stands_now() -> None:
    registration = alarming.a_registration()
    change_registration(registration=registration, version=1, facts=alarming.facts(), actor=by(registration))
    with pytest.raises(RegistrationChanged) as conflict:
        change_registration(registration=registration, version=1, facts=alarming.facts(), actor=by(registration))
    assert conflict.value.registration.version == 2


def test_an_address_does_not_go_with_the_absence_declared_there() -> None:
    registration = alarming.a_registration()
    alarming.an_absence(registration)
    facts = replace(alarming.facts(), addresses=alarming.addresses(AddressKind.TOWN_HALL))
    with pytest.raises(ActRefused, match="annulez d'abord l'absence"):
        change_registration(registration=registration, version=1, facts=facts, actor=by(registration))


def test_a_withdrawal_leaves_nothing_that_could_be_read() -> None:
    registration = alarming.a_registration()
    alarming.a_correction(registration)
    alarming.an_absence(registration)
    operator = alarming.operator()
    open_record(registration.pk, caller=alarming.caller(operator))
    handle_call(
        registration=registration, line="Rien.", submission=alarming.new_submission(), user=operator,
        actor=build.actor(operator),
    )  # fmt: skip
    withdraw_registration(registration=registration, actor=by(registration))
    for model in (NumberIndex, RegisteredNumber, RegisteredAddress, HandledCall):
        assert not model.objects.filter(registration=registration).exists()
    ended = Registration.objects.get(pk=registration.pk)
    assert (ended.instruction, ended.dogs, hasattr(ended, "key")) == ("", "", False)
    with pytest.raises(ActRefused, match="tout en est effacé"):
        withdraw_registration(registration=ended, actor=by(registration))


def test_the_unit_learns_that_the_person_withdrew_and_not_whoever_did_it() -> None:
    registration = alarming.a_registration()
    person = build.official_account(registration.official)
    colleague = build.referent(email="collegue@portail.example")
    withdraw_registration(registration=registration, actor=build.actor(person))
    told = Notification.objects.filter(dedupe_key=f"alarm-end:{registration.pk}")
    assert {one.user_id for one in told} == {registration.registered_by_id, colleague.pk}
    assert registration.official.last_name not in "".join(one.text for one in told)


def test_the_end_of_a_mandate_removes_nothing_and_the_person_decides() -> None:
    registration = alarming.a_registration()
    with pytest.raises(ActRefused, match="rien à décider"):
        keep_after_mandate(registration=registration, actor=by(registration))
    without_mandate(registration)
    assert record_of(registration).asks_after_mandate
    assert look_up_number(alarming.MOBILE, caller=alarming.caller(alarming.operator())).matches
    kept = keep_after_mandate(registration=registration, actor=by(registration))
    assert kept.after_mandate == AfterMandate.KEPT
    assert not record_of(kept).asks_after_mandate


def test_a_confirmation_holds_six_months() -> None:
    with time_machine.travel(build.at(2026, 1, 10), tick=False):
        registration = alarming.a_registration()
    with time_machine.travel(build.at(2026, 7, 9), tick=False):
        assert not registration.is_unconfirmed
    with time_machine.travel(build.at(2026, 7, 11), tick=False):
        assert registration.is_unconfirmed
        assert not confirm_registration(registration=registration, actor=by(registration)).is_unconfirmed


def test_a_term_destroys_at_the_local_midnight_of_its_place_and_once() -> None:
    referent = build.posted(Role.REFERENT, unit=build.a_unit("9", departement_code="974", name="Brigade de Saint-Leu"))
    with time_machine.travel(build.at(2026, 1, 10), tick=False):
        end = build.at(2026, 3, 1).date()
        registration = alarming.a_registration(by=referent, ends_on=end)
    # 23 h 30 in Réunion, 20 h 30 in Paris.
    with time_machine.travel(build.at(2026, 2, 28, 20, 30), tick=False):
        assert end_registrations_due(actor=SYSTEM) == 0
    with time_machine.travel(build.at(2026, 2, 28, 21, 30), tick=False):
        assert [end_registrations_due(actor=SYSTEM) for _ in range(2)] == [1, 0]
    assert Registration.objects.get(pk=registration.pk).state == "ended"
