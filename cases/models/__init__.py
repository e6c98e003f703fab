"""Files, threats, evaluations and their grid."""

from cases.models.evaluation import Evaluation
from cases.models.file import Case, CaseEvent, ReferenceCounter
from cases.models.grid import GridQuestion, GridVersion
from cases.models.threat import Threat, UrgencyDelay

__all__ = [
    "Case",
    "CaseEvent",
    "Evaluation",
    "GridQuestion",
    "GridVersion",
    "ReferenceCounter",
    "Threat",
    "UrgencyDelay",
]
