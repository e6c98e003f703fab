"""The secret address of a person's agenda, and the file that it gives: RFC 5545, with nothing of anybody in it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from icalendar import Calendar, Event

from accounts.models import User
from call_buttons.models import CallButtonAgenda
from call_buttons.selectors.agenda import agenda_entries, agenda_of, sha256_of
from call_buttons.services.errors import ActRefused
from core import clock
from core.encryption import blind_index
from core.journal import Action, Outcome, recent_refusals, record_access, record_act

if TYPE_CHECKING:
    from call_buttons.selectors.agenda import AgendaEntry
    from core.journal import Actor

logger = structlog.get_logger(__name__)

TOKEN_BYTES = 32
MOST_ENTRIES = 500
# Said once for a term and for a day without anybody: no name, no reference, nothing that a person typed.
TERM = "Échéance : dernier jour utile"
CLOSED = "Préfecture fermée ({})"
DETAIL = "Une suite est attendue ce jour-là au plus tard. Connectez-vous au portail pour la lire.\n{}"
# An unknown address is journaled, up to so many from one machine: guessing must not fill the journal.
REFUSALS_KEPT = 30
REFUSAL_WINDOW = timedelta(minutes=15)
OBJECT = "call_buttons.callbuttonagenda"
UNKNOWN = "adresse inconnue"


@transaction.atomic
def create_agenda(*, user: User, actor: Actor) -> str:
    """Give `user` a new secret address and its token, that nobody can read again. The former one stops at once."""
    _revoke(user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    agenda = CallButtonAgenda.objects.create(user=user, sha256=sha256_of(token), created_at=clock.now())
    _record(agenda, "adresse d'agenda créée", actor)
    return token


@transaction.atomic
def revoke_agenda(*, user: User, actor: Actor) -> None:
    """Stop the address in service. Raises ActRefused when there is none."""
    agenda = _revoke(user)
    if agenda is None:
        raise ActRefused("Vous n'avez pas d'adresse d'agenda en service.")
    _record(agenda, "adresse d'agenda révoquée", actor)


def _revoke(user: User) -> CallButtonAgenda | None:
    # Two windows of one person: the second waits, then finds what the first one made.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    agenda = agenda_of(user=user)
    if agenda is not None:
        agenda.revoked_at = clock.now()
        agenda.save(update_fields=["revoked_at"])
    return agenda


def _record(agenda: CallButtonAgenda, reason: str, actor: Actor) -> None:
    record_act(
        actor=actor,
        object_type=OBJECT,
        object_id=str(agenda.pk),
        object_label=agenda.user.get_full_name(),
        reason=reason,
    )


def journal_refused_agenda(*, actor: Actor, agenda: CallButtonAgenda | None) -> bool:
    """Write down that an address gave nothing. False when this machine has had too many: it is then told to wait."""
    key = str(agenda.pk) if agenda else UNKNOWN
    since = clock.real_now() - REFUSAL_WINDOW
    count = recent_refusals(action=Action.REFUSAL, object_id=key, address=actor.address, since=since)
    # The log tells of each one, and how many there were: the journal keeps the first ones.
    logger.warning("agenda_refused", known=agenda is not None, recent=count)
    if count >= REFUSALS_KEPT:
        return False
    record_access(
        action=Action.REFUSAL,
        actor=actor,
        object_type=OBJECT,
        object_id=key,
        reason="agenda : adresse inconnue, révoquée ou sans habilitation",
        outcome=Outcome.REFUSED,
    )
    return True


def agenda_file(*, user: User) -> bytes:
    """The agenda of `user` as it stands: the same bytes as long as nothing changes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Portail de la sécurité des élus//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "Portail de la sécurité des élus")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in agenda_entries(user=user, limit=MOST_ENTRIES):
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: AgendaEntry) -> Event:
    event = Event()
    # Under a key of ours: the number of a row says nothing outside, and two diaries still agree on it.
    number = blind_index(str(entry.key), purpose="agenda").hex()
    event.add("uid", f"{number}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.revision)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if entry.path:
        link = settings.PUBLIC_URL + entry.path
        event.add("summary", TERM)
        event.add("description", DETAIL.format(link))
        event.add("url", link)
    else:
        event.add("summary", CLOSED.format(entry.departement))
    return event
