from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from cases.models import Offence
from cases.selectors import aggravations_of
from core.forms import HintedLabel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def offence_choices(
    nature: str, day: date, *, victims: Iterable[Any] = (), chosen: Iterable[str] = ()
) -> list[tuple[str, HintedLabel]]:
    """The offences of that day which fit the nature of the fact, each with what the quality of the victims adds."""
    people = list(victims)
    fitting = Offence.objects.in_force_on(day).filter(Q(natures__contains=[nature]) | Q(code__in=list(chosen)))
    return [
        (offence.code, HintedLabel(str(offence), " ".join(aggravations_of(offence, people, day))))
        for offence in fitting.order_by("rank", "pk")
    ]
