"""The agenda and what may be offered: hours, feasts, absences, colleagues, appointments from every source."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.acts import ActRefused
from core.journal import SYSTEM
from support.enums import MeetingMode
from support.models import AssociationMember
from support.selectors import agenda as agenda_module
from support.selectors.agenda import agenda_of, at_minute, busy_at, zone_of
from support.selectors.free_slots import free_slots
from support.selectors.meetings import Meeting
from support.services import close_place, remove_availability, set_association_active, set_video_link
from tests import build, receiving

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def appointments(monkeypatch: pytest.MonkeyPatch) -> dict[object, list[Meeting]]:
    """What a source gives, by member: the other parts of support give theirs the same way."""
    known: dict[object, list[Meeting]] = {}

    def source(member: AssociationMember, first_day: date, last_day: date) -> list[Meeting]:
        return [
            meeting
            for meeting in known.get(member.pk, [])
            if first_day <= meeting.starts_at.astimezone(PARIS).date() <= last_day
        ]

    monkeypatch.setattr(agenda_module, "SOURCES", [source])
    return known


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)


def a_meeting(day: date, hour: int, minute: int = 0, *, minutes: int = 60, zone: ZoneInfo = PARIS) -> Meeting:
    return Meeting(at(day, hour, minute, zone), minutes, "telephone", "Tilleul", f"/x/{hour}/{minute}/", "orientation")


def starts(association, day: date, **more) -> list[int]:
    slots = free_slots(association, MeetingMode.TELEPHONE, day, day, **more)
    return [slot.starts_at.astimezone(PARIS).hour for slot in slots]


def test_an_appointment_takes_the_slots_that_it_touches_and_no_other(appointments) -> None:
    member = receiving.a_member()
    day = receiving.next_weekday(2, after=3)
    receiving.hours_on(member, day)
    assert starts(member.association, day) == [9, 10, 11]
    appointments[member.pk] = [a_meeting(day, 10)]
    assert starts(member.association, day) == [9, 11]
    appointments[member.pk] = [a_meeting(day, 9, 30)]
    assert starts(member.association, day) == [11]
    assert starts(member.association, day, more=[a_meeting(day, 11)]) == []


def test_only_the_mode_asked_and_the_place_of_the_departement_are_offered() -> None:
    member = receiving.a_member(receiving.an_association(departements=["28", "45"]))
    day = receiving.next_weekday(2, after=3)
    place = receiving.a_place(member)
    receiving.hours_on(member, day, mode=MeetingMode.ON_SITE, place=place)
    on_site = free_slots(member.association, MeetingMode.ON_SITE, day, day, departement=build.departement("45"))
    assert [slot.place for slot in on_site] == [place] * 3
    assert free_slots(member.association, MeetingMode.ON_SITE, day, day, departement=build.departement("28")) == []
    assert free_slots(member.association, MeetingMode.VIDEO, day, day) == []
    close_place(place=place, actor=SYSTEM)
    assert free_slots(member.association, MeetingMode.ON_SITE, day, day) == []


def test_an_absence_a_replacement_a_closure_and_the_past_offer_nothing() -> None:
    member = receiving.a_member()
    colleague = receiving.a_member(email="autre@portail.example")
    first, second = receiving.next_weekday(2, after=3), receiving.next_weekday(3, after=4)
    for day in (first, second):
        receiving.hours_on(member, day)
    receiving.away(member, first, start=time(9), end=time(10))
    assert starts(member.association, first) == [10, 11]
    receiving.replaced(member, colleague, second)
    assert starts(member.association, second) == []
    yesterday = receiving.today() - timedelta(days=1)
    assert starts(member.association, yesterday) == []
    closed = set_association_active(association=member.association, active=False, actor=SYSTEM)
    assert starts(closed, first) == []


def test_a_feast_closes_what_returns_every_week_and_not_a_day_given_for_itself() -> None:
    christmas = date(receiving.today().year + 1, 12, 25)
    with clock.replayed_at(at(christmas - timedelta(days=10), 9)):
        member = receiving.a_member()
        receiving.weekly(member, christmas.isoweekday())
        assert starts(member.association, christmas) == []
        assert starts(member.association, christmas - timedelta(days=7)) == [9, 10, 11]
        receiving.hours_on(member, christmas, start=14, end=15)
        assert starts(member.association, christmas) == [14]


def test_hours_are_those_of_the_clock_of_the_place_whatever_the_season() -> None:
    assert at_minute(date(2027, 1, 5), 9 * 60, PARIS) == datetime(2027, 1, 5, 8, tzinfo=UTC)
    assert at_minute(date(2027, 7, 6), 9 * 60, PARIS) == datetime(2027, 7, 6, 7, tzinfo=UTC)
    reunion = ZoneInfo("Indian/Reunion")
    assert at_minute(date(2027, 1, 5), 1440, reunion) == datetime(2027, 1, 5, 20, tzinfo=UTC)
    association = receiving.an_association("fv-974", departements=["974"])
    member = receiving.a_member(association)
    assert zone_of(member) == reunion
    day = receiving.next_weekday(3, after=3)
    receiving.hours_on(member, day, departement="974")
    assert [slot.starts_at for slot in free_slots(association, MeetingMode.TELEPHONE, day, day)] == [
        at(day, hour, zone=reunion) for hour in (9, 10, 11)
    ]


def test_the_agenda_shows_collisions_and_absences_and_two_in_a_row_are_none(appointments) -> None:
    member = receiving.a_member()
    day = receiving.next_weekday(4, after=2)
    appointments[member.pk] = [a_meeting(day, 9), a_meeting(day, 10), a_meeting(day, 14), a_meeting(day, 14, 30)]
    receiving.away(member, day, start=time(9), end=time(10))
    entries = agenda_of(member, day, day)[0].entries
    assert [entry.is_clash for entry in entries] == [False, False, True, True]
    assert [entry.is_away for entry in entries] == [True, False, False, False]


def test_a_colleague_sees_the_appointments_of_the_days_given_and_no_other(appointments) -> None:
    member = receiving.a_member(first_name="Odile", last_name="Serravoine")
    colleague = receiving.a_member(email="autre@portail.example")
    day = receiving.next_weekday(2, after=3)
    appointments[member.pk] = [a_meeting(day, 9), a_meeting(day + timedelta(days=1), 9)]
    receiving.replaced(member, colleague, day)
    shown = agenda_of(colleague, day, day + timedelta(days=1))
    assert [[entry.replaces for entry in one.entries] for one in shown] == [["Odile Serravoine"], []]
    kept = agenda_of(member, day, day)[0]
    assert kept.replaced_by == str(colleague.user)
    assert busy_at(colleague, at(day, 9, 30), 60) == ["un autre rendez-vous est déjà prévu à cette heure"]


def test_a_proposal_is_told_what_it_collides_with_and_not_with_itself(appointments) -> None:
    member = receiving.a_member()
    day = receiving.next_weekday(2, after=3)
    appointments[member.pk] = [a_meeting(day, 9)]
    assert len(busy_at(member, at(day, 9, 59), 60)) == 1
    assert busy_at(member, at(day, 10), 60) == []
    assert busy_at(member, at(day, 9, 30), 60, but="/x/9/0/") == []
    assert busy_at(member, at(day, 9, 30), 60, but="", more=[]) != []
    receiving.away(member, day)
    assert busy_at(member, at(day, 15), 60) == ["une absence est notée à cette heure"]


def test_an_appointment_of_the_evening_stays_on_its_local_day(appointments) -> None:
    association = receiving.an_association("fv-974", departements=["974"])
    member = receiving.a_member(association)
    day = receiving.next_weekday(3, after=3)
    reunion = ZoneInfo("Indian/Reunion")
    appointments[member.pk] = [a_meeting(day, 1, zone=reunion)]  # still the day before in Paris
    assert [len(one.entries) for one in agenda_of(member, day - timedelta(days=1), day)] == [0, 1]


def test_what_was_agreed_stays_when_hours_are_removed(appointments) -> None:
    member = receiving.a_member()
    day = receiving.next_weekday(2, after=3)
    given = receiving.hours_on(member, day)
    appointments[member.pk] = [a_meeting(day, 9)]
    for _ in range(2):
        remove_availability(availability=given, actor=SYSTEM)
    shown = agenda_of(member, day, day)[0]
    assert len(shown.entries) == 1
    assert shown.open_hours == []


@pytest.mark.parametrize(
    "link",
    [
        "http://visio.example/salle", "javascript:alert(1)", "https://", "https://localhost/x", "//visio.example/",
        "https://nom:mot@visio.example/", "https://visio.example:8443/", "https://visio.example/a b", "https://[/",
        "https://visio.example/\u202e",
    ],
)  # fmt: skip
def test_a_link_that_is_not_a_plain_https_address_is_refused(link: str) -> None:
    member = receiving.a_member()
    with pytest.raises(ActRefused) as refused:
        set_video_link(member=member, link=link, actor=SYSTEM)
    assert refused.value.field == "link"
    saved = set_video_link(member=member, link=" https://visio.example/salle ", actor=SYSTEM)
    assert AssociationMember.objects.get(pk=saved.pk).video_link == "https://visio.example/salle"
