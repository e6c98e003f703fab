"""What is written in a slip, and its two boxes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from core import clock
from core.boxes import lock, open_sealed, unlock
from support.enums import DayPart, Help, Mode, SlipState, WeekDay, Who
from support.models import CONTENT_BYTES

if TYPE_CHECKING:
    from support.models import Slip

KEPT_AFTER = timedelta(days=30)
_LENGTH_BYTES = 4


@dataclass(frozen=True)
class Wish:
    """A moment that the person would like: a day (ISO 8601) of where they are, and a part of it."""

    day: str
    part: str

    @property
    def date(self) -> date:
        return date.fromisoformat(self.day)

    @property
    def part_words(self) -> str:
        return DayPart(self.part).label


@dataclass(frozen=True)
class Moment:
    """An appointment: its moment (ISO 8601, UTC), how long in minutes, and how it is held."""

    at: str
    minutes: int
    mode: str

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def mode_words(self) -> str:
        return Mode(self.mode).label


@dataclass(frozen=True)
class SlipContent:
    """All that a slip says. Nothing of it is stored in clear. Choices are values of `support.enums`."""

    nickname: str
    helps: tuple[str, ...]
    modes: tuple[str, ...]
    # The day it was left, in Paris (ISO 8601).
    made_on: str
    parts: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    who: str = Who.UNSAID
    # Its code, only if the person wished.
    departement: str = ""
    # What the person wishes to say before.
    words: str = ""
    state: str = SlipState.WAITING
    meeting: Moment | None = None
    proposed: Moment | None = None
    # What was answered, in words.
    answer: str = ""
    # The psychologist who answered, by key.
    taken_by: int | None = None
    # Whether the delay to the first appointment is counted.
    is_counted: bool = False
    # In hexadecimal, 32 random bytes: only if the person chose to tie this slip to a referral.
    tie: str = ""

    @property
    def day_made(self) -> date:
        return date.fromisoformat(self.made_on)

    @property
    def expires_on(self) -> date:
        """30 days after the last appointment, or after the slip was left; the day after, once it is cancelled."""
        last = self.day_made
        for moment in (self.meeting, self.proposed):
            if moment is not None:
                last = max(last, moment.starts_at.astimezone(clock.PARIS).date())
        return last + (timedelta(days=1) if self.state == SlipState.CANCELLED else KEPT_AFTER)

    @property
    def first_wish(self) -> date:
        return min((wish.date for wish in self.wishes), default=self.day_made)

    @property
    def help_words(self) -> str:
        return ", ".join(Help(value).label for value in self.helps)

    @property
    def mode_words(self) -> str:
        return " ou ".join(Mode(value).label for value in self.modes)

    @property
    def part_words(self) -> str:
        return ", ".join(DayPart(value).label for value in self.parts)

    @property
    def day_words(self) -> str:
        return ", ".join(WeekDay(value).label for value in self.days)

    @property
    def state_words(self) -> str:
        return SlipState(self.state).label

    @property
    def who_words(self) -> str:
        told = {Who.OFFICIAL: "élu ou élue", Who.RELATIVE: "proche d'un élu"}
        return told.get(Who(self.who), "ne le dit pas")


def content_place(slip_id: object) -> str:
    return f"support_slip|content|{slip_id}"


def code_place(slip_id: object) -> str:
    return f"support_slip|code_box|{slip_id}"


def desk_place(slip_id: object, desk: object) -> str:
    return f"support_slip|desk_box|{slip_id}|{desk}"


def packed(content: SlipContent) -> bytes:
    """The content, as long as any other."""
    told = json.dumps(asdict(content), ensure_ascii=False, separators=(",", ":")).encode()
    whole = len(told).to_bytes(_LENGTH_BYTES, "big") + told
    if len(whole) > CONTENT_BYTES:
        raise ValueError("a slip longer than any form lets it be")
    return whole.ljust(CONTENT_BYTES, b"\0")


def unpacked(whole: bytes) -> SlipContent:
    length = int.from_bytes(whole[:_LENGTH_BYTES], "big")
    told: dict[str, Any] = json.loads(whole[_LENGTH_BYTES : _LENGTH_BYTES + length])
    for name in ("helps", "modes", "parts", "days"):
        told[name] = tuple(told[name])
    told["wishes"] = tuple(Wish(**wish) for wish in told["wishes"])
    for name in ("meeting", "proposed"):
        told[name] = Moment(**told[name]) if told[name] else None
    return SlipContent(**told)


def sealed_content(content: SlipContent, key: bytes, slip_id: object) -> bytes:
    return lock(key, packed(content), place=content_place(slip_id))


def content_by_code(slip: Slip, key: bytes) -> tuple[bytes, SlipContent]:
    """The key of the content and the content. Raises core.boxes.BoxClosed."""
    content_key = unlock(key, bytes(slip.code_box), place=code_place(slip.pk))
    return content_key, _content(slip, content_key)


def content_at_desk(slip: Slip, private: bytes) -> tuple[bytes, SlipContent]:
    """The same, under the desk's key. Raises core.boxes.BoxClosed."""
    content_key = open_sealed(private, bytes(slip.desk_box), place=desk_place(slip.pk, slip.desk))
    return content_key, _content(slip, content_key)


def _content(slip: Slip, content_key: bytes) -> SlipContent:
    return unpacked(unlock(content_key, bytes(slip.content), place=content_place(slip.pk)))
