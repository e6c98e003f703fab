"""Two files of one élu become one, and two again within thirty days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cases.enums import UNDO_DAYS, CaseState, EvaluationState, EventKind, HintState, MergeState
from cases.models import (
    Attachment,
    Case,
    CaseMerge,
    CaseMergeItem,
    CaseTask,
    Evaluation,
    ProtectiveMeasure,
    Threat,
)
from cases.permissions import MERGE_CASES
from cases.services.errors import ActRefused
from cases.services.evaluations import refresh_level
from cases.services.hints import resolve_hint
from cases.services.merged_tasks import give_tasks_back, move_tasks
from cases.services.moving import MOVING
from cases.services.timeline import add_event
from cases.signals import case_merge_undoing, case_merged, case_merging
from core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from core.journal import Actor

OTHER_FACT = ""


def _lock_both(one: UUID, other: UUID, user: User) -> dict[UUID, Case]:
    """Both files, locked in the order of their keys: two merges at once queue instead of waiting for each other."""
    locked = (
        Case.objects.visible_to(user, MERGE_CASES)
        .select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one, other])
        .order_by("pk")
    )
    return {case.pk: case for case in locked}


def _check(absorbed: Case | None, survivor: Case | None, reason: str) -> tuple[Case, Case]:
    if absorbed is None or survivor is None:
        raise ActRefused("Vous ne pouvez fusionner que deux dossiers de votre périmètre.")
    if absorbed.pk == survivor.pk:
        raise ActRefused("Un dossier ne fusionne pas avec lui-même : choisissez-en un autre.")
    if absorbed.official_id != survivor.official_id:
        raise ActRefused("Ces deux dossiers concernent deux élus différents : liez-les plutôt que de les fusionner.")
    for case in (absorbed, survivor):
        if case.state == CaseState.MERGED:
            raise ActRefused(f"Le dossier {case.reference} est déjà fusionné dans un autre.")
        if case.state != CaseState.OPEN:
            raise ActRefused(f"Le dossier {case.reference} est clos : rouvrez-le avant de fusionner.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi ces deux dossiers n'en font qu'un.", field="reason")
    return absorbed, survivor


@transaction.atomic
def merge_cases(
    *,
    absorbed: Case,
    survivor: Case,
    doubles: Mapping[UUID, UUID | None],
    reason: str,
    user: User,
    actor: Actor,
) -> CaseMerge:
    """Merge `absorbed` into `survivor`. `doubles` says, for each threat of the first, which threat of the second it
    repeats, or None when it is another fact.

    Everything keeps its dates and authors. Raises ActRefused when a file is not open or not in the scope of `user`,
    when the élus differ, when a threat has no answer (one was logged meanwhile), or when another app holds the file.
    """
    locked = _lock_both(absorbed.pk, survivor.pk, user)
    absorbed, survivor = _check(locked.get(absorbed.pk), locked.get(survivor.pk), reason)
    threats = list(absorbed.threats.select_for_update(of=("self",), no_key=True).order_by("pk"))
    _check_doubles(threats, survivor, doubles)
    case_merging.send(sender=Case, absorbed=absorbed, survivor=survivor)
    now = clock.now()
    merge = CaseMerge.objects.create(
        absorbed=absorbed, survivor=survivor, reason=reason.strip()[:400], at=now, by=user, state=MergeState.RUNNING
    )
    _move(merge, threats, doubles)
    absorbed.state, absorbed.merged_into, absorbed.closed_at = CaseState.MERGED, survivor, now
    absorbed.version += 1
    absorbed.save(update_fields=["state", "merged_into", "closed_at", "version"])
    _set_state(merge, MergeState.DONE)
    refresh_level(survivor.pk)
    sentence = f"Dossier {absorbed.reference} fusionné dans le dossier {survivor.reference} : {reason.strip()}"
    for case in (absorbed, survivor):
        add_event(case=case, kind=EventKind.MERGED, sentence=sentence, user=user, actor=actor)
    resolve_hint(one=absorbed, other=survivor, state=HintState.MERGED, reason=reason, user=user)
    case_merged.send(sender=Case, merge=merge, doubles=[threat for threat in threats if doubles.get(threat.pk)])
    return merge


def _check_doubles(threats: list[Threat], survivor: Case, doubles: Mapping[UUID, UUID | None]) -> None:
    kept = set(survivor.threats.filter(duplicate_of=None).values_list("pk", flat=True))
    for threat in threats:
        if threat.duplicate_of_id is None and threat.pk not in doubles:
            raise ActRefused("Une menace a été ajoutée depuis l'aperçu : relisez-le, et dites si c'est le même fait.")
        double = doubles.get(threat.pk)
        if double is not None and (double not in kept or threat.duplicate_of_id is not None):
            raise ActRefused("Un doublon répète une menace du dossier conservé : relisez l'aperçu.")


def _move(merge: CaseMerge, threats: list[Threat], doubles: Mapping[UUID, UUID | None]) -> None:
    items: list[CaseMergeItem] = []
    for moving in MOVING:
        rows = moving.model._base_manager.filter(case=merge.absorbed)
        if moving.model is Threat:
            moved = _move_threats(merge, threats, doubles)
        elif moving.model is Evaluation:
            moved = _move_evaluations(merge)
        elif moving.model is CaseTask:
            moved = move_tasks(merge, set_aside=[item.row for item in items if "state" in item.before])
        else:
            moved = {str(pk): {} for pk in rows.values_list("pk", flat=True)}
            rows.update(case=merge.survivor)
        label = moving.model._meta.label_lower
        items += [CaseMergeItem(merge=merge, table=label, row=row, before=before) for row, before in moved.items()]
    CaseMergeItem.objects.bulk_create(items)


def _move_threats(
    merge: CaseMerge, threats: list[Threat], doubles: Mapping[UUID, UUID | None]
) -> dict[str, dict[str, Any]]:
    moved: dict[str, dict[str, Any]] = {}
    plain = [threat.pk for threat in threats if not doubles.get(threat.pk)]
    for threat in threats:
        double = doubles.get(threat.pk)
        moved[str(threat.pk)] = {"double": True} if double else {}
        if double:
            Threat.objects.filter(pk=threat.pk).update(case=merge.survivor, duplicate_of=double)
    Threat.objects.filter(pk__in=plain).update(case=merge.survivor)
    return moved


def _move_evaluations(merge: CaseMerge) -> dict[str, dict[str, Any]]:
    evaluations = Evaluation.objects.filter(case=merge.absorbed)
    pending = evaluations.unfinished().filter(threat__duplicate_of__isnull=False)
    moved = {str(pk): {"state": state} for pk, state in pending.values_list("pk", "state")}
    pending.update(case=merge.survivor, state=EvaluationState.SET_ASIDE)
    moved |= {str(pk): {} for pk in evaluations.values_list("pk", flat=True)}
    evaluations.update(case=merge.survivor)
    return moved


def _set_state(merge: CaseMerge, state: MergeState) -> None:
    merge.state = state
    merge.save(update_fields=["state"])


@transaction.atomic
def undo_merge(*, merge: CaseMerge, reason: str, user: User, actor: Actor) -> CaseMerge:
    """Give an absorbed file back what it held. What came to the surviving file since stays there.

    Raises ActRefused after thirty days, when a file is no longer as the merge left it, or when something else leans
    on what would go back.
    """
    locked = _lock_both(merge.absorbed_id, merge.survivor_id, user)
    merge = CaseMerge.objects.select_for_update(of=("self",), no_key=True).get(pk=merge.pk)
    absorbed, survivor = _check_undo(merge, locked, reason)
    threats = _rows(merge, Threat)
    case_merge_undoing.send(sender=Case, merge=merge, threats=threats)
    merge.state, merge.undone_at, merge.undone_by = MergeState.UNDOING, clock.now(), user
    merge.undo_reason = reason.strip()[:400]
    merge.save(update_fields=["state", "undone_at", "undone_by", "undo_reason"])
    absorbed.state, absorbed.merged_into, absorbed.closed_at = CaseState.OPEN, None, None
    absorbed.version += 1
    absorbed.save(update_fields=["state", "merged_into", "closed_at", "version"])
    doubles = _give_back(merge)
    _set_state(merge, MergeState.UNDONE)
    refresh_level(survivor.pk)
    refresh_level(absorbed.pk)
    sentence = f"Fusion de {absorbed.reference} dans {survivor.reference} annulée : {reason.strip()}"
    for case in (absorbed, survivor):
        add_event(case=case, kind=EventKind.MERGE_UNDONE, sentence=sentence, user=user, actor=actor)
    resolve_hint(one=absorbed, other=survivor, state=HintState.OPEN, reason="", user=user)
    case_merged.send(sender=Case, merge=merge, doubles=doubles)
    return merge


def _check_undo(merge: CaseMerge, locked: Mapping[UUID, Case], reason: str) -> tuple[Case, Case]:
    absorbed, survivor = locked.get(merge.absorbed_id), locked.get(merge.survivor_id)
    if absorbed is None or survivor is None:
        raise ActRefused("Vous ne pouvez annuler que la fusion de deux dossiers de votre périmètre.")
    if merge.state != MergeState.DONE:
        raise ActRefused("Cette fusion est déjà annulée.")
    if clock.now() > merge.undo_until:
        raise ActRefused(
            f"Une fusion s'annule pendant {UNDO_DAYS} jours : celle-ci ne peut plus l'être depuis le"
            f" {merge.undo_until.astimezone(absorbed.departement.zone):%d/%m/%Y}."
        )
    if survivor.state != CaseState.OPEN:
        how = (
            "clos : rouvrez-le" if survivor.state == CaseState.CLOSED else "fusionné à son tour : annulez cette fusion"
        )
        raise ActRefused(f"Le dossier {survivor.reference} est {how} avant d'annuler celle-ci.")
    threats = _rows(merge, Threat)
    if Threat.objects.filter(pk__in=threats).exclude(case=survivor).exists():
        raise ActRefused("Une menace venue par cette fusion est dans un autre dossier : elle ne peut pas revenir.")
    if Threat.objects.filter(duplicate_of__in=threats).exclude(pk__in=threats).exists():
        raise ActRefused("Une fusion plus récente s'appuie sur celle-ci : annulez d'abord la plus récente.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous annulez cette fusion.", field="reason")
    return absorbed, survivor


def _rows(merge: CaseMerge, model: Any) -> list[UUID]:
    rows = merge.items.filter(table=model._meta.label_lower).values_list("row", flat=True)
    return [UUID(row) for row in rows]


def _give_back(merge: CaseMerge) -> list[Threat]:
    """Rows go back as they came; evaluations opened since on a threat that leaves go with it. Gives former doubles."""
    back: dict[str, dict[str, dict[str, Any]]] = {}
    for item in merge.items.all():
        back.setdefault(item.table, {})[item.row] = item.before
    threats = back.get(Threat._meta.label_lower, {})
    doubles = [pk for pk, before in threats.items() if before.get("double")]
    Threat.objects.filter(pk__in=doubles).update(case=merge.absorbed, duplicate_of=None)
    Threat.objects.filter(pk__in=threats.keys() - set(doubles)).update(case=merge.absorbed)
    for pk, before in back.get(Evaluation._meta.label_lower, {}).items():
        if "state" in before:
            Evaluation.objects.filter(pk=pk).update(case=merge.absorbed, state=before["state"])
    Evaluation.objects.filter(threat__in=_rows(merge, Threat)).exclude(case=merge.absorbed).update(case=merge.absorbed)
    joined = list(back.get(Attachment._meta.label_lower, {}))
    # A file joined since to a threat that leaves goes with it, like its evaluations.
    since = Attachment.objects.filter(case=merge.survivor, threat__in=_rows(merge, Threat)).exclude(pk__in=joined)
    since.update(case=merge.absorbed, joined_to=merge.absorbed)
    about = Evaluation.objects.filter(case=merge.absorbed).values_list("pk", flat=True)
    tasks, measures = (back.get(model._meta.label_lower, {}) for model in (CaseTask, ProtectiveMeasure))
    give_tasks_back(merge, moved=tasks, about=[*map(str, about), *measures])
    by_label = {moving.model._meta.label_lower: moving.model for moving in MOVING}
    for table, rows in back.items():
        model = by_label.get(table)
        if model is not None and model not in (Threat, Evaluation, CaseTask):
            model._base_manager.filter(Q(pk__in=list(rows)), case=merge.survivor).update(case=merge.absorbed)
    return list(Threat.objects.filter(pk__in=doubles))
