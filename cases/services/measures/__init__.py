"""The life of a protective measure: one transition table, each act on the timeline, nothing live without an owner."""

from cases.services.measures.deciding import Proposal, decide_measure, propose_measures, refuse_measure
from cases.services.measures.following import (
    ExitReview,
    end_measure,
    note_execution,
    reassign_measure,
    review_measure,
    start_measure,
)

__all__ = [
    "ExitReview",
    "Proposal",
    "decide_measure",
    "end_measure",
    "note_execution",
    "propose_measures",
    "reassign_measure",
    "refuse_measure",
    "review_measure",
    "start_measure",
]
