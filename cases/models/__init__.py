"""Files, threats, evaluations and their grid; who is threatened, by whom, and what is to be done."""

from cases.models.author import AuthorIdentifier
from cases.models.evaluation import EvaluatedPerson, Evaluation, EvaluationEscalation
from cases.models.file import Case, CaseEvent, ReferenceCounter
from cases.models.grid import GridQuestion, GridReplay, GridVersion
from cases.models.task import CaseTask
from cases.models.threat import Threat, UrgencyDelay, UrgencyDelayChange
from cases.models.victim import Victim

__all__ = [
    "AuthorIdentifier",
    "Case",
    "CaseEvent",
    "CaseTask",
    "EvaluatedPerson",
    "Evaluation",
    "EvaluationEscalation",
    "GridQuestion",
    "GridReplay",
    "GridVersion",
    "ReferenceCounter",
    "Threat",
    "UrgencyDelay",
    "UrgencyDelayChange",
    "Victim",
]
