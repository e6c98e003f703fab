"""Closed days of a département: declared ahead, removed ahead, each with its line in the journal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core import clock
from core.acts import ActRefused
from core.journal import record_act
from core.wording import day_words
from territories.calendar import LONGEST_CLOSURE, closure_around, holiday_name, is_working_day
from territories.models import ClosedDay, ClosureChange, Departement

if TYPE_CHECKING:
    from datetime import date

    from core.journal import Actor

# Beyond it, a year was mistyped.
FARTHEST = timedelta(days=731)


@transaction.atomic
def declare_closed_day(*, departement: Departement, day: date, reason: str, actor: Actor) -> ClosedDay:
    """Declare that the prefecture does not decide on `day`: the last useful day of the terms around it moves earlier.

    Raises ActRefused when the day is past, too far, not worked anyway, declared already, or when it would leave more
    than `LONGEST_CLOSURE` days in a row without a useful one.
    """
    # One declaration at a time in a département: two together could make too long a closure.
    departement = Departement.objects.select_for_update(of=("self",), no_key=True).get(pk=departement.pk)
    today = clock.today(departement.time_zone)
    if day < today:
        raise ActRefused("Ce jour est passé.", field="day")
    if day > today + FARTHEST:
        raise ActRefused("Ce jour est trop lointain : vérifiez l'année.", field="day")
    if day in departement.closed_dates:
        raise ActRefused("Ce jour est déjà déclaré fermé dans ce département.", field="day")
    if not is_working_day(departement, day):
        name = holiday_name(departement, day) or "fin de semaine"
        raise ActRefused(f"Ce jour n'est déjà pas un jour utile : {name}.", field="day")
    if closure_around(departement, day) > LONGEST_CLOSURE:
        raise ActRefused(
            f"Plus de {LONGEST_CLOSURE} jours de suite seraient sans jour utile : une décision ne pourrait plus être"
            " préparée à temps.",
            field="day",
        )
    if not reason.strip():
        raise ActRefused("Écrivez la raison de la fermeture.", field="reason")
    closed = ClosedDay.objects.create(
        departement=departement, day=day, reason=reason.strip()[:100], declared_at=clock.now()
    )
    _record(closed, "jour de fermeture déclaré", actor)
    return closed


@transaction.atomic
def remove_closed_day(*, closed: ClosedDay, actor: Actor) -> None:
    """Take back a closed day that has not come. Raises ActRefused when it is today or past, or removed meanwhile."""
    locked = ClosedDay.objects.select_for_update(of=("self",)).select_related("departement").filter(pk=closed.pk)
    if (found := locked.first()) is None:
        raise ActRefused("Ce jour de fermeture vient d'être retiré.")
    if found.day <= clock.today(found.departement.time_zone):
        raise ActRefused("Un jour de fermeture commencé ou passé reste déclaré.")
    _record(found, "jour de fermeture retiré", actor)
    found.delete()


def _record(closed: ClosedDay, what: str, actor: Actor) -> None:
    ClosureChange.objects.create(departement_id=closed.departement_id, day=closed.day, at=clock.now())
    record_act(
        actor=actor,
        object_type="territories.closedday",
        object_id=str(closed.pk),
        object_label=f"{closed.departement}, {day_words(closed.day)} : {closed.reason}"[:200],
        reason=what,
    )
