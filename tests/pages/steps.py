"""Sends the five steps of a new threat, without a browser."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from cases.models import ThreatDraft
from core import clock
from officials.models import Official

SLUGS = ("victimes", "faits", "recit", "auteur", "suites")


def usual_answers(official: Official) -> dict[str, dict[str, Any]]:
    """What is typed at each step of an ordinary threat against `official`."""
    mandate = official.mandates.first()
    yesterday = clock.today("Europe/Paris") - timedelta(days=1)
    return {
        "victimes": {"official_targeted": "on", "mandate": str(mandate.pk) if mandate else ""},
        "faits": {
            "nature": "death_threat",
            "channel": "letter",
            "occurred_date": f"{yesterday:%Y-%m-%d}",
            "occurred_time": "21:40",
            "commune": "Orléans",
            "place": "Devant la mairie",
        },
        "recit": {"description": "Une lettre anonyme."},
        "auteur": {
            "author_knowledge": "unknown",
            "antecedents": "unknown",
            "author_description": "Rien de connu.",
        },
        "suites": {"complaint": "filed", "urgency": "high"},
    }


class Steps:
    def __init__(self, user: User, official: Official) -> None:
        self.user, self.official, self.draft_id = user, official, uuid.uuid4()
        self.client = Client()
        self.client.force_login(user)
        self.usual = usual_answers(official)

    def url(self, step: str) -> str:
        return reverse("cases:draft_step", args=[self.draft_id, step])

    def send(self, step: str, **changes: Any):
        """One step, with the version that its page would carry."""
        draft = ThreatDraft.objects.filter(pk=self.draft_id).first()
        data = {"version": str(draft.version if draft else 0), "draft": str(self.draft_id)}
        data |= self.usual[step] | changes
        first = step == "victimes" and draft is None
        return self.client.post(reverse("cases:new_for", args=[self.official.pk]) if first else self.url(step), data)

    def walk(self, **changes: dict[str, Any]):
        """Every step; the answer of the last one."""
        response = None
        for step in SLUGS:
            response = self.send(step, **changes.get(step, {}))
        return response
