"""The software of a centre searches in the name of an agent: same journal, same limits, one more for them all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alarm_registry.enums import AlertKind
from alarm_registry.models import Lookup
from alarm_registry.selectors.centres import reach_of_centre
from alarm_registry.services.alerts import raise_alert
from alarm_registry.services.caller import Caller
from alarm_registry.services.limits import TooFast, limits_in_force, pause_after
from core import clock
from core.journal import Actor

if TYPE_CHECKING:
    from alarm_registry.models import CentreToken

# The software says itself who its agent is: a name for each search would have no limit. A centre has that many times
# the limit of one person.
POSTS = 10
WINDOW = timedelta(minutes=5)


def caller_of_software(token: CentreToken, *, agent: str, address: str | None) -> Caller:
    return Caller(
        departement=token.departement,
        reach=reach_of_centre(token.departement_id),
        actor=_actor(token, f"{token.label} — {agent}", address),
        through_api=True,
    )


def _actor(token: CentreToken, label: str, address: str | None) -> Actor:
    return Actor(
        user_id=None,
        label=label,
        posting_id=None,
        posting_label=f"logiciel du centre {token.departement.name_of}",
        address=address,
    )


def check_centre_pace(token: CentreToken, *, forced: bool, address: str | None) -> None:
    """Ask for a pause when the software of the centre searches more than all its posts would: raises TooFast while it
    runs, unless `forced`. Its supervisor is told either way. As for a person, it is never more than the pause.
    """
    limits = limits_in_force()
    most = POSTS * limits.in_five_minutes
    recent = Lookup.objects.filter(departement=token.departement_id, through_api=True, at__gt=clock.now() - WINDOW)
    moments = list(recent.order_by("-at").values_list("at", flat=True)[: most + 1])
    if len(moments) <= most:
        return
    # In the name of the software: whoever it says is searching, it is one alert.
    software = Caller(token.departement, frozenset(), _actor(token, token.label, address), through_api=True)
    raise_alert(software, AlertKind.FORCED if forced else AlertKind.VOLUME, len(moments))
    if not forced and (left := pause_after(moments[0], limits)):
        raise TooFast(left)
