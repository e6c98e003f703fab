"""The rows of the named referrals: the file's panel, the person's own space, the association's list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from cases.models import Case
from support.models import AssociationMember, Referral, ReferralAppointment
from tests import supporting

Row = dict[str, int]
FILE = ("referent", "head", "instructor", "decider", "analyst")
FILE_ELSEWHERE = ("referent_elsewhere", "head_974", "instructor_974", "decider_974")
PROPOSING = ("referent", "head", "instructor")
PROPOSING_ELSEWHERE = ("referent_elsewhere", "head_974", "instructor_974")
PEOPLE = ("official", "other_official", "relative")


def _file(get: int, post: int) -> tuple[Row, Row]:
    return (
        dict.fromkeys(FILE, get) | dict.fromkeys(FILE_ELSEWHERE, 404),
        dict.fromkeys((*FILE, *FILE_ELSEWHERE), 405) if post == 405 else dict.fromkeys(FILE, post),
    )


def _proposing(get: int, post: int) -> tuple[Row, Row]:
    """405 is answered before the file is looked for; else it does not exist elsewhere."""
    elsewhere = dict.fromkeys(PROPOSING_ELSEWHERE, 404)
    refused = dict.fromkeys(PROPOSING_ELSEWHERE, 405 if post == 405 else 404)
    return dict.fromkeys(PROPOSING, get) | elsewhere, dict.fromkeys(PROPOSING, post) | refused


def _own(get: int, post: int) -> tuple[Row, Row]:
    """The élu's own; the other élu and the relative have it not."""
    others = {"other_official": 404, "relative": 404}
    return {"official": get} | others, {"official": post} | others


def _people(get: int, post: int) -> tuple[Row, Row]:
    return dict.fromkeys(PEOPLE, get), dict.fromkeys(PEOPLE, post)


def _desk(get: int, post: int) -> tuple[Row, Row]:
    """Another association does not have it. Other near misses (posting, membership) are in test_referral_sight."""
    return (
        {"psychologist": get, "psychologist_974": 405 if get == 405 else 404},
        {"psychologist": post, "psychologist_974": 405 if post == 405 else 404},
    )


REFERRING = {
    "support:case_panel": _file(200, 405),
    "support:new_referral": _proposing(200, 405),
    "support:propose": _proposing(200, 422),
    "support:withdraw_for": _proposing(200, 302),
    "support:mine": _people(200, 405),
    "support:ask": _people(200, 422),
    "support:withdraw_mine": _own(200, 302),
    "support:tie": _own(200, 422),
    "support:untie": _own(200, 302),
    "support:referrals": (
        {"psychologist": 200, "psychologist_974": 200},
        {"psychologist": 405, "psychologist_974": 405},
    ),
    "support:referral": _desk(200, 405),
    "support:accept_referral": _desk(405, 302),
    "support:refuse_referral": _desk(200, 422),
    "support:end_referral": _desk(302, 422),
    "support:hand_over_referral": _desk(405, 422),
    "support:new_appointment": _desk(200, 422),
    "support:change_appointment": _desk(200, 422),
    "support:drop_appointment": _desk(405, 302),
}


@dataclass
class Referred:
    waiting: Referral
    running: Referral
    appointment: ReferralAppointment

    @classmethod
    def made(cls, case: Case, *, by: User, psychologist: User) -> Referred:
        association = AssociationMember.objects.get(user=psychologist).association
        waiting = supporting.a_referral(case, by=by, association=association)
        running = supporting.accepted(
            supporting.a_referral(case, by=by, association=association, kinds=["legal"]),
            by=User.objects.get(pk=psychologist.pk),
        )
        return cls(waiting, running, supporting.an_appointment(running))

    def arguments(self) -> dict[str, list[Any]]:
        case = self.waiting.case.reference
        waiting = ("withdraw_for", "withdraw_mine", "tie", "untie", "referral", "accept_referral", "refuse_referral")
        running = ("hand_over_referral", "new_appointment")
        of_it = ("change_appointment", "drop_appointment")
        return {
            "support:case_panel": [case],
            "support:new_referral": [case],
            "support:propose": [case, "elu"],
            **{f"support:{name}": [self.waiting.pk] for name in (*waiting, "end_referral")},
            **{f"support:{name}": [self.running.pk] for name in running},
            **{f"support:{name}": [self.running.pk, self.appointment.pk] for name in of_it},
        }
