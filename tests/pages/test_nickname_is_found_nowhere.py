"""J7: an analyst, a prefecture, an administrator search the nickname of a request. No page of theirs gives it back."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from accounts.enums import Role
from support.selectors import agenda as agenda_module
from support.selectors.meetings import Meeting
from tests import build, receiving

pytestmark = pytest.mark.django_db
# Like no commune, no person and no street of the portal: « Tilleul » is a commune too.
NICKNAME = "Calandrelle"
# Every word by which a page of the portal takes what is searched.
WORDS = ("q", "commune", "ou", "reference", "object", "actor", "nom", "person")
# What repeats the question is no answer: the field of the search, and the name of the page that asks again.
ECHO = re.compile(rf'value="[^"]*{NICKNAME}[^"]*"|href="[^"]*{NICKNAME}[^"]*"|« {NICKNAME} »')


def pages(patterns=None, namespace: str = "") -> list[str]:
    """Every address without parameter, whoever may enter."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(entry, URLPattern):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found += pages(entry.url_patterns, inside)
            continue
        try:
            found.append(reverse(namespace + entry.name))
        except NoReverseMatch:
            continue
    return sorted(set(found))


@pytest.mark.parametrize("role", [Role.CALAE_ANALYST, Role.DECIDER, Role.ADMINISTRATOR])
def test_the_nickname_is_on_no_page_of_the_state(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    member = receiving.a_member()
    start = agenda_module.at_minute(receiving.today(), 9 * 60, agenda_module.zone_of(member))
    meeting = Meeting(start, 60, "telephone", NICKNAME, "/soutien/x/", "demande anonyme")
    monkeypatch.setattr(agenda_module, "SOURCES", [lambda member, first, last: [meeting]])
    client, near = Client(), Client()
    client.force_login(build.posted(role))
    near.force_login(member.user)
    assert NICKNAME in near.get(reverse("support:space")).content.decode(), "the near miss: his psychologist reads it"
    shown, opened = [], 0
    for path in pages():
        for query in ({}, dict.fromkeys(WORDS, NICKNAME)):
            response = client.get(path, query)
            opened += response.status_code == 200
            body = b"".join(response) if response.streaming else response.content
            if NICKNAME in ECHO.sub("", unescape(body.decode(errors="replace"))):
                shown.append((path, bool(query)))
    assert shown == []
    assert opened > 20, "pages were read"
