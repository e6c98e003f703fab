"""What an act answers when it does not take place. Messages are French: pages show them as they are."""

from __future__ import annotations

from core.acts import ActRefused

__all__ = ["ActRefused", "AlreadyDecided", "PreviewOutdated", "UnprintableText"]


class PreviewOutdated(ActRefused):
    """The document is no longer the one that was previewed; the decision-maker reads the new one first."""


class AlreadyDecided(ActRefused):
    """The request has its decision already."""


class UnprintableText(ActRefused):
    """A sign that no font of the document can show: PDF/UA forbids a blank in its place. `sign` is that text."""

    def __init__(self, sign: str) -> None:
        super().__init__(f"Le document ne peut pas montrer « {sign} ». Retirez ce signe, ou écrivez-le autrement.")
        self.sign = sign
