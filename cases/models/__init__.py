"""Files, threats, evaluations and their grid; who is threatened, by whom, and what is to be done."""

from cases.models.access import CaseAccess, CaseParty, ConsultationReason
from cases.models.author import AuthorIdentifier
from cases.models.draft import ThreatDraft
from cases.models.evaluation import Evaluation
from cases.models.file import Case, CaseEvent, CaseLinkedQuerySet, ReferenceCounter
from cases.models.grid import GridQuestion, GridVersion
from cases.models.offence import Offence, ThreatOffence
from cases.models.task import CaseTask
from cases.models.threat import Procedure, Threat, UrgencyDelay
from cases.models.victim import Victim

__all__ = [
    "AuthorIdentifier",
    "Case",
    "CaseAccess",
    "CaseEvent",
    "CaseLinkedQuerySet",
    "CaseParty",
    "CaseTask",
    "ConsultationReason",
    "Evaluation",
    "GridQuestion",
    "GridVersion",
    "Offence",
    "Procedure",
    "ReferenceCounter",
    "Threat",
    "ThreatDraft",
    "ThreatOffence",
    "UrgencyDelay",
    "Victim",
]
