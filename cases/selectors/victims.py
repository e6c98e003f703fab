"""Who is named to whom, and what being an élu changes to an offence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

from accounts.scope import posting_over
from cases.permissions import READ_MINORS_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from accounts.models import User
    from cases.models import Case, Offence, Victim
    from officials.models import ProtectedPerson

FORMER, FAMILY, OFFICIAL = "former", "family", "official"


def reads_minors_names(user: User, case: Case) -> bool:
    """The unit and its chain know the name of a minor; prefecture and CALAE read initials."""
    return posting_over(user, READ_MINORS_NAMES, case) is not None


def name_of_person(person: ProtectedPerson, *, whole: bool) -> str:
    """The name of a protected person for a reader: `whole` is what `reads_minors_names` answers."""
    return person.full_name if whole or not person.is_minor else person.initials


def name_of(victim: Victim, *, whole: bool) -> str:
    """The name of a victim for a reader. The only place that decides it."""
    if victim.protected_person is None:
        return str(victim.official)
    return name_of_person(victim.protected_person, whole=whole)


def quality_on(victim: Victim, day: date) -> tuple[str, date | None]:
    """What the victim was that day: an élu, a former one (and since when), or somebody of the household."""
    if victim.protected_person_id is not None:
        return FAMILY, None
    ended = victim.mandate.ended_on if victim.mandate else None
    return (FORMER, ended) if ended is not None and ended <= day else (OFFICIAL, None)


def aggravations_of(offence: Offence | Any, victims: Iterable[Victim | Any], day: date) -> list[str]:
    """The sentences that the quality of the victims adds to an offence, in the text of that day."""
    found = []
    for victim in victims:
        quality, ended = quality_on(victim, day)
        sentence = getattr(offence, f"aggravation_{quality}")
        if ended is not None and day >= ended + relativedelta(years=offence.former_years):
            sentence = ""
        if sentence and sentence not in found:
            found.append(sentence)
    return found
