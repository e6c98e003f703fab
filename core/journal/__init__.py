"""The journal: who read or did what, written before the page leaves."""

from core.enums import Action, Outcome
from core.journal.actors import ANONYMOUS, SYSTEM, Actor
from core.journal.recording import JournalUnavailable, record_access, record_act, record_system_acts
from core.journal.selectors import recent_refusals

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Action",
    "Actor",
    "JournalUnavailable",
    "Outcome",
    "recent_refusals",
    "record_access",
    "record_act",
    "record_system_acts",
]
