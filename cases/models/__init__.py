"""Files, threats, evaluations and their grid; who is threatened, by whom, and what is to be done."""

from cases.models.author import AuthorIdentifier
from cases.models.evaluation import Evaluation
from cases.models.file import Case, CaseEvent, ReferenceCounter
from cases.models.grid import GridQuestion, GridVersion
from cases.models.measure import MeasureRule, MeasureTrace, ProtectiveMeasure
from cases.models.task import CaseTask
from cases.models.threat import Threat, UrgencyDelay
from cases.models.victim import Victim
from cases.models.vigilance import VigilanceOrder, VigilancePassage, VigilanceUnit

__all__ = [
    "AuthorIdentifier",
    "Case",
    "CaseEvent",
    "CaseTask",
    "Evaluation",
    "GridQuestion",
    "GridVersion",
    "MeasureRule",
    "MeasureTrace",
    "ProtectiveMeasure",
    "ReferenceCounter",
    "Threat",
    "UrgencyDelay",
    "Victim",
    "VigilanceOrder",
    "VigilancePassage",
    "VigilanceUnit",
]
