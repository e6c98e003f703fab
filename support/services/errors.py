from __future__ import annotations

from core.acts import ActRefused


class WrongCode(Exception):
    """No slip opens with it. Why is told to nobody."""


class DeskClosed(ActRefused):
    """The desk does not open: not let in, or another passphrase."""
