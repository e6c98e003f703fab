"""What follows a file into the one that absorbs it. Each model with a `case` says here whether it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.models import (
    Attachment,
    CaseAccess,
    CaseEvent,
    CaseParty,
    CaseTask,
    ConsultationReason,
    Evaluation,
    ProtectiveMeasure,
    Threat,
    ThreatDraft,
)

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass(frozen=True)
class Moving:
    """A model whose rows follow, and how the preview counts them: « tâche,tâches »."""

    model: type[Model]
    words: str


# In this order: an evaluation follows its threat.
MOVING: list[Moving] = [
    Moving(Threat, "menace,menaces"),
    Moving(Evaluation, "évaluation,évaluations"),
    Moving(CaseTask, "tâche,tâches"),
    # Somebody is typing: what he sends then enters the file that survives.
    Moving(ThreatDraft, "signalement en cours de saisie,signalements en cours de saisie"),
    Moving(Attachment, "pièce jointe,pièces jointes"),
    Moving(ProtectiveMeasure, "mesure de protection,mesures de protection"),
]
# What stays with the old reference: its acts are append-only, and the survivor's timeline reads them there.
STAYING: list[type[Model]] = [
    CaseEvent,
    # Restricted files are not merged; whom a file concerns is read in its whole family; a reason is of one day.
    CaseAccess,
    CaseParty,
    ConsultationReason,
]


def moves(model: type[Model], words: str) -> None:
    """Declare that the rows of `model` follow their file (field `case`) when it is merged, and back when it is undone.

    Its triggers must let `case_id` change while `cases_merge_under_way(old, new, 'any')` is true (migration 0021).
    """
    MOVING.append(Moving(model, words))


def stays(model: type[Model]) -> None:
    """Declare that the rows of `model` stay with the absorbed file."""
    STAYING.append(model)
