"""Reminders before the end of a grant: each exists once, whatever the scheduler missed.

What is due is read from the grants and the portal's clock. A run that comes late, twice or in parallel
changes nothing: the unique key of the reminder and the dedupe key of its messages hold.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting, User
from accounts.selectors import people_over
from call_buttons.enums import DAYS_BEFORE, Audience, ReminderKind
from call_buttons.models import CallButtonGrant, CallButtonReminder
from call_buttons.models.grant import CallButtonReminderMessage
from call_buttons.services.notices import neutral_body
from cases.selectors import without_barred
from core import clock
from core.outbox import enqueue_email
from officials.selectors import email_of

if TYPE_CHECKING:
    from uuid import UUID

logger = structlog.get_logger(__name__)

BATCH = 100
SUBJECT = "Portail de la sécurité des élus : une échéance approche"
SENTENCES = {
    Audience.REFERENT: "Une échéance approche sur un dossier que vous suivez : une suite est à préparer.",
    Audience.INSTRUCTOR: "Une échéance approche sur un dossier de votre département : une décision est à préparer.",
    Audience.OFFICIAL: "Une échéance approche. Votre référent peut préparer la suite avec vous.",
}


# For the moments that come to light once the protection has ended: the scheduler was stopped for long.
LATE_SUBJECT = "Portail de la sécurité des élus : une échéance est passée"
LATE_SENTENCES = {
    Audience.REFERENT: "Une échéance est passée sans suite sur un dossier que vous suivez : agissez aujourd'hui.",
    Audience.INSTRUCTOR: "Une échéance est passée sans décision sur un dossier de votre département.",
    Audience.OFFICIAL: "Une échéance est passée. Appelez votre référent pour faire le point.",
}


class RemindersIncomplete(Exception):
    """Every reminder that could be created was, and some could not."""

    def __init__(self, *, created: int, failed: int) -> None:
        super().__init__(f"{created} reminders created, {failed} grants without theirs")
        self.created = created
        self.failed = failed


@dataclass(frozen=True)
class DueReminder:
    kind: ReminderKind
    due_on: date


def reminder_dates(grant: CallButtonGrant) -> list[DueReminder]:
    """The five moments of a grant, as local dates.

    Four are counted back from the last protected day, whatever the calendar. The fifth is the last useful day, which
    follows the département's holidays and closed days: one declared afterwards moves it, and its reminder with it.
    """
    days = [DueReminder(ReminderKind(kind), grant.last_day - timedelta(days=n)) for kind, n in DAYS_BEFORE.items()]
    return [*days, DueReminder(ReminderKind.LAST_WORKING_DAY, grant.last_useful_day)]


def send_due_reminders() -> int:
    """Create every reminder that is due, with its messages. Gives how many were created.

    Works by batches, each its own transaction: a run that dies leaves whole reminders behind and the next
    run goes on. A grant whose reminders cannot be written does not deprive the others of theirs.

    Raises RemindersIncomplete, at the end, when there was one.
    """
    created = failed = 0
    last_seen: UUID | None = None
    with clock.steady():
        while grants := _batch_after(last_seen):
            with transaction.atomic():
                done, undone = _remind(grants)
            created += done
            failed += undone
            last_seen = grants[-1].pk
    if failed:
        raise RemindersIncomplete(created=created, failed=failed)
    return created


def _batch_after(last_seen: UUID | None) -> list[CallButtonGrant]:
    queryset = CallButtonGrant.objects.to_renew(within_days=max(DAYS_BEFORE.values())).for_list()
    queryset = queryset.select_related("official__user").with_closed_days().prefetch_related("reminders").order_by("pk")
    if last_seen is not None:
        queryset = queryset.filter(pk__gt=last_seen)
    return list(queryset[:BATCH])


def _remind(grants: list[CallButtonGrant]) -> tuple[int, int]:
    """How many reminders were created, and for how many grants they could not be."""
    referents = _users_by(Role.REFERENT, "unit_id", {grant.unit_id for grant in grants})
    instructors = _users_by(Role.INSTRUCTOR, "departement_id", {grant.departement_id for grant in grants})
    created = failed = 0
    for grant in grants:
        if not (missing := _missing(grant)):
            continue
        try:
            with transaction.atomic():
                people = {
                    Audience.REFERENT: _addresses(grant, referents[grant.unit_id]),
                    Audience.INSTRUCTOR: _addresses(grant, instructors[grant.departement_id]),
                    Audience.OFFICIAL: {"": address} if (address := email_of(grant.official)) else {},
                }
                for due, audience in missing:
                    _create(grant, due, audience, people[audience])
        except (InterfaceError, OperationalError):
            raise  # the database is away: the next grant would fare no better
        except Exception:  # logged and counted: the grants that follow still get theirs, then the job fails
            logger.exception("reminders_not_created", grant=str(grant.pk))
            failed += 1
        else:
            created += len(missing)
    return created, failed


def _addresses(grant: CallButtonGrant, people: list[User]) -> dict[str, str]:
    """Whom to remind: everybody of the role but those whom the file concerns, and then the hierarchy for them.

    A restriction changes nothing here: the message is neutral, and a protection does not end in silence.
    """
    told = without_barred(grant.case, people)
    if people and not told:
        told = without_barred(grant.case, people_over(grant.unit, [Role.UNIT_HEAD]))
    return {str(user.pk): user.email for user in told}


def _missing(grant: CallButtonGrant) -> list[tuple[DueReminder, Audience]]:
    today = clock.today(grant.departement.time_zone)
    existing = {(reminder.kind, reminder.audience) for reminder in grant.reminders.all()}
    return [
        (due, audience)
        for due in reminder_dates(grant)
        if due.due_on <= today
        for audience in Audience
        if (due.kind, audience) not in existing
    ]


def _create(grant: CallButtonGrant, due: DueReminder, audience: Audience, recipients: dict[str, str]) -> None:
    # A parallel run may have just written it: the unique keys of the reminder and of its messages hold.
    CallButtonReminder.objects.bulk_create(
        [CallButtonReminder(grant=grant, kind=due.kind, audience=audience, due_on=due.due_on, created_at=clock.now())],
        ignore_conflicts=True,
    )
    reminder = CallButtonReminder.objects.get(grant=grant, kind=due.kind, audience=audience)
    link = (
        reverse("home")
        if audience == Audience.OFFICIAL
        else reverse("call_buttons:open", args=[grant.decision.request_id])
    )
    ended = clock.today(grant.departement.time_zone) > grant.last_day
    sentence = (LATE_SENTENCES if ended else SENTENCES)[audience]
    for person, recipient in recipients.items():
        message = enqueue_email(
            # The number of the account, never the address: keys are in clear.
            dedupe_key=f"reminder:{grant.pk}:{due.kind}:{audience}:{person}",
            recipient=recipient,
            subject=LATE_SUBJECT if ended else SUBJECT,
            body=neutral_body(sentence, settings.PUBLIC_URL + link),
            about=grant.decision.number,
        )
        CallButtonReminderMessage.objects.get_or_create(reminder=reminder, message=message)


def _users_by(role: Role, anchor: str, ids: set) -> dict[object, list[User]]:
    found: dict[object, list[User]] = defaultdict(list)
    postings = Posting.objects.active().with_roles([role]).filter(**{f"{anchor}__in": ids})
    postings = postings.filter(user__is_active=True).select_related("user")
    for posting in postings.order_by("pk"):
        if posting.user not in found[getattr(posting, anchor)]:
            found[getattr(posting, anchor)].append(posting.user)
    return found
