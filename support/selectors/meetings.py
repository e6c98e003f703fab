"""What an agenda shows, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Meeting:
    """An appointment of somebody who helps: when (UTC), how long, how it is held, with whom, and its page."""

    starts_at: datetime
    minutes: int
    mode: str
    who: str
    url: str
    kind: str
