"""What slips and referrals give to the agenda, to the home of those who help, and to the figures of the State."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from core import clock
from support.enums import Help, MeetingMode, Mode, Reach
from support.enums.referrals import ReferralState
from support.models import Referral, ReferralAppointment, Slip, SupportCount, SupportDelay
from support.permissions import HANDLE_REFERRAL
from support.selectors.figures import MonthCount, MonthDelay
from support.selectors.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from support.models import AssociationMember

REACH_OF = {
    MeetingMode.ON_SITE: Reach.IN_PERSON,
    MeetingMode.TELEPHONE: Reach.REMOTE,
    MeetingMode.VIDEO: Reach.REMOTE,
    Mode.IN_PERSON: Reach.IN_PERSON,
    Mode.REMOTE: Reach.REMOTE,
}


def referrals_to_answer(member: AssociationMember) -> Waiting:
    waiting = Referral.objects.visible_to(member.user, HANDLE_REFERRAL).filter(state=ReferralState.PROPOSED).count()
    return Waiting(
        "Orientations à prendre en charge ou non", waiting, "Réponse attendue en deux jours ouvrés.",
        reverse("support:referrals"),
    )  # fmt: skip


def slips_left(member: AssociationMember) -> Waiting:
    """How many there are: which ones wait is written in them, and read at the desk only."""
    return Waiting(
        "Demandes sans nom au guichet", Slip.objects.live().count(),
        "Ouvrez le guichet pour lire celles qui attendent.", reverse("support:desk"),
    )  # fmt: skip


def slips_counted(first_month: date, last_month: date) -> Iterable[MonthCount]:
    rows = SupportCount.objects.filter(month__range=(first_month, last_month)).order_by("month", "help", "mode")
    return [MonthCount(row.month, Help(row.help), REACH_OF[Mode(row.mode)], row.count) for row in rows]


def slips_waited(first_month: date, last_month: date) -> Iterable[MonthDelay]:
    rows = SupportDelay.objects.filter(month__range=(first_month, last_month)).order_by("month")
    return [MonthDelay(row.month, row.meetings, row.days) for row in rows]


def referrals_counted(first_month: date, last_month: date) -> Iterable[MonthCount]:
    """A referral counts in the month of its first appointment, whose mode it has: one never met has none."""
    return [MonthCount(month, help_, reach, 1) for month, help_, reach, _ in _first_meetings(first_month, last_month)]


def referrals_waited(first_month: date, last_month: date) -> Iterable[MonthDelay]:
    return [MonthDelay(month, 1, days) for month, _, _, days in _first_meetings(first_month, last_month)]


def _first_meetings(first_month: date, last_month: date) -> list[tuple[date, Help, Reach, int]]:
    """Month, kind, mode and days waited of the first appointment that stands of each referral. Calendar of Paris."""
    rows = (
        ReferralAppointment.objects.standing()
        .order_by("referral_id", "starts_at", "pk")
        .distinct("referral_id")
        .values_list("referral__kind", "mode", "starts_at", "referral__proposed_at")
    )
    found = []
    for kind, mode, starts_at, proposed_at in rows:
        day, asked = (moment.astimezone(clock.PARIS).date() for moment in (starts_at, proposed_at))
        month = day.replace(day=1)
        if first_month <= month <= last_month:
            found.append((month, Help(kind), REACH_OF[MeetingMode(mode)], max(0, (day - asked).days)))
    return found
