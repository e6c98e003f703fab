"""The rows of the desk of support: the keeper of the directory, those who help, the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from support.models import Absence, Association, AssociationMember, Availability, Place, Replacement
from tests import receiving

Row = dict[str, int]

KEEPER = ("administrator",)
# Of the association of the 45; the other works in the 974: to him, nothing of the first exists.
HERE, ELSEWHERE = ("psychologist",), ("psychologist_974",)


def _kept(get: int, post: int) -> tuple[Row, Row]:
    return dict.fromkeys(KEEPER, get), dict.fromkeys(KEEPER, post)


def _of_members(get: int, post: int) -> tuple[Row, Row]:
    everybody = (*HERE, *ELSEWHERE)
    return dict.fromkeys(everybody, get), dict.fromkeys(everybody, post)


def _of_mine() -> tuple[Row, Row]:
    return dict.fromkeys((*HERE, *ELSEWHERE), 405), dict.fromkeys(HERE, 302) | dict.fromkeys(ELSEWHERE, 404)


def rows_of_the_desk(signed_in: tuple[str, ...]) -> dict[str, tuple[Row, Row]]:
    return {
        "support:directory": (dict.fromkeys(signed_in, 200), dict.fromkeys(signed_in, 405)),
        "support:associations": _kept(200, 405),
        "support:new_association": _kept(200, 422),
        "support:import": _kept(200, 422),
        "support:import_example": _kept(200, 405),
        "support:association": _kept(200, 405),
        "support:change_association": _kept(200, 422),
        "support:close_association": _kept(405, 302),
        "support:reopen_association": _kept(405, 302),
        "support:add_member": _kept(405, 422),
        "support:end_member": _kept(200, 422),
        "support:coverage": (
            dict.fromkeys((*KEEPER, "analyst"), 200),
            dict.fromkeys((*KEEPER, "analyst"), 405),
        ),
        "support:figures": ({"analyst": 200}, {"analyst": 405}),
        "support:space": _of_members(200, 405),
        "support:agenda": _of_members(200, 405),
        "support:how_it_works": _of_members(200, 405),
        "support:availabilities": _of_members(200, 422),
        "support:remove_hours": _of_mine(),
        "support:absences": _of_members(200, 422),
        "support:remove_absence": _of_mine(),
        "support:places": _of_members(200, 422),
        "support:close_place": _of_mine(),
        # An empty form forgets the link.
        "support:video": _of_members(200, 302),
        "support:replacements": _of_members(200, 422),
        "support:remove_replacement": _of_mine(),
    }


@dataclass
class Supporting:
    association: Association
    member: AssociationMember
    availability: Availability
    absence: Absence
    place: Place
    replacement: Replacement

    @classmethod
    def made(cls, psychologist: User, elsewhere: User) -> Supporting:
        association = receiving.an_association()
        member = receiving.a_member(association, user=psychologist)
        receiving.a_member(
            receiving.an_association("fv-974", name="Écoute de La Réunion", departements=["974"]), user=elsewhere
        )
        colleague = receiving.a_member(association, email="collegue@portail.example", first_name="Basile")
        day = receiving.next_weekday(1)
        return cls(
            association,
            member,
            receiving.weekly(member, 1),
            receiving.away(member, day),
            receiving.a_place(member),
            receiving.replaced(member, colleague, day),
        )

    def arguments(self) -> dict[str, list[Any]]:
        of_an_association = (
            "association",
            "change_association",
            "close_association",
            "reopen_association",
            "add_member",
        )
        return {
            **{f"support:{name}": [self.association.pk] for name in of_an_association},
            "support:end_member": [self.member.pk],
            "support:remove_hours": [self.availability.pk],
            "support:remove_absence": [self.absence.pk],
            "support:close_place": [self.place.pk],
            "support:remove_replacement": [self.replacement.pk],
        }
