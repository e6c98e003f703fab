"""What the portal asks by itself: is everything still right, and, after a mandate, is it kept?

What is due is read from the registrations and the portal's clock: a run that comes late, twice or beside another
changes nothing, because each asking has its key. Nothing is ever removed for want of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import Notice, notify_each
from alarm_registry.enums import AskingKind
from alarm_registry.models import RegistrationAsking
from alarm_registry.selectors.registrations import moment_of, to_ask
from alarm_registry.services.notices import tell_people
from core import clock
from core.batches import BATCH, written_or_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from alarm_registry.models import Registration

TO_THE_PERSON = {
    AskingKind.CONFIRM: "relisez votre inscription et confirmez que tout est encore juste.",
    AskingKind.UNCONFIRMED: "votre inscription n'est pas reconfirmée. Le 17 en est averti. Relisez-la et confirmez.",
    AskingKind.MANDATE: "votre mandat est terminé. Dites si vous gardez votre inscription ou si vous la retirez.",
}
TO_THE_UNIT = {
    AskingKind.UNCONFIRMED: "une inscription n'est pas reconfirmée. Appelez la personne.",
    AskingKind.MANDATE: "un mandat est terminé. Demandez à la personne si elle garde son inscription.",
}


@dataclass
class AskingsIncomplete(Exception):
    """Some could not be asked: the others were, and these are tried again at the next run."""

    asked: int
    failed: int


def ask_what_is_due(kinds: Iterable[AskingKind] = AskingKind) -> int:
    """Ask for every confirmation and every choice that is due now. Gives how many; raises AskingsIncomplete."""
    asked = failed = 0
    with clock.steady():
        for kind in kinds:
            for batch in _batches(kind):
                done, undone = written_or_alone(batch, partial(_ask, kind), failure="alarm_asking_failed")
                asked, failed = asked + done, failed + undone
    if failed:
        raise AskingsIncomplete(asked, failed)
    return asked


def _batches(kind: AskingKind) -> Iterator[list[Registration]]:
    last: UUID | None = None
    while True:
        due = to_ask(kind).select_related("official__user", "unit__departement").order_by("pk")
        batch = list((due.filter(pk__gt=last) if last else due)[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


@transaction.atomic
def _ask(kind: AskingKind, batch: list[Registration]) -> int:
    moments = {row.pk: moment_of(row, kind) for row in batch}
    keys: dict[object, str] = {pk: f"alarm:{kind}:{pk}:{moment:%Y%m%d%H%M%S%f}" for pk, moment in moments.items()}
    # Two runs at once write one: what follows has the same keys, and is once too.
    RegistrationAsking.objects.bulk_create(
        [RegistrationAsking(registration=row, kind=kind, since=moments[row.pk], at=clock.now()) for row in batch],
        ignore_conflicts=True,
    )
    tell_people(batch, text=TO_THE_PERSON[kind], keys=keys)
    if words := TO_THE_UNIT.get(kind):
        units = {row.unit_id: row.unit for row in batch}
        referents = {pk: people_over(unit, [Role.REFERENT]) for pk, unit in units.items()}
        notify_each(
            Notice(user, f"Alarme élu : {words}", reverse("alarm_registry:registration", args=[row.pk]), keys[row.pk])
            for row in batch
            for user in referents[row.unit_id]
        )
    return len(batch)
