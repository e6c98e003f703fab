from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cases.enums import CaseState, EventKind
from cases.models import Case
from cases.selectors.measures import unsettled_words
from cases.services.errors import ActRefused, UnevaluatedThreat
from cases.services.evaluations import lock_case
from cases.services.tasks import finish_tasks_of_closed
from cases.services.timeline import add_event
from cases.signals import case_closing
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor


@transaction.atomic
def close_case(*, case: Case, reason: str, user: User, actor: Actor) -> Case:
    """Close a file whose threats are all evaluated. The database refuses the same, by any path.

    Raises UnevaluatedThreat, or ActRefused when the file is closed already or no reason is written.
    """
    case = lock_case(case.pk)
    if case.state == CaseState.MERGED:
        raise ActRefused("Ce dossier est fusionné dans un autre : c'est l'autre qui se ferme.")
    if case.state == CaseState.CLOSED:
        raise ActRefused("Ce dossier est déjà clos.")
    waiting = case.evaluations.unfinished().count()
    unevaluated = case.threats.filter(duplicate_of=None).exclude(evaluations__state="validated").count()
    if waiting or unevaluated:
        raise UnevaluatedThreat(
            "Ce dossier ne peut pas être clos : une menace n'a pas encore d'évaluation validée."
            if max(waiting, unevaluated) == 1
            else f"Ce dossier ne peut pas être clos : {max(waiting, unevaluated)} menaces n'ont pas"
            " d'évaluation validée."
        )
    if words := unsettled_words(case.measures.unsettled()):
        raise ActRefused(words)
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous fermez ce dossier.")
    # The apps above refuse by raising ActRefused: what still protects somebody does not sit in a closed file.
    case_closing.send(sender=Case, case=case)
    case.state = CaseState.CLOSED
    case.closed_at = clock.now()
    case.version += 1
    case.save(update_fields=["state", "closed_at", "version"])
    finish_tasks_of_closed(case=case, user=user)
    add_event(case=case, kind=EventKind.CLOSED, sentence=f"Dossier clos : {reason.strip()}", user=user, actor=actor)
    return case


@transaction.atomic
def reopen_case(*, case: Case, reason: str, user: User, actor: Actor) -> Case:
    """Open a closed file again. Raises ActRefused when it is open or no reason is written."""
    case = lock_case(case.pk)
    if case.state == CaseState.MERGED:
        raise ActRefused("Ce dossier est fusionné : annulez la fusion pour le rouvrir.")
    if case.state == CaseState.OPEN:
        raise ActRefused("Ce dossier est déjà ouvert.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous rouvrez ce dossier.")
    case.state = CaseState.OPEN
    case.closed_at = None
    case.version += 1
    case.save(update_fields=["state", "closed_at", "version"])
    add_event(
        case=case, kind=EventKind.REOPENED, sentence=f"Dossier rouvert : {reason.strip()}", user=user, actor=actor
    )
    return case
