"""Possible doubles: proposed once, decided by a person, with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from cases.enums import EventKind, HintState, TaskKind
from cases.models import DuplicateHint
from cases.models.link import in_order
from cases.services.errors import ActRefused
from cases.services.tasks import finish_task, open_task
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from cases.models import Case
    from core.journal import Actor

TIME_TO_CHECK = timedelta(days=7)


@transaction.atomic
def propose_duplicate(*, new: Case, known: Case, reasons: Iterable[str]) -> DuplicateHint:
    """Ask the hierarchy to compare two files, once for each pair."""
    hint, created = DuplicateHint.objects.get_or_create(
        **in_order(new, known), defaults={"reasons": list(reasons), "created_at": clock.now()}
    )
    if created:
        open_task(
            case=new,
            kind=TaskKind.CHECK_DUPLICATE,
            title="Vérifier un doublon possible",
            role=Role.UNIT_HEAD,
            due_at=clock.now() + TIME_TO_CHECK,
            path=reverse("cases:hint", args=[hint.pk]),
            dedupe_key=f"duplicate:{hint.pk}",
        )
    return hint


def resolve_hint(*, one: Case, other: Case, state: HintState, reason: str, user: User) -> None:
    """Write on the hint of a pair, when there is one, what became of it. Joins the caller's transaction."""
    hint = DuplicateHint.objects.select_for_update(of=("self",), no_key=True).filter(**in_order(one, other)).first()
    if hint is None or hint.state == state:
        return
    _decide(hint, state, reason, user)


def _decide(hint: DuplicateHint, state: HintState, reason: str, user: User) -> None:
    is_open = state == HintState.OPEN
    hint.state = state
    hint.decided_at, hint.decided_by = (None, None) if is_open else (clock.now(), user)
    hint.decision_reason = reason.strip()[:400]
    hint.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    if not is_open:
        finish_task(dedupe_key=f"duplicate:{hint.pk}", user=user, outcome=HintState(state).label)


@transaction.atomic
def dismiss_hint(*, hint: DuplicateHint, reason: str, user: User, actor: Actor) -> DuplicateHint:
    """Say that the two files tell different facts. Raises ActRefused when it is decided, or without a reason."""
    hint = DuplicateHint.objects.select_for_update(of=("self",), no_key=True).get(pk=hint.pk)
    if hint.state != HintState.OPEN:
        raise ActRefused(f"Ce doublon possible est déjà vérifié : {hint.get_state_display()}.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi ce ne sont pas les mêmes faits.", field="reason")
    _decide(hint, HintState.DISMISSED, reason, user)
    for case in (hint.first, hint.second):
        add_event(
            case=case,
            kind=EventKind.DUPLICATE_CHECKED,
            sentence=f"Doublon possible vérifié, faits différents : {reason.strip()}",
            user=user,
            actor=actor,
        )
    return hint
