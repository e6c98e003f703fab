"""A request that the prefecture leaves without an opinion or a decision is told to the duty roster, once.

What is due is read from the requests and the portal's clock: a run that comes late, twice or beside another changes
nothing, because each escalation is a row with a unique key, written with its notices in one transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.services import Notice, notify_each
from call_buttons.enums import Audience
from call_buttons.models import CallButtonEscalation, CallButtonRequest, CallButtonRules
from call_buttons.services.people import PeopleOver
from cases.enums import EventKind
from cases.selectors import barred_among
from cases.services import add_events
from core import clock
from core.batches import BATCH, written_or_alone
from core.journal import SYSTEM
from core.outbox import Email, enqueue_emails, neutral_body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from accounts.models import User

SUBJECT = "Portail de la sécurité des élus : une demande attend une réponse"
SENTENCE = "Une demande attend une réponse dans votre département : que l'un de vous s'en occupe maintenant."


class EscalationsIncomplete(Exception):
    """Every request that could be told was, and some could not."""

    def __init__(self, *, written: int, failed: int) -> None:
        super().__init__(f"{written} requests told, {failed} not")
        self.written = written
        self.failed = failed


def escalate_waiting_requests() -> int:
    """Tell the duty roster of each request left without an answer beyond the delay in force. Gives how many.

    Raises EscalationsIncomplete, at the end, when one of them could not be told.
    """
    written = failed = 0
    last_seen: UUID | None = None
    with clock.steady():
        while requests := _batch_after(last_seen):
            done, undone = written_or_alone(requests, _escalate, failure="request_not_escalated")
            written += done
            failed += undone
            last_seen = requests[-1].pk
    if failed:
        raise EscalationsIncomplete(written=written, failed=failed)
    return written


def _batch_after(last_seen: UUID | None) -> list[CallButtonRequest]:
    queryset = CallButtonRequest.objects.pending().filter(escalation__isnull=True)
    queryset = queryset.select_related("case", "departement").defer("motive", "opinion_text").order_by("pk")
    if last_seen is not None:
        queryset = queryset.filter(pk__gt=last_seen)
    return list(queryset[:BATCH])


@transaction.atomic
def _escalate(requests: list[CallButtonRequest]) -> int:
    late = _still_late(requests)
    if not late:
        return 0
    told = _people_told(late)
    now = clock.now()
    rows = [CallButtonEscalation(request=one, at=now, people=len(told[one.pk])) for one in late]
    CallButtonEscalation.objects.bulk_create(rows, ignore_conflicts=True)
    written = CallButtonEscalation.objects.filter(pk__in=[row.pk for row in rows]).values_list("request_id", flat=True)
    mine = set(written)
    climbed = [request for request in late if request.pk in mine]
    notify_each(notice for request in climbed for notice in _notices(request, told[request.pk]))
    enqueue_emails(email for request in climbed for email in _emails(request, told[request.pk]))
    add_events(
        kind=EventKind.CALL_BUTTON,
        sentences=[(request.case, _sentence(told[request.pk])) for request in climbed],
        actor=SYSTEM,
    )
    return len(climbed)


def _still_late(requests: list[CallButtonRequest]) -> list[CallButtonRequest]:
    """Those of `requests` that wait beyond the delay, locked. One that is being answered is left for the next run."""
    locked = CallButtonRequest.objects.pending().with_waiting_since().filter(pk__in=[one.pk for one in requests])
    locked = locked.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")
    since = {one.pk: one.waiting_since for one in locked}  # type: ignore[attr-defined]  # annotated just above
    days = {clock.today(one.departement.time_zone) for one in requests}
    delays = {day: timedelta(hours=CallButtonRules.on(day).escalation_hours) for day in days}
    now = clock.now()
    return [
        one
        for one in requests
        if one.pk in since and since[one.pk] + delays[clock.today(one.departement.time_zone)] <= now
    ]


def _people_told(requests: list[CallButtonRequest]) -> dict[UUID, list[User]]:
    """The roster, but those whom the file concerns. A restriction changes nothing: what they are told is neutral."""
    over = PeopleOver(requests)
    people = {request.pk: over.audience(request, Audience.ROSTER) for request in requests}
    barred = barred_among({one.case_id for one in requests}, {user.pk for users in people.values() for user in users})
    return {one.pk: [user for user in people[one.pk] if (one.case_id, user.pk) not in barred] for one in requests}


def _sentence(told: list[User]) -> str:
    if told:
        return "Demande de bouton d'appel sans réponse de la préfecture : la permanence du département est prévenue."
    return "Demande de bouton d'appel sans réponse de la préfecture : personne n'est en fonction à la permanence."


def _notices(request: CallButtonRequest, told: list[User]) -> Iterator[Notice]:
    path = reverse("call_buttons:request", args=[request.pk])
    for user in told:
        yield Notice(user, f"{request.case.reference} : une demande attend une réponse", path, f"waiting:{request.pk}")


def _emails(request: CallButtonRequest, told: list[User]) -> Iterator[Email]:
    body = neutral_body(SENTENCE, settings.PUBLIC_URL + reverse("call_buttons:open", args=[request.pk]))
    for user in told:
        yield Email(f"waiting:{request.pk}:{user.pk}", user.email, SUBJECT, body, request.case.reference)
