"""A protection that ends with nothing decided: at local midnight those who must know are told, once.

What is due is read from the grants and the portal's clock, batch by batch: a run that comes late, twice or beside
another changes nothing, because each end is a row with a unique key, written with its notices in one transaction.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.services import Notice, notify_each
from call_buttons.models import CallButtonExpiry, CallButtonGrant
from call_buttons.services.people import PeopleOver
from cases.enums import EventKind, TaskKind
from cases.selectors import barred_among
from cases.services import add_events, open_role_tasks
from core import clock
from core.batches import BATCH, written_or_alone
from core.journal import SYSTEM
from core.outbox import Email, enqueue_emails, neutral_body
from core.wording import day_words
from officials.selectors import emails_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from accounts.models import User

SUBJECT = "Portail de la sécurité des élus : une échéance est passée"
TO_AGENTS = "Une échéance est passée sans décision sur un dossier que vous suivez : agissez dès maintenant."
TO_OFFICIAL = "Une échéance est passée. Appelez votre référent pour faire le point."
TASK = "Préparer la suite : la protection a pris fin"


class ExpiriesIncomplete(Exception):
    """Every end that could be told was, and some could not."""

    def __init__(self, *, written: int, failed: int) -> None:
        super().__init__(f"{written} ends told, {failed} not")
        self.written = written
        self.failed = failed


def tell_expired_grants() -> int:
    """Tell, for each grant that ended with nothing decided, its référents, their hierarchy and the élu. Gives how many.

    Raises ExpiriesIncomplete, at the end, when one of them could not be.
    """
    written = failed = 0
    last_seen: UUID | None = None
    with clock.steady():
        while grants := _batch_after(last_seen):
            done, undone = written_or_alone(grants, _expire, failure="expiry_not_told")
            written += done
            failed += undone
            last_seen = grants[-1].pk
    if failed:
        raise ExpiriesIncomplete(written=written, failed=failed)
    return written


def _batch_after(last_seen: UUID | None) -> list[CallButtonGrant]:
    queryset = CallButtonGrant.objects.expired_in_silence().for_list()
    queryset = queryset.select_related("official__user", "case__merged_into").order_by("pk")
    if last_seen is not None:
        queryset = queryset.filter(pk__gt=last_seen)
    return list(queryset[:BATCH])


@transaction.atomic
def _expire(grants: list[CallButtonGrant]) -> int:
    """Write the ends of a batch and tell people of those that no other run has just written."""
    rows = [CallButtonExpiry(grant=grant, at=clock.now()) for grant in grants]
    CallButtonExpiry.objects.bulk_create(rows, ignore_conflicts=True)
    written = CallButtonExpiry.objects.filter(pk__in=[row.pk for row in rows]).values_list("grant_id", flat=True)
    mine = set(written)
    ended = [grant for grant in grants if grant.pk in mine]
    if not ended:
        return 0
    told = _people_told(ended)
    addresses = emails_of(grant.official for grant in ended)
    notify_each(notice for grant in ended for notice in _notices(grant, told[grant.pk]))
    enqueue_emails(email for grant in ended for email in _emails(grant, told[grant.pk], addresses[grant.official_id]))
    open_role_tasks(
        kind=TaskKind.OTHER,
        title=TASK,
        role=Role.REFERENT,
        asked=[(grant.case.holder, _this_evening(grant), _path(grant), f"expiry:{grant.pk}") for grant in ended],
    )
    add_events(
        kind=EventKind.CALL_BUTTON,
        sentences=[
            (grant.case.holder, f"Bouton d'appel échu le {day_words(grant.last_day)} à minuit, sans décision.")
            for grant in ended
        ],
        actor=SYSTEM,
    )
    return len(ended)


def _people_told(grants: list[CallButtonGrant]) -> dict[UUID, list[User]]:
    """The référents and their hierarchy, but those whom the file concerns. A restriction changes nothing here: what
    they are told is neutral, and a protection does not end in silence.
    """
    over = PeopleOver(grants)
    people = {grant.pk: [*over.referents(grant), *over.heads(grant)] for grant in grants}
    barred = barred_among({grant.case_id for grant in grants}, {user.pk for users in people.values() for user in users})
    return {grant.pk: [user for user in people[grant.pk] if (grant.case_id, user.pk) not in barred] for grant in grants}


def _notices(grant: CallButtonGrant, told: list[User]) -> Iterator[Notice]:
    for user in {user.pk: user for user in told}.values():
        text = f"{grant.case.reference} : une échéance est passée sans décision"
        yield Notice(user, text, _path(grant), f"expiry:{grant.pk}")
    if grant.official.user is not None:
        yield Notice(grant.official.user, TO_OFFICIAL, reverse("home"), f"expiry:{grant.pk}")


def _emails(grant: CallButtonGrant, told: list[User], address: str) -> Iterator[Email]:
    link = settings.PUBLIC_URL + reverse("call_buttons:open", args=[grant.request_id])
    for user in {user.pk: user for user in told}.values():
        body = neutral_body(TO_AGENTS, link)
        yield Email(f"expiry:{grant.pk}:{user.pk}", user.email, SUBJECT, body, grant.decision.number)
    if address:
        body = neutral_body(TO_OFFICIAL, settings.PUBLIC_URL + reverse("home"))
        yield Email(f"expiry:{grant.pk}:official", address, SUBJECT, body, grant.decision.number)


def _path(grant: CallButtonGrant) -> str:
    return reverse("call_buttons:request", args=[grant.request_id])


def _this_evening(grant: CallButtonGrant) -> datetime:
    zone = grant.departement.zone
    return datetime.combine(clock.today(zone), time(23, 59), tzinfo=zone)
