"""What an act answers when it does not take place. Messages are French: pages show them as they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.acts import ActRefused

__all__ = ["ActRefused", "Conflict", "UnevaluatedThreat"]


class UnevaluatedThreat(ActRefused):
    """A file cannot be closed while a threat waits for its evaluation."""


class Conflict(Exception):
    """Somebody saved between the moment the page was opened and now. Nothing was written.

    `who` and `at` name the other save; `stored` gives the value that stands now for each field of the form.
    """

    def __init__(self, *, who: str, at: datetime, stored: dict[str, Any], version: int) -> None:
        super().__init__("concurrent change")
        self.who = who
        self.at = at
        self.stored = stored
        self.version = version
