"""Two slips without a name, and the desk that opens them. Their codes and the passphrase are with the accounts."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from accounts.actor import actor_of
from calae_portal.demo.people import new_password
from core import clock
from support.enums import DayPart, Help, Mode, Who
from support.selectors.contents import Moment, SlipContent, Wish
from support.services.answering import confirm_meeting
from support.services.desk import create_desk
from support.services.slips import create_slip, open_by_code

if TYPE_CHECKING:
    from datetime import date

    from calae_portal.demo.lives import World

LOGIN = "psy1"


def leave_slips(world: World) -> None:
    user = world.people.users[LOGIN]
    passphrase = f"{new_password()} {new_password()}"
    desk = create_desk(user=user, passphrase=passphrase, actor=actor_of(user))
    today = clock.today(clock.PARIS)
    waiting = _left(
        nickname="Tilleul", helps=(Help.PSYCHOLOGICAL,), modes=(Mode.REMOTE,), parts=(DayPart.EVENING,),
        wishes=(_wish(today, 2, DayPart.EVENING), _wish(today, 4, DayPart.EVENING)), who=Who.OFFICIAL,
        departement="974",
        words="Je dors mal depuis quelque temps.",
    )  # fmt: skip
    answered = _left(
        nickname="Hirondelle", helps=(Help.PSYCHOLOGICAL, Help.LEGAL), modes=(Mode.IN_PERSON, Mode.REMOTE),
        parts=(DayPart.MORNING,), who=Who.RELATIVE, departement="45",
    )  # fmt: skip
    at = datetime.combine(today + timedelta(days=3), time(10), tzinfo=clock.PARIS)
    confirm_meeting(
        desk=desk,
        slip_id=open_by_code(answered).id,
        moment=Moment(at.astimezone(UTC).isoformat(), 45, Mode.IN_PERSON),
        words="Rendez-vous confirmé, à la permanence de la place du Marché.",
    )
    entry = next(entry for entry in world.people.sign_ins if entry["email"] == user.email)
    entry |= {"desk_passphrase": passphrase, "slip_codes": f"{waiting} {answered}"}


def _wish(today: date, days: int, part: DayPart) -> Wish:
    return Wish((today + timedelta(days=days)).isoformat(), part)


def _left(**told: object) -> str:
    today = clock.today(clock.PARIS).isoformat()
    content = SlipContent(made_on=today, **told)  # type: ignore[arg-type]  # what the fields above say
    return create_slip(submission=secrets.token_urlsafe(32), content=content)
