"""Eight grants in two time zones, and what must be reminded when: written by hand from the calendar of 2026."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from accounts.enums import Role
from core import clock
from core.models import OutboxMessage
from tests import build

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from call_buttons.models import CallButtonGrant

PARIS, REUNION = "Europe/Paris", "Indian/Reunion"
AUDIENCES = ("referent", "instructor", "official")
# On the last useful day; before it nothing climbs that far in the time of these tests.
MORE_AUDIENCES = {"last_working_day": ("decider", "roster")}
ROSTER = 3  # the decision-maker, the instructor and the head of each team


@dataclass(frozen=True)
class Planned:
    """A grant, and the local day of each of its reminders."""

    name: str
    departement: str
    granted_on: date
    days: dict[str, date]
    has_address: bool = True

    @property
    def zone(self) -> str:
        return REUNION if self.departement == "974" else PARIS

    def due(self, moment: datetime) -> set[tuple[str, str, str]]:
        today = moment.astimezone(clock.ZoneInfo(self.zone)).date()
        return {
            (self.name, kind, who)
            for kind, day in self.days.items()
            if day <= today
            for who in (*AUDIENCES, *MORE_AUDIENCES.get(kind, ()))
        }

    def is_over(self, moment: datetime) -> bool:
        return moment.astimezone(clock.ZoneInfo(self.zone)).date() > self.days["d3"] + timedelta(days=3)


def days(d30: str, d15: str, d7: str, d3: str, last_working_day: str) -> dict[str, date]:
    texts = {"d30": d30, "d15": d15, "d7": d7, "d3": d3, "last_working_day": last_working_day}
    return {kind: date.fromisoformat(text) for kind, text in texts.items()}


D = date
PLANNED = (
    # Over since 2 February, never decided upon.
    Planned("Ancienne", "45", D(2025, 11, 2),
            days("2026-01-03", "2026-01-18", "2026-01-26", "2026-01-30", "2026-02-02")),
    # To Saturday 14 March: the last working day is the Friday.
    Planned("Samedi", "45", D(2025, 12, 14),
            days("2026-02-12", "2026-02-27", "2026-03-07", "2026-03-11", "2026-03-13")),
    Planned("Mercredi", "45", D(2025, 12, 18),
            days("2026-02-16", "2026-03-03", "2026-03-11", "2026-03-15", "2026-03-18")),
    # To Easter Sunday.
    Planned("Pâques", "45", D(2026, 1, 5),
            days("2026-03-06", "2026-03-21", "2026-03-29", "2026-04-02", "2026-04-03"), has_address=False),
    Planned("Avril", "45", D(2026, 1, 14),
            days("2026-03-15", "2026-03-30", "2026-04-07", "2026-04-11", "2026-04-14")),
    Planned("Mercredi-Réunion", "974", D(2025, 12, 18),
            days("2026-02-16", "2026-03-03", "2026-03-11", "2026-03-15", "2026-03-18")),
    Planned("Vendredi-Réunion", "974", D(2025, 12, 20),
            days("2026-02-18", "2026-03-05", "2026-03-13", "2026-03-17", "2026-03-20")),
    Planned("Avril-Réunion", "974", D(2026, 1, 14),
            days("2026-03-15", "2026-03-30", "2026-04-07", "2026-04-11", "2026-04-14"), has_address=False),
)  # fmt: skip


def due_at(moment: datetime) -> set[tuple[str, str, str]]:
    """(élu, moment, audience) of every reminder that must exist at `moment`."""
    return set().union(*(planned.due(moment) for planned in PLANNED))


def mailed_at(moment: datetime) -> set[tuple[str, str, str]]:
    """Those that have somebody to write to."""
    mute = {planned.name for planned in PLANNED if not planned.has_address}
    return {(name, kind, who) for name, kind, who in due_at(moment) if who != "official" or name not in mute}


def messages_at(moment: datetime) -> int:
    """How many messages carry them."""
    mailed = mailed_at(moment)
    return len(mailed) + (ROSTER - 1) * sum(who == "roster" for _, _, who in mailed)


def expired_at(moment: datetime) -> int:
    return sum(planned.is_over(moment) for planned in PLANNED)


def grant_them_all() -> None:
    """By the real services, at the moment of each. What they announce is not what is looked at here."""
    for planned in PLANNED:
        at = build.at(planned.granted_on.year, planned.granted_on.month, planned.granted_on.day, zone=planned.zone)
        with clock.replayed_at(at):
            grant(planned, *team_of(planned.departement))
    OutboxMessage.objects.all().delete()


def team_of(departement: str) -> tuple[User, User, User]:
    unit = build.a_unit(departement_code=departement)
    if not (users := build.User.objects.filter(email__endswith=f"@{departement}.example")):
        build.posted(Role.INSTRUCTOR, departement_code=departement, email=f"instructor@{departement}.example")
        for role in (Role.UNIT_HEAD, Role.DECIDER):
            build.posted(role, departement_code=departement, email=f"{role}@{departement}.example")
        build.referent(unit, email=f"referent@{departement}.example")
    referent, head, decider = (users.get(postings__role=role) for role in (Role.REFERENT, Role.UNIT_HEAD, Role.DECIDER))
    return referent, head, decider


def grant(planned: Planned, referent: User, head: User, decider: User) -> CallButtonGrant:
    official = build.an_official(planned.name)
    if planned.has_address:
        official.email = f"{planned.granted_on}.{planned.departement}@elus.example"
        official.save(update_fields=["email"])
    threat = build.a_threat(user=referent, official=official)
    build.validated(threat, head=head)
    return build.granted(build.a_request(threat=threat), by=decider)
