"""Two tabs on one threat: the second save says who changed what, and no change of either is undone by accident."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Threat
from tests import build

pytestmark = pytest.mark.django_db


def typed_on(page: str, **changes: str) -> dict[str, str]:
    """What a browser sends for the form of `page`, with `changes` typed in."""
    values = {}
    for tag in re.findall(r"<input[^>]+>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") not in ("radio", "submit") or " checked" in tag:
            values[attributes.get("name", "")] = unescape(attributes.get("value", ""))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', page, re.S):
        values[name] = unescape(text)
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return values | changes


def test_each_tab_keeps_what_it_changed() -> None:
    threat = build.a_threat()
    client = Client()
    client.force_login(threat.logged_by)
    url = reverse("cases:correct_threat", args=[threat.case.reference, threat.pk])
    first = second = client.get(url).content.decode()
    assert client.post(url, typed_on(first, nature="contempt", place="Devant la mairie")).status_code == 302
    answer = client.post(url, typed_on(second, place="Sur le parking"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Camille Invente a modifié ce dossier" in page
    assert "Devant la mairie" in page
    assert "Sur le parking" in page
    assert client.post(url, typed_on(page)).status_code == 302
    now = Threat.objects.get()
    assert (now.nature, now.place, now.version) == ("contempt", "Sur le parking", 3)
