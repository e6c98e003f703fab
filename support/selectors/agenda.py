"""The agenda of somebody who helps: appointments from every source, day by day, with what they collide with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from core import clock
from core.wording import time_words, zone_words
from support.enums import MeetingMode
from support.models import Absence, Availability, Replacement
from support.models.hours import MINUTES_OF_A_DAY
from support.selectors.meetings import Meeting
from territories.calendar import holiday_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg.types.range import Range

    from support.models import AssociationMember

A_DAY = timedelta(days=1)
Source = Callable[["AssociationMember", date, date], list[Meeting]]
# Where appointments come from: each gives those of one member from a day to another, both counted, on the calendar of
# Paris. They are asked for a day more on each side, then cut to the days of the agenda's own zone.
SOURCES: list[Source] = []


@dataclass(frozen=True)
class Entry:
    """One appointment on a day of the agenda."""

    meeting: Meeting
    starts_at: datetime
    # Whose appointment it is, when a colleague is replaced.
    replaces: str = ""
    is_clash: bool = False
    is_away: bool = False

    @property
    def mode(self) -> str:
        return MeetingMode(self.meeting.mode).label if self.meeting.mode in MeetingMode.values else self.meeting.mode

    @property
    def hours_words(self) -> str:
        end = self.starts_at + timedelta(minutes=self.meeting.minutes)
        return f"{time_words(self.starts_at)} à {time_words(end)}"


@dataclass
class AgendaDay:
    day: date
    entries: list[Entry] = field(default_factory=list)
    open_hours: list[Availability] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    holiday: str = ""
    # The colleague who keeps that day's appointments.
    replaced_by: str = ""
    is_today: bool = False

    @property
    def is_empty(self) -> bool:
        shown = (self.entries, self.open_hours, self.absences, self.holiday, self.replaced_by)
        return not any(shown)


@dataclass
class Week:
    """What one reads of a member from a day to another, before it becomes an agenda or free slots."""

    meetings: list[tuple[Meeting, str]]
    availabilities: list[Availability]
    absences: list[Absence]
    replaced: list[Replacement]


def zone_of(member: AssociationMember) -> ZoneInfo:
    """The zone in which his agenda reads: that of the association's départements when they share one, else Paris."""
    zones = {departement.time_zone for departement in member.association.departements.all()}
    return ZoneInfo(zones.pop()) if len(zones) == 1 else clock.PARIS


def zone_name(zone: ZoneInfo) -> str:
    """« heure de La Réunion », or « heure de Paris »: an agenda always says it."""
    return zone_words(clock.now().astimezone(zone)) or "heure de Paris"


