from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cases.models import UrgencyDelay, UrgencyDelayChange
from cases.services.errors import ActRefused, Conflict
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor


def delay_words(delay: UrgencyDelay) -> str:
    climb = f"hiérarchie +{delay.hierarchy_hours} h, préfecture +{delay.prefecture_hours} h"
    return f"{delay.hours} h, {climb}"


@transaction.atomic
def change_delay(
    *,
    urgency: str,
    version: int,
    hours: int,
    hierarchy_hours: int,
    prefecture_hours: int,
    reason: str,
    user: User,
    actor: Actor,
) -> UrgencyDelay:
    """Change the delays of an urgency, for the evaluations opened from now on; those under way keep their term.

    Raises Conflict when somebody changed it meanwhile, ActRefused without a reason or when it is out of bounds.
    """
    delay = UrgencyDelay.objects.select_for_update().get(urgency=urgency)
    if delay.version != version:
        last = UrgencyDelayChange.objects.filter(urgency=urgency).select_related("changed_by").first()
        stored = {name: getattr(delay, name) for name in ("hours", "hierarchy_hours", "prefecture_hours")}
        raise Conflict(
            who=str(last.changed_by) if last else "Quelqu'un",
            at=last.at if last else clock.now(),
            stored=stored,
            version=delay.version,
        )
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi ce délai change.", field="reason")
    if not 1 <= hours <= 720:
        raise ActRefused("Un délai va de 1 heure à 720 heures (30 jours).", field="hours")
    if not 1 <= hierarchy_hours < prefecture_hours <= 1440:
        raise ActRefused("La préfecture est prévenue après la hiérarchie, 60 jours au plus.", field="prefecture_hours")
    before = delay_words(delay)
    delay.hours, delay.hierarchy_hours, delay.prefecture_hours = hours, hierarchy_hours, prefecture_hours
    if delay_words(delay) == before:
        return delay
    delay.version += 1
    delay.save()
    UrgencyDelayChange.objects.create(
        urgency=urgency,
        at=clock.now(),
        changed_by=user,
        before=before,
        after=delay_words(delay),
        reason=reason.strip()[:400],
    )
    record_act(
        actor=actor,
        object_type="cases.urgencydelay",
        object_id=urgency,
        object_label=delay.get_urgency_display(),
        reason=f"délai d'évaluation : {before} → {delay_words(delay)}",
    )
    return delay
