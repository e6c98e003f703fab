"""Files, threats, evaluations and their grid; who is threatened, by whom, and what is to be done."""

from cases.models.access import CaseAccess, CaseParty, ConsultationReason
from cases.models.author import AuthorIdentifier
from cases.models.contact import ContactRequest, SharedIdentifier
from cases.models.draft import ThreatDraft
from cases.models.evaluation import Evaluation
from cases.models.fact_import import FactImport, FactImportRow
from cases.models.file import Case, CaseEvent, CaseLinkedQuerySet, ReferenceCounter
from cases.models.grid import GridQuestion, GridVersion
from cases.models.link import CaseLink, DuplicateHint
from cases.models.merge import CaseMerge, CaseMergeItem
from cases.models.offence import Offence, ThreatOffence
from cases.models.task import CaseTask
from cases.models.threat import Procedure, Threat, UrgencyDelay
from cases.models.victim import Victim

__all__ = [
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
    "Evaluation",
    "FactImport",
    "FactImportRow",
    "GridQuestion",
    "GridVersion",
    "Offence",
    "Procedure",
    "ReferenceCounter",
    "SharedIdentifier",
    "Threat",
    "ThreatDraft",
    "ThreatOffence",
    "UrgencyDelay",
    "Victim",
]
