"""What an act answers when it does not take place. Messages are French: pages show them as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class ActRefused(Exception):
    """A rule refuses the act. `str(error)` is the sentence for the person."""


class UnevaluatedThreat(ActRefused):
    """A file cannot be closed while a threat waits for its evaluation."""


@dataclass(frozen=True)
class FieldChange:
    """What somebody else changed meanwhile: the field, the value that stands now."""

    field: str
    label: str
    stored: str


class Conflict(Exception):
    """Somebody saved between the moment the page was opened and now. Nothing was written.

    `who` and `at` name the other save; `changes` lists the fields that differ from what was just typed.
    """

    def __init__(self, *, who: str, at: datetime | None, changes: list[FieldChange], version: int) -> None:
        super().__init__("concurrent change")
        self.who = who
        self.at = at
        self.changes = changes
        self.version = version
