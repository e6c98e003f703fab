"""Reminders before the end of a grant: each exists once, whatever the scheduler missed, and climbs while unanswered.

What is due is read from the grants and the portal's clock. A run that comes late, twice or in parallel
changes nothing: the unique key of the reminder and the dedupe key of its messages hold.

Nobody answers a moment before the next one comes: that one goes a rung higher too (référent, instructor,
decision-maker, roster). On the last useful day the decision-maker and the roster are told whatever was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Prefetch
from django.urls import reverse

from accounts.services import notify
from call_buttons.enums import ALWAYS_TOLD, DAYS_BEFORE, LADDER, Audience, ReminderKind
from call_buttons.models import CallButtonGrant, CallButtonReminder
from call_buttons.models.grant import CallButtonReminderMessage
from call_buttons.services.notices import neutral_body
from call_buttons.services.people import PeopleOver
from cases.selectors import without_barred
from core import clock
from core.outbox import enqueue_email
from officials.selectors import email_of

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

logger = structlog.get_logger(__name__)

BATCH = 100
SUBJECT = "Portail de la sécurité des élus : une échéance approche"
NOTICE = "une échéance approche, répondez que vous vous en occupez"
UNANSWERED = "Personne n'a répondu qu'il s'en occupait."
LATE_NOTICE = "une échéance est passée, répondez que vous vous en occupez"
SENTENCES = {
    Audience.REFERENT: "Une échéance approche sur un dossier que vous suivez : une suite est à préparer.",
    Audience.INSTRUCTOR: "Une échéance approche sur un dossier de votre département : une décision est à préparer.",
    Audience.OFFICIAL: "Une échéance approche. Votre référent peut préparer la suite avec vous.",
    Audience.DECIDER: "Une échéance approche sur un dossier de votre département : une décision est attendue.",
    Audience.ROSTER: "Une échéance approche sur un dossier de votre département : que l'un de vous s'en occupe.",
}


# For the moments that come to light once the protection has ended: the scheduler was stopped for long.
LATE_SUBJECT = "Portail de la sécurité des élus : une échéance est passée"
LATE_SENTENCES = {
    Audience.REFERENT: "Une échéance est passée sans suite sur un dossier que vous suivez : agissez aujourd'hui.",
    Audience.INSTRUCTOR: "Une échéance est passée sans décision sur un dossier de votre département.",
    Audience.OFFICIAL: "Une échéance est passée. Appelez votre référent pour faire le point.",
    Audience.DECIDER: "Une échéance est passée sans décision sur un dossier de votre département.",
    Audience.ROSTER: "Une échéance est passée sans décision sur un dossier : que l'un de vous s'en occupe.",
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


@dataclass(frozen=True)
class Planned:
    due: DueReminder
    audience: Audience
    # It comes to this audience because nobody answered, or because the last useful day has come.
    climbed: bool


def reminder_dates(grant: CallButtonGrant) -> list[DueReminder]:
    """The five moments of a grant, as local dates.

    Four are counted back from the last protected day, whatever the calendar. The fifth is the last useful day, which
    follows the département's holidays and closed days: one declared afterwards moves it, and its reminder with it.
    A conservatory extension lasts a few days: the moments that came before it were those of what it prolongs.
    """
    days = [DueReminder(ReminderKind(kind), grant.last_day - timedelta(days=n)) for kind, n in DAYS_BEFORE.items()]
    if grant.is_extension:
        days = [due for due in days if due.due_on >= grant.first_day]
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
    sent = Prefetch("reminders", CallButtonReminder.objects.select_related("acknowledgement").order_by("pk"))
    queryset = queryset.select_related("official__user").with_closed_days().prefetch_related(sent).order_by("pk")
    if last_seen is not None:
        queryset = queryset.filter(pk__gt=last_seen)
    return list(queryset[:BATCH])


def _remind(grants: list[CallButtonGrant]) -> tuple[int, int]:
    """How many reminders were created, and for how many grants they could not be."""
    missing_of = [(grant, missing) for grant in grants if (missing := _missing(grant))]
    if not missing_of:
        return 0, 0
    over = PeopleOver(grant for grant, _ in missing_of)
    created = failed = 0
    for grant, missing in missing_of:
        try:
            with transaction.atomic():
                for planned in missing:
                    _create(grant, planned, _people(grant, planned.audience, over))
        except (InterfaceError, OperationalError):
            raise  # the database is away: the next grant would fare no better
        except Exception:  # logged and counted: the grants that follow still get theirs, then the job fails
            logger.exception("reminders_not_created", grant=str(grant.pk))
            failed += 1
        else:
            created += len(missing)
    return created, failed


def _people(grant: CallButtonGrant, audience: Audience, over: PeopleOver) -> tuple[list[User], dict[str, str]]:
    """Whom to tell in the product, and the addresses to write to, each under the number of its account."""
    if audience == Audience.OFFICIAL:
        return [], {"": address} if (address := email_of(grant.official)) else {}
    told = _told(grant, over.audience(grant, audience), over)
    return told, {str(user.pk): user.email for user in told}


def _told(grant: CallButtonGrant, people: list[User], over: PeopleOver) -> list[User]:
    """Whom to remind: everybody of the role but those whom the file concerns, and then the hierarchy for them.

    A restriction changes nothing here: the message is neutral, and a protection does not end in silence.
    """
    told = without_barred(grant.case, people)
    if people and not told:
        told = without_barred(grant.case, over.heads(grant))
    return told


def _missing(grant: CallButtonGrant) -> list[Planned]:
    """The reminders that are due and not written. What climbs is decided with the first writing of a moment."""
    today = clock.today(grant.departement.time_zone)
    sent = {(reminder.kind, reminder.audience): reminder for reminder in grant.reminders.all()}
    moments = sorted(reminder_dates(grant), key=lambda due: due.due_on)
    missing = []
    for number, due in enumerate(moments):
        if due.due_on > today:
            break
        audiences = dict.fromkeys(ALWAYS_TOLD, False)
        if due.kind == ReminderKind.LAST_WORKING_DAY:
            # Nothing is decided, or the grant would not be here: the prefecture decides today.
            audiences |= {Audience.DECIDER: True, Audience.ROSTER: True}
        elif number and (due.kind, Audience.REFERENT) not in sent:
            climbed = _rung_after(moments[number - 1].kind, sent)
            audiences |= {LADDER[climbed]: True} if climbed else {}
        missing += [Planned(due, who, up) for who, up in audiences.items() if (due.kind, who) not in sent]
    return missing


def _rung_after(kind: ReminderKind, sent: dict[tuple[str, str], CallButtonReminder]) -> int:
    """The rung of the ladder to which an unanswered moment leads; 0 when it was answered, or never sent.

    It is answered from the rung it had reached, or from a higher one.
    """
    here = {rung: sent[kind, who] for rung, who in enumerate(LADDER) if (kind, who) in sent}
    if not here:
        return 0
    reached = max((rung for rung, reminder in here.items() if reminder.climbed), default=0)
    if any(hasattr(reminder, "acknowledgement") for rung, reminder in here.items() if rung >= reached):
        return 0
    return min(reached + 1, len(LADDER) - 1)


def _create(grant: CallButtonGrant, planned: Planned, people: tuple[list[User], dict[str, str]]) -> None:
    due, audience = planned.due, planned.audience
    # A parallel run may have just written it: the unique keys of the reminder and of its messages hold.
    CallButtonReminder.objects.bulk_create(
        [
            CallButtonReminder(
                grant=grant,
                kind=due.kind,
                audience=audience,
                due_on=due.due_on,
                created_at=clock.now(),
                climbed=planned.climbed,
            )
        ],
        ignore_conflicts=True,
    )
    reminder = CallButtonReminder.objects.get(grant=grant, kind=due.kind, audience=audience)
    link = reverse("home") if audience == Audience.OFFICIAL else reverse("call_buttons:open", args=[grant.request_id])
    ended = clock.today(grant.departement.time_zone) > grant.last_day
    sentence = (LATE_SENTENCES if ended else SENTENCES)[audience]
    if planned.climbed:
        sentence = f"{sentence} {UNANSWERED}"
    told, addresses = people
    notify(
        users=told,
        text=f"{grant.case.reference} : {LATE_NOTICE if ended else NOTICE}",
        path=reverse("call_buttons:request", args=[grant.request_id]) + "#rappels",
        dedupe_key=f"reminder:{grant.pk}:{due.kind}",
    )
    for person, recipient in addresses.items():
        message = enqueue_email(
            # The number of the account, never the address: keys are in clear.
            dedupe_key=f"reminder:{grant.pk}:{due.kind}:{audience}:{person}",
            recipient=recipient,
            subject=LATE_SUBJECT if ended else SUBJECT,
            body=neutral_body(sentence, settings.PUBLIC_URL + link),
            about=grant.decision.number,
        )
        CallButtonReminderMessage.objects.get_or_create(reminder=reminder, message=message)
