"""Files, threats, evaluations and their grid; who is threatened, by whom, and what is to be done."""

from cases.models.access import CaseAccess, CaseParty, ConsultationReason
from cases.models.attachment import Attachment
from cases.models.author import AuthorIdentifier
from cases.models.contact import ContactRequest, SharedIdentifier
from cases.models.draft import ThreatDraft
from cases.models.evaluation import EvaluatedPerson, Evaluation, EvaluationEscalation
from cases.models.fact_import import FactImport, FactImportRow
from cases.models.file import Case, CaseEvent, CaseLinkedQuerySet, ReferenceCounter
from cases.models.grid import GridQuestion, GridReplay, GridVersion
from cases.models.link import CaseLink, DuplicateHint
from cases.models.measure import MeasureRule, MeasureTrace, ProtectiveMeasure
from cases.models.merge import CaseMerge, CaseMergeItem
from cases.models.offence import Offence, ThreatOffence
from cases.models.task import CaseTask
from cases.models.threat import Procedure, Threat, UrgencyDelay, UrgencyDelayChange
from cases.models.victim import Victim
from cases.models.vigilance import VigilanceOrder, VigilancePassage, VigilanceUnit

__all__ = [
    "Attachment",
    "AuthorIdentifier",
    "Case",
    "CaseAccess",
    "CaseEvent",
    "CaseLink",
    "CaseLinkedQuerySet",
    "CaseMerge",
    "CaseMergeItem",
    "CaseParty",
    "CaseTask",
    "ConsultationReason",
    "ContactRequest",
    "DuplicateHint",
    "EvaluatedPerson",
    "Evaluation",
    "EvaluationEscalation",
    "FactImport",
    "FactImportRow",
    "GridQuestion",
    "GridReplay",
    "GridVersion",
    "MeasureRule",
    "MeasureTrace",
    "Offence",
    "Procedure",
    "ProtectiveMeasure",
    "ReferenceCounter",
    "SharedIdentifier",
    "Threat",
    "ThreatDraft",
    "ThreatOffence",
    "UrgencyDelay",
    "UrgencyDelayChange",
    "Victim",
    "VigilanceOrder",
    "VigilancePassage",
    "VigilanceUnit",
]
