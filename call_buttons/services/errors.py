"""What an act answers when it does not take place. Messages are French: pages show them as they are."""

from __future__ import annotations

from core.acts import ActRefused
from core.documents import UnprintableText

__all__ = ["ActRefused", "AlreadyDecided", "PreviewOutdated", "UnprintableText"]


class PreviewOutdated(ActRefused):
    """The document is no longer the one that was previewed; the decision-maker reads the new one first."""


class AlreadyDecided(ActRefused):
    """The request has its decision already."""
