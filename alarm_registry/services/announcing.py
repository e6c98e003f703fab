"""The limits of the searches: dated, announced ahead, never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from alarm_registry.models import LookupLimits
from core import clock
from core.acts import ActRefused
from core.journal import record_act
from core.wording import day_words

if TYPE_CHECKING:
    from datetime import date

    from core.journal import Actor


@transaction.atomic
def announce_limits(*, in_force_from: date, actor: Actor, **values: int) -> LookupLimits:
    """Limits in force everywhere from a day to come, in Paris; `values` are the other fields.

    Raises ActRefused for today or before, whose searches are already judged, or for a day that has its limits.
    """
    if in_force_from <= clock.today(clock.PARIS):
        raise ActRefused(
            "Les recherches d'aujourd'hui se font sous les limites d'aujourd'hui : choisissez demain ou plus tard.",
            field="in_force_from",
        )
    try:
        with transaction.atomic():
            limits = LookupLimits.objects.create(in_force_from=in_force_from, **values)
    except IntegrityError as error:
        if "in_force_from" not in str(error):
            raise
        raise ActRefused("Des limites sont déjà prévues pour ce jour.", field="in_force_from") from error
    record_act(
        actor=actor,
        object_type="alarm_registry.lookuplimits",
        object_id=str(limits.pk),
        object_label=f"limites depuis le {day_words(in_force_from)}",
        reason="limites des recherches du 17 annoncées",
    )
    return limits