def at_minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when the clocks of `zone` show that minute of `day`; 1440 is the next midnight."""
    days, rest = divmod(minute, MINUTES_OF_A_DAY)
    wall = datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60)), tzinfo=zone)
    return wall.astimezone(UTC)


def overlap(start: datetime, minutes: int, other: Meeting) -> bool:
    end = start + timedelta(minutes=minutes)
    return start < other.starts_at + timedelta(minutes=other.minutes) and other.starts_at < end


def read_week(member: AssociationMember, first_day: date, last_day: date) -> Week:
    """Three queries, and one for each source and each colleague replaced."""
    zone = zone_of(member)
    replacements = list(
        Replacement.objects.during(first_day, last_day)
        .filter(member__association=member.association_id)
        .select_related("member__user", "member__association", "colleague__user")
        .prefetch_related("member__association__departements")
        .order_by("period", "pk")
    )
    meetings = [(meeting, "") for meeting in _from_sources(member, first_day, last_day)]
    for one in replacements:
        if one.colleague_id == member.pk:
            first, last = max(first_day, one.first_day), min(last_day, one.last_day)
            meetings += [
                (meeting, str(one.member.user))
                for meeting in _from_sources(one.member, first, last)
                if meeting.starts_at.astimezone(zone).date() in one.period
            ]
    within = [
        (meeting, whose)
        for meeting, whose in meetings
        if first_day <= meeting.starts_at.astimezone(zone).date() <= last_day
    ]
    days = (first_day, last_day + timedelta(days=1))
    return Week(
        meetings=within,
        availabilities=list(
            Availability.objects.filter(member=member, period__overlap=days)
            .select_related("departement", "place")
            .order_by("hours", "pk")
        ),
        absences=list(Absence.objects.filter(member=member, period__overlap=days).order_by("period", "pk")),
        replaced=[one for one in replacements if one.member_id == member.pk],
    )


def _from_sources(member: AssociationMember, first_day: date, last_day: date) -> list[Meeting]:
    around = (first_day - A_DAY, last_day + A_DAY)
    return [meeting for source in SOURCES for meeting in source(member, *around)]


def agenda_of(
    member: AssociationMember, first_day: date, last_day: date, *, more: Iterable[Meeting] = ()
) -> list[AgendaDay]:
    """The days of the agenda, both ends counted. `more` holds appointments that only an opened desk can read."""
    zone = zone_of(member)
    week = read_week(member, first_day, last_day)
    today = clock.today(zone)
    days = {
        day: AgendaDay(day, is_today=day == today)
        for day in (first_day + timedelta(days=count) for count in range((last_day - first_day).days + 1))
    }
    for day, shown in days.items():
        shown.absences = [absence for absence in week.absences if day in absence.period]
        shown.open_hours = [one for one in week.availabilities if is_open_on(one, day)]
        shown.replaced_by = next((str(one.colleague.user) for one in week.replaced if day in one.period), "")
    _name_holidays(member, days)
    for meeting, whose in [*week.meetings, *((one, "") for one in more)]:
        local = meeting.starts_at.astimezone(zone)
        if found := days.get(local.date()):
            away = any(_covers_minutes(absence.hours, local, meeting.minutes) for absence in found.absences)
            # A day kept by a colleague is his: it stays readable here, and is no collision.
            found.entries.append(Entry(meeting, local, whose, is_away=away and not found.replaced_by))
    _mark_clashes(list(days.values()))
    return list(days.values())


def is_open_on(availability: Availability, day: date) -> bool:
    """A feast closes what returns every week, not a day given for itself."""
    if availability.weekday != day.isoweekday() or day not in availability.period:
        return False
    return availability.single_day is not None or not holiday_name(availability.departement, day)


def is_absent(absences: Iterable[Absence], day: date, hours: Range[int]) -> bool:
    """Whether some minutes of `hours` on that day are those of an absence."""
    for absence in absences:
        if day in absence.period and (absence.hours is None or _ranges_meet(absence.hours, hours)):
            return True
    return False


def _ranges_meet(one: Range[int], other: Range[int]) -> bool:
    return cast("int", one.lower) < cast("int", other.upper) and cast("int", other.lower) < cast("int", one.upper)


def _covers_minutes(hours: Range[int] | None, local: datetime, minutes: int) -> bool:
    start = local.hour * 60 + local.minute
    return hours is None or (start < (hours.upper or 0) and (hours.lower or 0) < start + minutes)


def _name_holidays(member: AssociationMember, days: dict[date, AgendaDay]) -> None:
    places = list(member.association.departements.all())
    for day, shown in days.items():
        names = {holiday_name(departement, day) for departement in places}
        # A feast of one département only does not close the agenda of an association of several.
        shown.holiday = names.pop() if len(names) == 1 else ""


def _mark_clashes(days: list[AgendaDay]) -> None:
    """Every appointment that another one overlaps, on the same day or across midnight."""
    every = sorted((entry for day in days for entry in day.entries), key=lambda entry: entry.starts_at)
    clashing = set()
    for index, entry in enumerate(every):
        for after in every[index + 1 :]:
            if not overlap(entry.meeting.starts_at, entry.meeting.minutes, after.meeting):
                break
            clashing |= {id(entry), id(after)}
    for day in days:
        marked = [replace(entry, is_clash=id(entry) in clashing) for entry in day.entries]
        day.entries = sorted(marked, key=lambda entry: (entry.starts_at, entry.meeting.url))


def busy_at(
    member: AssociationMember, starts_at: datetime, minutes: int, *, more: Iterable[Meeting] = (), but: str = ""
) -> list[str]:
    """Why this time is not free, in words; nothing when it is. To be shown beside a proposal, which stays possible.

    `but` is the page of the appointment that moves: it does not collide with itself.
    """
    zone = zone_of(member)
    local = starts_at.astimezone(zone)
    week = read_week(member, local.date() - timedelta(days=1), local.date() + timedelta(days=1))
    reasons = []
    taken = [meeting for meeting, _ in week.meetings] + list(more)
    if any(overlap(starts_at, minutes, meeting) for meeting in taken if not but or meeting.url != but):
        reasons.append("un autre rendez-vous est déjà prévu à cette heure")
    if any(
        local.date() in absence.period and _covers_minutes(absence.hours, local, minutes) for absence in week.absences
    ):
        reasons.append("une absence est notée à cette heure")
    if any(local.date() in one.period for one in week.replaced):
        reasons.append("un remplacement est noté ce jour-là")
    return reasons
