"""What people are told about an access, and what they stop being told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from accounts.models import Notification, User
from cases.selectors import able_to_open
from core.outbox import NEUTRAL_SUBJECT, enqueue_email, neutral_body

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cases.models import Case


def tell_by_email(*, people: Iterable[User], sentence: str, path: str, key: str, about: str) -> None:
    """A neutral e-mail for each of them, once per `key`. Joins the caller's transaction."""
    for person in people:
        enqueue_email(
            dedupe_key=f"{key}:user:{person.pk}",
            recipient=person.email,
            subject=NEUTRAL_SUBJECT,
            body=neutral_body(sentence, settings.PUBLIC_URL + path),
            about=about,
        )


def forget_notifications(case: Case) -> None:
    """Take back the lines about a file from those who no longer open it: its reference alone says that it exists."""
    about = Q(text__startswith=case.reference) | Q(path__contains=case.reference)
    lines = Notification.objects.filter(about).exclude(dedupe_key__startswith="glass:")
    people = list(User.objects.filter(pk__in=lines.values("user_id")))
    kept = {person.pk for person in able_to_open(case, people)}
    lines.filter(user__in=[person for person in people if person.pk not in kept]).delete()
