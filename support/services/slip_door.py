"""The anonymous slips, as referrals need them: two acts, by the code alone.

`slips` is what answers; the app gives it when it starts. Whoever has not the code can do nothing through it, and it
gives nothing back but « yes » or « no »: which slip it was never comes to this side.
"""

from __future__ import annotations

from typing import Protocol


class Slips(Protocol):
    def tie_slip(self, *, code: str, token: bytes) -> bool:
        """Keep the 32 bytes of `token` in the encrypted slip that `code` opens. False when it opens none.

        May raise ActRefused: too many wrong codes lately, or a slip that is over.
        """

    def untie_slip(self, *, code: str) -> bool:
        """Take the token out of that slip. False when the code opens none. May raise ActRefused as well."""


class NoSlips:
    """Until slips exist: every code is unknown."""

    def tie_slip(self, *, code: str, token: bytes) -> bool:
        return False

    def untie_slip(self, *, code: str) -> bool:
        return False


slips: Slips = NoSlips()
