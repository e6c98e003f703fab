"""What waits for those who help: each part says it in a line, with where to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.models import AssociationMember


@dataclass(frozen=True)
class Waiting:
    """« 2 orientations à répondre », why it matters, and the page. A count of zero is shown: nothing waits there."""

    what: str
    count: int
    about: str
    url: str


Question = Callable[["AssociationMember"], Waiting | None]
# What the home page of a psychologist asks, in the order of the page. None: nothing to say to this person.
QUESTIONS: list[Question] = []


def waiting_for(member: AssociationMember) -> list[Waiting]:
    return [found for found in (question(member) for question in QUESTIONS) if found is not None]
