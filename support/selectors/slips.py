"""Slips read: by whoever has the code, or by a psychologist whose desk is open. By nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from core import clock
from core.boxes import BoxClosed
from support.enums import ENDED_STATES, SlipState
from support.models import Slip
from support.selectors.codes import keys_of
from support.selectors.contents import SlipContent, content_at_desk, content_by_code
from support.selectors.meetings import Meeting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

# A list of the desk shows as many at most: people come back to it.
LISTED = 100


@dataclass(frozen=True)
class OpenedDesk:
    """The desk while a psychologist works there: which key, its private half, and who."""

    desk: UUID
    private: bytes
    user_id: int


@dataclass(frozen=True)
class OpenedSlip:
    """A slip, read. `key` encrypts its content."""

    slip: Slip
    key: bytes
    content: SlipContent

    @property
    def id(self) -> UUID:
        return self.slip.pk


def find_by_code(code: str) -> OpenedSlip | None:
    """The slip that `code` opens; None for a code that is false, unknown, cancelled or expired, without telling which.

    One slow hash and one query, whatever was typed.
    """
    keys = keys_of(code)
    slip = Slip.objects.live().filter(locator=keys.locator).first()
    if slip is None:
        return None
    try:
        return OpenedSlip(slip, *content_by_code(slip, keys.key))
    except BoxClosed:
        return None


def find_at_desk(desk: OpenedDesk, slip_id: UUID) -> OpenedSlip | None:
    slip = Slip.objects.live().filter(pk=slip_id, desk=desk.desk).first()
    return _at_desk(desk, slip) if slip is not None else None


def _at_desk(desk: OpenedDesk, slip: Slip) -> OpenedSlip | None:
    try:
        return OpenedSlip(slip, *content_at_desk(slip, desk.private))
    except BoxClosed:
        return None


def slips_of(desk: OpenedDesk) -> Iterator[OpenedSlip]:
    """Every live slip that this desk opens, in no order. About 0.2 ms each."""
    for slip in Slip.objects.live().filter(desk=desk.desk).order_by("pk"):
        opened = _at_desk(desk, slip)
        if opened is not None:
            yield opened


def slips_listed(
    desk: OpenedDesk, *, wanted: str = "", help_: str = "", departement: str = ""
) -> tuple[list[OpenedSlip], int]:
    """At most LISTED of them, the oldest wish first, and how many there are.

    `wanted`: nothing for what waits for the desk, « suivies » for those that have an answer, « finies ».
    """
    groups = {
        "": (SlipState.WAITING, SlipState.MOVING),
        "suivies": (SlipState.CONFIRMED, SlipState.PROPOSED),
        "finies": ENDED_STATES,
    }
    found = [
        opened
        for opened in slips_of(desk)
        if opened.content.state in groups[wanted]
        and (not help_ or help_ in opened.content.helps)
        and (not departement or departement == opened.content.departement)
    ]
    found.sort(key=lambda opened: (opened.content.first_wish, opened.content.nickname, opened.id))
    return found[:LISTED], len(found)


def meetings_of(desk: OpenedDesk, first_day: date, last_day: date) -> list[Meeting]:
    """The appointments that whoever opened the desk gave, from a day of Paris to another, both included, by hour."""
    start = datetime.combine(first_day, time(), tzinfo=clock.PARIS)
    end = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=clock.PARIS)
    found = []
    for opened in slips_of(desk):
        moment = opened.content.meeting
        is_mine = opened.content.state == SlipState.CONFIRMED and opened.content.taken_by == desk.user_id
        if moment is None or not is_mine or not start <= moment.starts_at < end:
            continue
        url = reverse("support:slip", args=[opened.id])
        found.append(
            Meeting(
                starts_at=moment.starts_at,
                minutes=moment.minutes,
                mode=moment.mode_words,
                who=opened.content.nickname,
                url=url,
                kind="demande sans nom",
            )
        )
    return sorted(found, key=lambda meeting: (meeting.starts_at, meeting.who))
