"""What the database holds of the desk, against writings that go round the services. Each refusal has its near miss."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange

from accounts.enums import Role
from core import clock
from support.models import Absence, Association, AssociationMember, Availability, Place, Replacement
from tests import build, receiving

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)  # a Monday


def refused(constraint: str, act) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    assert caught.value.__cause__.diag.constraint_name == constraint


def an_availability(member: AssociationMember, **changes: object) -> Availability:
    usual = {
        "member": member,
        "departement_id": "45",
        "mode": "telephone",
        "weekday": 1,
        "hours": NumericRange(540, 720),
        "period": DateRange(DAY, None),
    }
    return Availability.objects.create(**(usual | changes))


def a_replacement(member: AssociationMember, colleague: AssociationMember, first: date, last: date) -> Replacement:
    return Replacement.objects.create(
        member=member,
        colleague=colleague,
        period=DateRange(first, last),
        created_at=clock.now(),
        created_by=member.user,
    )


def test_only_a_posted_psychologist_works_for_an_association() -> None:
    association = receiving.an_association()
    for role in (Role.ADMINISTRATOR, Role.REFERENT):
        stranger = build.posted(role)
        refused(
            "association_member_is_a_psychologist",
            lambda stranger=stranger: AssociationMember.objects.create(
                association=association, user=stranger, period=DateRange(DAY, None)
            ),
        )
    former = build.posted(Role.PSYCHOLOGIST, email="ancienne@portail.example", end=DAY)
    refused(
        "association_member_is_a_psychologist",
        lambda: AssociationMember.objects.create(association=association, user=former, period=DateRange(DAY, None)),
    )
    AssociationMember.objects.create(
        association=association, user=former, period=DateRange(DAY - timedelta(days=1), None)
    )


def test_who_works_for_whom_is_not_rewritten_but_gets_an_end() -> None:
    member = receiving.a_member()
    other = receiving.an_association("fv-28", departements=["28"])
    rows = AssociationMember.objects.filter(pk=member.pk)
    refused("association_member_is_not_rewritten", lambda: rows.update(association=other))
    refused("association_member_is_not_rewritten", lambda: rows.update(period=DateRange(DAY, None)))
    assert rows.update(period=DateRange(build.LONG_AGO, DAY)) == 1


def test_hours_of_one_person_never_overlap() -> None:
    member = receiving.a_member()
    an_availability(member)
    refused("support_availability_no_overlap", lambda: an_availability(member, hours=NumericRange(719, 800)))
    an_availability(member, hours=NumericRange(720, 800))
    an_availability(member, weekday=2)
    colleague = receiving.a_member(email="autre@portail.example")
    an_availability(colleague)
    Availability.objects.filter(member=member).update(period=DateRange(DAY, DAY + timedelta(days=7)))
    an_availability(member, period=DateRange(DAY + timedelta(days=7), None))


def test_a_place_goes_with_on_site_and_with_the_association() -> None:
    member = receiving.a_member()
    place = receiving.a_place(member)
    refused("support_availability_place_on_site_only", lambda: an_availability(member, place=place))
    refused("support_availability_place_on_site_only", lambda: an_availability(member, mode="on_site"))
    elsewhere = receiving.an_association("fv-974", departements=["974"])
    theirs = Place.objects.create(association=elsewhere, departement_id="974", name="Case", address="1 rue")
    refused("support_availability_of_its_place", lambda: an_availability(member, mode="on_site", place=theirs))
    refused("support_availability_of_its_association", lambda: an_availability(member, departement_id="974"))
    refused(
        "support_place_of_its_association",
        lambda: Place.objects.create(
            association=member.association, departement_id="974", name="Case", address="1 rue"
        ),
    )
    an_availability(member, mode="on_site", place=place)


@pytest.mark.parametrize("hours", [(0, 1441), (-1, 60)])
def test_hours_stay_within_a_day(hours: tuple[int, int]) -> None:
    member = receiving.a_member()
    refused("support_availability_within_a_day", lambda: an_availability(member, hours=NumericRange(*hours)))
    an_availability(member, hours=NumericRange(0, 1440))


def test_a_whole_day_away_and_some_hours_of_it_overlap() -> None:
    member = receiving.a_member()
    week = DateRange(DAY, DAY + timedelta(days=5))
    Absence.objects.create(member=member, period=week, hours=NumericRange(540, 600))
    refused(
        "support_absence_no_overlap",
        lambda: Absence.objects.create(member=member, period=DateRange(DAY, DAY + timedelta(days=1))),
    )
    Absence.objects.create(member=member, period=week, hours=NumericRange(600, 660))


def test_a_colleague_replaces_only_in_the_same_association_and_nobody_who_is_replaced() -> None:
    member = receiving.a_member()
    colleague = receiving.a_member(email="autre@portail.example")
    third = receiving.a_member(email="tiers@portail.example", end=DAY + timedelta(days=3))
    stranger = receiving.a_member(
        receiving.an_association("fv-974", departements=["974"]), email="ailleurs@portail.example"
    )
    end = DAY + timedelta(days=5)
    refused("support_replacement_of_colleagues", lambda: a_replacement(member, stranger, DAY, end))
    refused("support_replacement_of_colleagues", lambda: a_replacement(member, third, DAY, end))
    refused("support_replacement_by_another", lambda: a_replacement(member, member, DAY, end))
    a_replacement(member, colleague, DAY, end)
    refused("support_replacement_one_colleague", lambda: a_replacement(member, third, DAY, DAY + timedelta(days=1)))
    refused("support_replacement_no_chain", lambda: a_replacement(colleague, member, DAY, end))
    refused("support_replacement_no_chain", lambda: a_replacement(colleague, third, DAY, DAY + timedelta(days=1)))
    a_replacement(colleague, member, end, end + timedelta(days=1))


def test_an_association_says_what_it_offers_and_how_to_reach_it() -> None:
    association = receiving.an_association()
    rows = Association.objects.filter(pk=association.pk)
    refused("association_offers_known_help", lambda: rows.update(helps=[]))
    refused("association_offers_known_help", lambda: rows.update(helps=["magic"]))
    refused("association_can_be_reached", lambda: rows.update(telephone=""))
    assert rows.update(helps=["social"]) == 1
