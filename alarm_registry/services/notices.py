"""Messages of « Alarme élu ». They carry no fact: a neutral sentence and a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import Notice, notify, notify_each
from alarm_registry.enums import RegistrationState
from core.outbox import NEUTRAL_SUBJECT, Email, enqueue_emails, neutral_body
from officials.selectors import emails_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alarm_registry.models import Registration
    from core.journal import Actor


def tell_unit(registration: Registration, *, text: str, key: str, by: Actor) -> None:
    """Tell the référents of the unit, in the portal, but the one who has just done it. In the caller's transaction."""
    notify(
        users=[user for user in people_over(registration.unit, [Role.REFERENT]) if user.pk != by.user_id],
        text=f"Alarme élu : {text}",
        path=reverse("alarm_registry:registration", args=[registration.pk]),
        dedupe_key=key,
    )


def tell_people(registrations: Iterable[Registration], *, text: str, keys: dict[object, str]) -> None:
    """Tell each registered person, by e-mail and in the portal. `keys` gives what makes each message unique.

    Whoever has neither address nor account is told by the unit, which is notified of the same.
    """
    rows = list(registrations)
    link = settings.PUBLIC_URL + reverse("home")
    body = neutral_body("Une information vous attend dans votre espace.", link)
    addresses = emails_of([row.official for row in rows])
    enqueue_emails(
        Email(keys[row.pk], address, NEUTRAL_SUBJECT, body, "Alarme élu")
        for row in rows
        if (address := addresses[row.official_id])
    )
    notify_each(
        Notice(row.official.user, f"Alarme élu : {text}", reverse("alarm_registry:mine"), keys[row.pk])
        for row in rows
        if row.official.user is not None
    )


def tell_end(registration: Registration, *, by: Actor) -> None:
    """The unit learns that a registration is over; the person, that its term has come."""
    key = f"alarm-end:{registration.pk}"
    if registration.state == RegistrationState.WITHDRAWN:
        tell_unit(registration, text="une inscription est retirée. Tout en est effacé.", key=key, by=by)
        return
    tell_unit(registration, text="une inscription est arrivée à son terme. Proposez-en une nouvelle.", key=key, by=by)
    tell_people([registration], text="votre inscription est arrivée à son terme.", keys={registration.pk: key})
