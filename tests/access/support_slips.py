"""The rows of the public pages of support and of the desk, closed as it is in this small world."""

from __future__ import annotations

from uuid import UUID

PSYCHOLOGISTS = ("psychologist", "psychologist_974")
NOBODY = UUID("00000000-0000-4000-8000-000000000000")
Row = dict[str, int]


def rows_of_slips(everybody: tuple[str, ...]) -> dict[str, tuple[Row, Row]]:
    def public(get: int, post: int) -> tuple[Row, Row]:
        return dict.fromkeys(everybody, get), dict.fromkeys(everybody, post)

    def desk(get: int, post: int) -> tuple[Row, Row]:
        # One desk for the whole network: every psychologist comes to its door, wherever he works.
        return dict.fromkeys(PSYCHOLOGISTS, get), dict.fromkeys(PSYCHOLOGISTS, post)

    return {
        "support:talk": public(200, 405),
        # Not ready: no psychologist has created the desk.
        "support:new_slip": public(200, 200),
        "support:my_slip": public(200, 422),
        "support:desk": desk(200, 405),
        "support:desk_create": desk(405, 422),
        "support:desk_replace": desk(405, 422),
        "support:desk_join": desk(405, 422),
        "support:desk_open": desk(405, 422),
        "support:desk_close": desk(405, 302),
        # Closed, each leads to the way in.
        "support:desk_people": desk(302, 405),
        "support:desk_seat": desk(405, 302),
        "support:slip": desk(302, 302),
    }


ARGUMENTS = {"support:desk_seat": [NOBODY, "ouvrir"], "support:slip": [NOBODY]}
