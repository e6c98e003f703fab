"""Slips and a desk for tests."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core import clock
from core.journal import SYSTEM
from support.selectors.contents import Moment, SlipContent
from support.selectors.slips import OpenedDesk
from support.services.desk import create_desk
from support.services.slips import create_slip
from tests import build

PASSPHRASE = "lavoir brume cartable sept"
CODE = re.compile(r'id="code">([0-9A-Z-]{19})<')


def a_psychologist(email: str = "psychologue@association.example") -> User:
    return build.posted(Role.PSYCHOLOGIST, email=email)


def a_desk(user: User | None = None) -> OpenedDesk:
    return create_desk(user=user or a_psychologist(), passphrase=PASSPHRASE, actor=SYSTEM)


def a_content(**given: Any) -> SlipContent:
    made = {"nickname": "Tilleul", "helps": ("psychological",), "modes": ("remote",)}
    return SlipContent(**made | {"made_on": clock.today(clock.PARIS).isoformat()} | given)


def a_slip(**given: Any) -> str:
    """A slip left; its code."""
    return create_slip(submission=secrets.token_urlsafe(32), content=a_content(**given))


def in_days(days: int, *, mode: str = "remote") -> Moment:
    at = (clock.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    return Moment(at.astimezone(UTC).isoformat(), 45, mode)


def typed(**given: Any) -> dict[str, Any]:
    """What a person types in the form of a slip."""
    data = {"step": "slip", "nickname": "Tilleul", "helps": ["psychological"], "modes": ["remote"]}
    return (
        data
        | {"submission": secrets.token_urlsafe(32), "parts": ["evening"], "words": "J'ai besoin d'en parler."}
        | given
    )


def left(client: Client, **given: Any) -> str:
    """The code that the page shows to who leaves a slip."""
    page = client.post(reverse("support:new_slip"), typed(**given))
    found = CODE.search(page.content.decode())
    assert found, page.content.decode()
    return found[1]


def opened_at_desk(client: Client, user: User) -> None:
    client.force_login(user)
    response = client.post(reverse("support:desk_open"), {"passphrase": PASSPHRASE})
    assert response.status_code == 302
