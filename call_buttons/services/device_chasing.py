"""Devices that should be back, and tests that were not made: asked for each week, until it is done.

What is due is read from the handovers and the portal's clock: a run that comes late, twice or beside another changes
nothing, because each request has its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.services import Notice, notify_each
from call_buttons.enums import Audience
from call_buttons.models import CallButtonDeviceRules, CallButtonHandover
from call_buttons.services.people import PeopleOver
from cases.enums import TaskKind
from cases.models import CaseTask
from cases.selectors import barred_among
from cases.services import open_role_tasks
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from accounts.models import User
    from cases.models import Case

BATCH = 100
GIVE_BACK = "Faire rendre l'appareil"
PREFECTURE = "Un appareil n'est pas rendu : voir avec l'unité"
LATE_TEST = "Faire l'essai en retard de l'appareil"


@dataclass(frozen=True)
class _Chase:
    """Something to ask again about one handover: of whom, under which key, since how many days."""

    handover: CallButtonHandover
    case: Case
    role: Role
    title: str
    said: str
    path: str
    key: str
    due_at: datetime


def chase_devices() -> int:
    """Ask for what is late: devices to give back and tests. Gives how many handovers were looked at."""
    seen = 0
    last_seen: UUID | None = None
    with clock.steady():
        while batch := _batch_after(last_seen):
            with transaction.atomic():
                _chase(batch)
            seen += len(batch)
            last_seen = batch[-1].pk
    return seen


def _batch_after(last_seen: UUID | None) -> list[CallButtonHandover]:
    tomorrow = clock.today("UTC") + timedelta(days=1)
    late = CallButtonHandover.objects.to_chase(tomorrow).for_page().select_related("grant__case__merged_into")
    late = late.order_by("pk")
    return list((late.filter(pk__gt=last_seen) if last_seen else late)[:BATCH])


def _chase(batch: list[CallButtonHandover]) -> None:
    asked = [chase for handover in batch for chase in _due(handover)]
    if not asked:
        return
    waiting = _waiting(asked)
    for role in (Role.REFERENT, Role.INSTRUCTOR):
        for title in (GIVE_BACK, PREFECTURE, LATE_TEST):
            open_role_tasks(
                kind=TaskKind.OTHER,
                title=title,
                role=role,
                asked=[
                    (one.case, one.due_at, one.path, one.key)
                    for one in asked
                    if (one.role, one.title) == (role, title) and (one.case.pk, one.path, one.role) not in waiting
                ],
            )
    notify_each(_notices(asked))


def _waiting(asked: list[_Chase]) -> set[tuple[object, str, str]]:
    """What is asked already and not done: it is told again, never asked twice."""
    waiting = CaseTask.objects.waiting().filter(case__in={one.case.pk for one in asked})
    return set(waiting.filter(path__in={one.path for one in asked}).values_list("case_id", "path", "role"))


def _due(handover: CallButtonHandover) -> Iterator[_Chase]:
    zone = handover.grant.departement.zone
    today = clock.today(zone)
    rules = CallButtonDeviceRules.on(today)
    evening = datetime.combine(today, time(23, 59), tzinfo=zone)
    page = reverse("call_buttons:handover", args=[handover.pk])
    case = handover.grant.case.holder
    if not handover.is_protected:  # type: ignore[attr-defined]  # annotated by with_protection
        late = _days_since(handover, today)
        turn = late // rules.chase_every_days
        key, path = f"device-return:{handover.pk}", f"{page}#retour"
        said = "un appareil est à faire rendre"
        yield _Chase(handover, case, Role.REFERENT, GIVE_BACK, said, path, f"{key}:{turn}", evening)
        if late >= rules.prefecture_after_days:
            said = "un appareil n'est pas rendu"
            yield _Chase(handover, case, Role.INSTRUCTOR, PREFECTURE, said, path, f"{key}:prefecture:{turn}", evening)
    elif handover.next_test_on < today:
        turn = (today - handover.next_test_on).days // rules.chase_every_days
        key = f"device-test:{handover.pk}:late:{handover.next_test_on}:{turn}"
        said = "un essai d'appareil est en retard"
        yield _Chase(handover, case, Role.REFERENT, LATE_TEST, said, f"{page}#essais", key, evening)


def _days_since(handover: CallButtonHandover, today: date) -> int:
    """Days without a protection."""
    period = handover.grant.period
    return 0 if period.isempty else max((today - period.upper).days, 0)


def _notices(asked: list[_Chase]) -> Iterator[Notice]:
    """Those who hold the role over the term, but those whom the file concerns. A restriction changes nothing: what
    they are told is neutral, and a device does not stay out in silence.
    """
    over = PeopleOver(one.handover.grant for one in asked)
    people: list[tuple[_Chase, list[User]]] = [
        (
            one,
            over.referents(one.handover.grant)
            if one.role == Role.REFERENT
            else over.audience(one.handover.grant, Audience.INSTRUCTOR),
        )
        for one in asked
    ]
    barred = barred_among({one.case.pk for one in asked}, {user.pk for _, users in people for user in users})
    for one, users in people:
        for user in users:
            if (one.case.pk, user.pk) not in barred:
                yield Notice(user, f"{one.case.reference} : {one.said}", one.path, one.key)
