"""What a centre of the 17 has, for tests: a token, a setting, an extract, and a program that asks."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import Any

from django.test import Client

from accounts.enums import Role
from accounts.models import User
from alarm_registry.models import CentreToken, Extract, ExtractSetting
from alarm_registry.services import allow_extract, choose_passphrase, create_token, make_extract
from core import clock
from tests import build

PASSPHRASE = "cinq mots sans aucun rapport"
AGENT = "Matricule 1234"


def administrator() -> User:
    return User.objects.filter(postings__role=Role.ADMINISTRATOR).first() or build.posted(Role.ADMINISTRATOR)


def supervisor(departement_code: str = "45", **more: Any) -> User:
    known = User.objects.filter(postings__role=Role.SUPERVISOR_17, postings__departement=departement_code).first()
    return known or build.posted(Role.SUPERVISOR_17, departement_code=departement_code, **more)


def a_token(departement_code: str = "45", *, days: int = 30, label: str = "Logiciel d'appel", **more: Any) -> str:
    user, departement = administrator(), build.departement(departement_code)
    return create_token(
        departement=departement,
        label=label,
        last_day=clock.today(departement.time_zone) + timedelta(days=days),
        user=user,
        actor=build.actor(user),
        **more,
    )


def the_token(departement_code: str = "45") -> CentreToken:
    return CentreToken.objects.select_related("departement").get(departement=departement_code)


@cache
def _program() -> Client:
    # One for all: each client reads every static file at its first request.
    return Client(enforce_csrf_checks=True)


def ask(token: str, operation: str, *, headers: dict[str, str] | None = None, **body: Any) -> Any:
    """A program: no cookie, no CSRF token."""
    return _program().post(
        f"/api/17/v1/{operation}",
        data=json.dumps({"agent": AGENT} | body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"} | (headers or {}),
    )


def a_setting(
    departement_code: str = "45", *, passphrase: str = PASSPHRASE, keeper: User | None = None
) -> ExtractSetting:
    user = administrator()
    setting = allow_extract(
        departement=build.departement(departement_code),
        recipient="Chef de salle Inventé",
        user=user,
        actor=build.actor(user),
    )
    if passphrase:
        keeper = keeper or supervisor(departement_code)
        setting = choose_passphrase(setting=setting, passphrase=passphrase, user=keeper, actor=build.actor(keeper))
    return setting


def an_extract(setting: ExtractSetting | None = None) -> Extract:
    extract = make_extract(setting or a_setting())
    assert extract is not None
    return extract
