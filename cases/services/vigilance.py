"""Vigilance: an instruction to units, acknowledged, carried out in one tap, ended at its hour with a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import notify
from cases.enums import VIGILANCE_KINDS, EventKind, MeasureState, TaskKind
from cases.models import VigilanceOrder, VigilancePassage, VigilanceUnit
from cases.selectors.night import ACKNOWLEDGE_WITHIN
from cases.selectors.vigilance import vigilance_report
from cases.services.errors import ActRefused
from cases.services.evaluations import lock_case
from cases.services.measures.shared import (
    ask_for_review,
    check_version,
    locked_measure,
    measure_path,
    require,
    role_over,
    save_measure,
    tell,
)
from cases.services.tasks import finish_tasks, open_task
from cases.services.timeline import add_event
from core import clock
from core.journal import SYSTEM, record_act
from core.wording import local_datetime_words, plural_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import Unit, User
    from cases.models import ProtectiveMeasure
    from core.journal import Actor
    from territories.models import Commune

UNIT_ROLES = (Role.REFERENT, Role.UNIT_HEAD)
ONE_TAP = timedelta(minutes=2)
LONGEST = timedelta(days=92)
BATCH = 100


@dataclass(frozen=True)
class Instruction:
    """What the units are asked: where, when, what, and which units."""

    commune: Commune
    address: str
    text: str
    starts_at: datetime
    ends_at: datetime
    units: Sequence[Unit]


@transaction.atomic
def give_vigilance_order(
    *, measure: ProtectiveMeasure, version: int, instruction: Instruction, user: User, actor: Actor
) -> VigilanceOrder:
    """Put a decided vigilance in force by its instruction, and tell the units addressed.

    Raises ActRefused when it is not a vigilance, or on hours that make no sense; Conflict when it changed.
    """
    measure = locked_measure(measure)
    known = VigilanceOrder.objects.filter(measure=measure, given_by=user).first()
    if known is not None and measure.state == MeasureState.IN_FORCE:
        return known  # a second click
    if measure.kind not in VIGILANCE_KINDS:
        raise ActRefused("Cette mesure n'est pas une vigilance : elle se commence par une date.")
    require(measure, MeasureState.IN_FORCE)
    check_version(measure, version)
    _check_hours(instruction)
    zone = instruction.commune.departement.zone
    first = instruction.starts_at.astimezone(zone).date()
    last = (instruction.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    measure.state = MeasureState.IN_FORCE
    measure.period = DateRange(first, last + timedelta(days=1))
    measure.review_on = None
    save_measure(measure, actor)
    order = VigilanceOrder.objects.create(
        measure=measure,
        commune=instruction.commune,
        address=instruction.address.strip(),
        instruction=instruction.text.strip(),
        starts_at=instruction.starts_at,
        ends_at=instruction.ends_at,
        zone=instruction.commune.departement.time_zone,
        given_by=user,
        given_at=clock.now(),
    )
    units = {unit.pk: unit for unit in instruction.units}.values()
    rows = VigilanceUnit.objects.bulk_create(VigilanceUnit(order=order, unit=unit) for unit in units)
    words = f"Consigne donnée à {plural_words(len(rows), 'unité', 'unités')}, du {_words(order, order.starts_at)}"
    tell(measure, EventKind.MEASURE_STARTED, f"{words} au {_words(order, order.ends_at)}.", user, actor)
    for row in rows:
        _ask_to_acknowledge(measure, row)
    ask_for_review(measure)
    return order


def _check_hours(instruction: Instruction) -> None:
    if not instruction.units:
        raise ActRefused("Choisissez au moins une unité.", field="units")
    if instruction.ends_at <= instruction.starts_at:
        raise ActRefused("La fin vient après le début.", field="end_time")
    if instruction.ends_at <= clock.now():
        raise ActRefused("Cette période est déjà passée.", field="end_date")
    if instruction.ends_at - instruction.starts_at > LONGEST:
        raise ActRefused("Une consigne dure trois mois au plus : elle se renouvelle par une autre.", field="end_date")


def _words(order: VigilanceOrder, moment: datetime) -> str:
    return local_datetime_words(moment, order.zone)


def _ask_to_acknowledge(measure: ProtectiveMeasure, row: VigilanceUnit) -> None:
    notify(
        users=people_over(row.unit, UNIT_ROLES),
        text="Une consigne de vigilance est adressée à votre unité : accusez réception",
        path=reverse("vigilance:list"),
        dedupe_key=f"vigilance-given:{row.pk}",
    )
    open_task(
        case=measure.case,
        kind=TaskKind.ACKNOWLEDGE,
        title=f"Obtenir l'accusé de réception d'une consigne : {row.unit}",
        role=Role.REFERENT,
        due_at=clock.now() + ACKNOWLEDGE_WITHIN,
        path=measure_path(measure),
        dedupe_key=f"vigilance-ack:{measure.pk}:{row.pk}",
    )


@transaction.atomic
def acknowledge_vigilance(*, row: VigilanceUnit, user: User, actor: Actor) -> VigilanceUnit:
    """A unit says that it has the instruction. The second one changes nothing."""
    case = lock_case(row.order.measure.case_id)
    row = _locked_row(row)
    if row.acknowledged_at is not None:
        return row
    _check_current(row.order)
    row.acknowledged_by, row.acknowledged_at = user, clock.now()
    row.save(update_fields=["acknowledged_by", "acknowledged_at"])
    add_event(
        case=case,
        kind=EventKind.VIGILANCE_ACKNOWLEDGED,
        sentence=f"Consigne de vigilance reçue par : {row.unit}.",
        user=user,
        actor=actor,
    )
    prefix = f"vigilance-ack:{row.order.measure_id}:{row.pk}"
    finish_tasks(case=case, prefix=prefix, user=user, outcome="accusé de réception donné")
    return row


@transaction.atomic
def log_passage(*, row: VigilanceUnit, user: User, actor: Actor) -> VigilancePassage:
    """A patrol passed. Two taps of one person within two minutes count once; passing acknowledges.

    Raises ActRefused before the instruction starts and after it ends.
    """
    now = clock.now()
    if row.acknowledged_at is None:
        acknowledge_vigilance(row=row, user=user, actor=actor)
    row = _locked_row(row)
    _check_current(row.order)
    if row.order.starts_at > now:
        raise ActRefused(f"Cette consigne commence le {_words(row.order, row.order.starts_at)}.")
    recent = row.passages.filter(by=user, at__gt=now - ONE_TAP, at__lte=now).order_by("-at").first()
    if recent is not None:
        return recent
    passage = VigilancePassage.objects.create(addressed=row, at=now, by=user)
    record_act(
        actor=actor,
        object_type="cases.vigilancepassage",
        object_id=str(passage.pk),
        object_label=str(row.unit),
        reason="passage effectué",
    )
    return passage


@transaction.atomic
def add_passage_note(*, passage: VigilancePassage, note: str, user: User, actor: Actor) -> VigilancePassage:
    """Add, once, what the patrol saw. Raises ActRefused when a line is there, or when somebody else passed."""
    passage = VigilancePassage.objects.select_for_update(of=("self",)).get(pk=passage.pk)
    if passage.note == note.strip():
        return passage
    if passage.note:
        raise ActRefused("Une ligne est déjà écrite pour ce passage : notez un nouveau passage.", field="note")
    if passage.by_id != user.pk:
        raise ActRefused("La personne qui est passée écrit la ligne.")
    passage.note = note.strip()
    passage.save(update_fields=["note"])
    record_act(
        actor=actor, object_type="cases.vigilancepassage", object_id=str(passage.pk), reason="ligne ajoutée au passage"
    )
    return passage


def _locked_row(row: VigilanceUnit) -> VigilanceUnit:
    queryset = VigilanceUnit.objects.select_for_update(of=("self",), no_key=True)
    return queryset.select_related("order__measure", "unit").get(pk=row.pk)


def _check_current(order: VigilanceOrder) -> None:
    if order.ends_at <= clock.now() or order.measure.state != MeasureState.IN_FORCE:
        raise ActRefused("Cette consigne est terminée.")


# --- What the jobs do: their queries say what is due ----------------------------------------------


def chase_vigilance() -> int:
    """Tell again those who have not acknowledged, every four hours, and the owner. Once per period and person."""
    now = clock.now()
    rows = VigilanceUnit.objects.unacknowledged().current(now).filter(order__given_at__lte=now - ACKNOWLEDGE_WITHIN)
    rows = rows.select_related("unit", "order__measure__owner", "order__measure__case")
    count = 0
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        turn = (now - row.order.given_at) // ACKNOWLEDGE_WITHIN
        measure = row.order.measure
        with transaction.atomic():
            notify(
                users=people_over(row.unit, UNIT_ROLES),
                text="Une consigne de vigilance attend toujours l'accusé de réception de votre unité",
                path=reverse("vigilance:list"),
                dedupe_key=f"vigilance-chase:{row.pk}:{turn}",
            )
            notify(
                users=[measure.owner] if measure.owner else [],
                text=f"{measure.case.reference} : une unité n'a pas accusé réception d'une consigne",
                path=measure_path(measure),
                dedupe_key=f"vigilance-silent:{row.pk}:{turn}",
            )
        count += 1
    return count


def close_ended_orders() -> int:
    """Write the report of each instruction that is over, and ask its owner for the exit review. Each once."""
    closed = 0
    due = VigilanceOrder.objects.filter(ends_at__lte=clock.now(), closed_at__isnull=True)
    for pk in list(due.order_by("ends_at", "pk").values_list("pk", flat=True)[: BATCH * 10]):
        with transaction.atomic():
            closed += _close(pk)
    return closed


def _close(pk: UUID) -> bool:
    measure_id, case_id = VigilanceOrder.objects.values_list("measure_id", "measure__case_id").get(pk=pk)
    case = lock_case(case_id)
    order = (
        VigilanceOrder.objects.select_for_update(of=("self",), no_key=True).select_related("measure__owner").get(pk=pk)
    )
    if order.closed_at is not None:
        return False
    order.closed_at = clock.now()
    order.save(update_fields=["closed_at"])
    report = vigilance_report(order)
    add_event(
        case=case,
        kind=EventKind.VIGILANCE_CLOSED,
        sentence=f"Consigne terminée le {_words(order, order.ends_at)} : {report.sentence}.",
        user=None,
        actor=SYSTEM,
    )
    measure = order.measure
    measure.case = case
    finish_tasks(case=case, prefix=f"vigilance-ack:{measure_id}:", user=None, outcome="consigne terminée")
    if measure.is_live and measure.owner is not None:
        open_task(
            case=case,
            kind=TaskKind.REVIEW_MEASURE,
            title="Écrire le bilan de sortie d'une vigilance terminée",
            role=role_over(case, measure.owner),
            assignee=measure.owner,
            due_at=clock.now() + timedelta(days=3),
            path=measure_path(measure),
            dedupe_key=f"measure-exit:{measure.pk}:",
        )
    return True
