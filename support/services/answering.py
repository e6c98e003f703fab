"""What a psychologist does with a slip. No journal entry: it would say which slip was read, when and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from core import clock
from core.acts import ActRefused
from support.enums import LIVE_STATES, SlipState
from support.selectors.slips import OpenedDesk, OpenedSlip, find_at_desk
from support.services.slips import counting_delay, save
from support.services.writing import wait_for_slips

if TYPE_CHECKING:
    from uuid import UUID

    from support.selectors.contents import Moment

GONE = "Cette demande n'existe plus : la personne l'a retirée, ou elle est arrivée à son terme."


def _opened(desk: OpenedDesk, slip_id: UUID) -> OpenedSlip:
    wait_for_slips()
    opened = find_at_desk(desk, slip_id)
    if opened is None:
        raise ActRefused(GONE)
    return opened


def _answerable(opened: OpenedSlip, moment: Moment) -> None:
    if opened.content.state not in LIVE_STATES:
        raise ActRefused("Cette demande est terminée.")
    if moment.starts_at <= clock.now():
        raise ActRefused("Choisissez un moment à venir.", field="at")


def confirm_meeting(*, desk: OpenedDesk, slip_id: UUID, moment: Moment, words: str) -> OpenedSlip:
    """Give an appointment. Raises ActRefused."""
    with transaction.atomic():
        opened = _opened(desk, slip_id)
        _answerable(opened, moment)
        content = replace(
            opened.content,
            state=SlipState.CONFIRMED,
            meeting=moment,
            proposed=None,
            answer=words,
            taken_by=desk.user_id,
        )
        content, delayed = counting_delay(content)
        return save(opened, content, delayed=delayed)


def propose_moment(*, desk: OpenedDesk, slip_id: UUID, moment: Moment, words: str) -> OpenedSlip:
    """Propose another moment: the person agrees, or asks for another. Raises ActRefused."""
    with transaction.atomic():
        opened = _opened(desk, slip_id)
        _answerable(opened, moment)
        content = replace(
            opened.content, state=SlipState.PROPOSED, proposed=moment, answer=words, taken_by=desk.user_id
        )
        return save(opened, content)


def close_slip(*, desk: OpenedDesk, slip_id: UUID, outcome: SlipState) -> OpenedSlip:
    """Say that the appointment took place, or that nobody came. Raises ActRefused."""
    if outcome not in (SlipState.SEEN, SlipState.MISSED):
        raise ValueError(outcome)
    with transaction.atomic():
        opened = _opened(desk, slip_id)
        meeting = opened.content.meeting
        if opened.content.state != SlipState.CONFIRMED or meeting is None or meeting.starts_at > clock.now():
            raise ActRefused("Seul un rendez-vous confirmé, et passé, se termine.")
        return save(opened, replace(opened.content, state=outcome))
