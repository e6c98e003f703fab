"""What a person does with a slip, by its code alone."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from core import clock
from core.acts import ActRefused
from core.boxes import KEY_BYTES, lock, seal_to
from support.enums import LIVE_STATES, SlipState
from support.models import Slip
from support.selectors.codes import code_of, keys_of
from support.selectors.contents import SlipContent, code_place, desk_place, sealed_content
from support.selectors.desk import current_desk
from support.selectors.slips import OpenedSlip, find_by_code
from support.services.errors import WrongCode
from support.services.writing import wait_for_slips, write_slips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class DeskNotReady(ActRefused):
    """No psychologist has opened the desk yet: nobody could read a slip."""


def create_slip(*, submission: str, content: SlipContent) -> str:
    """Leave a slip, and give its code. The same form sent again gives the same code, and no second slip.

    Raises DeskNotReady.
    """
    code = code_of(submission)
    keys = keys_of(code)
    desk = current_desk()
    if desk is None:
        raise DeskNotReady("Le guichet n'est pas encore ouvert. Vous pouvez appeler.")
    with transaction.atomic():
        wait_for_slips()
        if Slip.objects.filter(locator=keys.locator).exists():
            return code
        slip_id, content_key = uuid.uuid4(), os.urandom(KEY_BYTES)
        slip = Slip(
            id=slip_id,
            locator=keys.locator,
            code_box=lock(keys.key, content_key, place=code_place(slip_id)),
            desk_box=seal_to(bytes(desk.public), content_key, place=desk_place(slip_id, desk.pk)),
            desk=desk.pk,
            content=sealed_content(content, content_key, slip_id),
            expires_on=content.expires_on,
        )
        month = content.day_made.replace(day=1).isoformat()
        counted = [
            {"month": month, "help": help_, "mode": mode, "count": 1}
            for help_ in content.helps
            for mode in content.modes
        ]
        write_slips(put=slip, counted=counted)
    return code


def open_by_code(code: str) -> OpenedSlip:
    """The slip of `code`. Raises WrongCode, for a false code as for an unknown one."""
    opened = find_by_code(code)
    if opened is None:
        raise WrongCode
    return opened


def save(opened: OpenedSlip, content: SlipContent, *, delayed: Sequence[dict[str, object]] = ()) -> OpenedSlip:
    """Write `content` in the slip. The caller holds `wait_for_slips` since before it read it."""
    slip = opened.slip
    slip.content = sealed_content(content, opened.key, slip.pk)
    slip.expires_on = content.expires_on
    write_slips(put=slip, delayed=delayed)
    return replace(opened, content=content)


def _change(code: str, change: Callable[[SlipContent], SlipContent]) -> OpenedSlip:
    with transaction.atomic():
        wait_for_slips()
        opened = open_by_code(code)
        return save(opened, change(opened.content))


def _live(content: SlipContent) -> SlipContent:
    if content.state not in LIVE_STATES:
        raise ActRefused("Cette demande est terminée. Vous pouvez en faire une nouvelle.")
    return content


def agree(*, code: str) -> OpenedSlip:
    """Take the moment that the psychologist proposed. Raises WrongCode, ActRefused."""
    with transaction.atomic():
        wait_for_slips()
        opened = open_by_code(code)
        content = opened.content
        if content.state != SlipState.PROPOSED or content.proposed is None:
            raise ActRefused("Aucun moment n'est proposé en ce moment.")
        if content.proposed.starts_at <= clock.now():
            raise ActRefused("Ce moment est passé. Demandez-en un autre.")
        agreed = replace(content, state=SlipState.CONFIRMED, meeting=content.proposed, proposed=None)
        agreed, delayed = counting_delay(agreed)
        return save(opened, agreed, delayed=delayed)


def ask_to_move(*, code: str, wishes: SlipContent) -> OpenedSlip:
    """Ask for another moment: the new wishes replace the old ones. Raises WrongCode, ActRefused."""

    def move(content: SlipContent) -> SlipContent:
        # Nobody had answered yet: it goes on waiting.
        state = SlipState.WAITING if _live(content).state == SlipState.WAITING else SlipState.MOVING
        return replace(content, state=state, parts=wishes.parts, days=wishes.days, wishes=wishes.wishes, proposed=None)

    return _change(code, move)


def add_words(*, code: str, words: str) -> OpenedSlip:
    """Replace what the person says before the appointment. Raises WrongCode, ActRefused."""
    return _change(code, lambda content: replace(_live(content), words=words))


def cancel(*, code: str) -> None:
    """Cancel. Without an appointment to come the slip is gone at once; else the psychologist reads that it is
    cancelled until the day after. Raises WrongCode.
    """
    with transaction.atomic():
        wait_for_slips()
        opened = open_by_code(code)
        meeting = opened.content.meeting
        if meeting is None or meeting.starts_at <= clock.now():
            write_slips(gone=opened.id)
            return
        # What was said is taken away with it.
        save(opened, replace(opened.content, state=SlipState.CANCELLED, words="", answer="", proposed=None, tie=""))


def tie_slip(*, code: str, token: bytes) -> OpenedSlip:
    """Put the token of a tie in the slip: the referral keeps `tied.hash_of(token)`. Raises WrongCode, ActRefused."""
    if len(token) != KEY_BYTES:
        raise ValueError("a tie is 32 random bytes")
    return _change(code, lambda content: replace(_live(content), tie=token.hex()))


def untie_slip(*, code: str) -> OpenedSlip:
    """Take the token away: nothing leads from the slip to the referral any more. Raises WrongCode."""
    return _change(code, lambda content: replace(content, tie=""))


def shuffle_slips() -> None:
    """Write every row anew, without those that have expired."""
    with transaction.atomic():
        wait_for_slips()
        write_slips()


def counting_delay(content: SlipContent) -> tuple[SlipContent, list[dict[str, object]]]:
    """With the days from the slip to its first appointment, counted once, in the month it was given in."""
    if content.is_counted or content.meeting is None:
        return content, []
    today = clock.today(clock.PARIS)
    days = max(0, (content.meeting.starts_at.astimezone(clock.PARIS).date() - content.day_made).days)
    line: dict[str, object] = {"month": today.replace(day=1).isoformat(), "meetings": 1, "days": days}
    return replace(content, is_counted=True), [line]
