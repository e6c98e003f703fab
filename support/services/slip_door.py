"""The anonymous slips, as referrals need them: two acts, by the code alone.

Whoever has not the code can do nothing here, and nothing is given back but « yes » or « no »: which slip it was never
comes to this side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from support.services.errors import WrongCode
from support.services.pace import codes
from support.services.slips import tie_slip, untie_slip

if TYPE_CHECKING:
    from collections.abc import Callable


class Slips(Protocol):
    def tie_slip(self, *, code: str, token: bytes) -> bool:
        """Keep the 32 bytes of `token` in the encrypted slip that `code` opens. False when it opens none, after the
        wait of wrong codes. May raise ActRefused: a slip that is over.
        """

    def untie_slip(self, *, code: str) -> bool:
        """Take the token out of that slip. False when the code opens none. May raise ActRefused as well."""


class SlipsByCode:
    def tie_slip(self, *, code: str, token: bytes) -> bool:
        return _opens(lambda: tie_slip(code=code, token=token))

    def untie_slip(self, *, code: str) -> bool:
        return _opens(lambda: untie_slip(code=code))


def _opens(act: Callable[[], object]) -> bool:
    try:
        act()
    except WrongCode:
        codes.wait_after_wrong()
        return False
    return True


slips: Slips = SlipsByCode()
