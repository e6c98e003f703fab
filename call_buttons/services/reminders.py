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

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse

from accounts.services import Notice, notify_each
from call_buttons.enums import ALWAYS_TOLD, DAYS_BEFORE, LADDER, TOLD_AT, Audience, ReminderKind
from call_buttons.models import CallButtonGrant, CallButtonReminder
from call_buttons.models.grant import CallButtonReminderMessage
from call_buttons.selectors import grants_to_remind
from call_buttons.services.people import PeopleOver
from cases.selectors import barred_among
from core import clock
from core.batches import BATCH, written_or_alone
from core.models import OutboxMessage
from core.outbox import Email, enqueue_emails, neutral_body
from officials.selectors import emails_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from accounts.models import User

REMINDER_KEY = ("pk", "grant", "kind", "audience")
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

    Reads the grants that miss one, and no other. Each batch is one transaction and a constant number of queries: a run
    that dies leaves whole reminders behind and the next run goes on. A grant whose reminders cannot be written does not
    deprive the others of theirs.

    Raises RemindersIncomplete, at the end, when there was one.
    """
    created = failed = 0
    with clock.steady():
        due = list(grants_to_remind().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(due), BATCH):
            batch = _read(due[start : start + BATCH])
            done, undone = written_or_alone(batch, _remind, failure="reminders_not_created")
            created += done
            failed += undone
    if failed:
        raise RemindersIncomplete(created=created, failed=failed)
    return created


def _read(keys: list[UUID]) -> list[CallButtonGrant]:
    """What these grants are now: one about which something has just been decided is left out."""
    queryset = CallButtonGrant.objects.filter(pk__in=keys).without_decided_follow_up().for_list()
    sent = Prefetch("reminders", CallButtonReminder.objects.select_related("acknowledgement").order_by("pk"))
    return list(queryset.select_related("official__user").with_closed_days().prefetch_related(sent).order_by("pk"))


@transaction.atomic
def _remind(grants: list[CallButtonGrant]) -> int:
    """Write the reminders that these grants miss, with all that carries them, and give how many there were.

    Several runs at once write the same rows in the same order: each waits for the other's row and leaves it as it is.
    """
    missing = [(grant, planned) for grant in grants for planned in _missing(grant)]
    if not missing:
        return 0
    now = clock.now()
    CallButtonReminder.objects.bulk_create(
        [
            CallButtonReminder(
                grant=grant, kind=planned.due.kind, audience=planned.audience, due_on=planned.due.due_on,
                created_at=now, climbed=planned.climbed,
            )
            for grant, planned in missing
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    readers = _Readers(grant for grant, _ in missing)
    notify_each(_notice(grant, planned, user) for grant, planned in missing for user in readers.told(grant, planned))
    emails = {
        email.dedupe_key: (email, grant, planned)
        for grant, planned in missing
        for email in _emails(grant, planned, readers.addresses(grant, planned))
    }
    enqueue_emails(email for email, _, _ in emails.values())
    _attach({key: (grant.pk, planned) for key, (_, grant, planned) in emails.items()})
    return len(missing)


def _attach(carried: dict[str, tuple[UUID, Planned]]) -> None:
    """Say which message, by its key, carries which reminder, whichever run wrote them."""
    messages = dict(OutboxMessage.objects.filter(dedupe_key__in=carried).order_by("pk").values_list("dedupe_key", "pk"))
    written = CallButtonReminder.objects.filter(grant__in={grant for grant, _ in carried.values()}).order_by("pk")
    reminders = {(grant, kind, who): pk for pk, grant, kind, who in written.values_list(*REMINDER_KEY)}
    CallButtonReminderMessage.objects.bulk_create(
        [
            CallButtonReminderMessage(
                reminder_id=reminders[grant, planned.due.kind, planned.audience], message_id=messages[key]
            )
            for key, (grant, planned) in carried.items()
        ],
        ignore_conflicts=True,
    )


class _Readers:
    """Whom the reminders of a batch reach, in three queries."""

    def __init__(self, grants: Iterable[CallButtonGrant]) -> None:
        batch = {grant.pk: grant for grant in grants}.values()
        self._over = PeopleOver(batch)
        self._addresses = emails_of(grant.official for grant in batch)
        self._barred = barred_among({grant.case_id for grant in batch}, self._over.everybody())

    def told(self, grant: CallButtonGrant, planned: Planned) -> list[User]:
        """Whom to tell in the product: everybody of the role but those whom the file concerns, and then the hierarchy
        for them.

        A restriction changes nothing here: the message is neutral, and a protection does not end in silence.
        """
        if planned.audience == Audience.OFFICIAL:
            return []
        people = self._over.audience(grant, planned.audience)
        told = self._without_barred(grant, people)
        if people and not told:
            told = self._without_barred(grant, self._over.heads(grant))
        return told

    def addresses(self, grant: CallButtonGrant, planned: Planned) -> dict[str, str]:
        """The addresses to write to, each under the number of its account."""
        if planned.audience == Audience.OFFICIAL:
            address = self._addresses[grant.official_id]
            return {"": address} if address else {}
        return {str(user.pk): user.email for user in self.told(grant, planned)}

    def _without_barred(self, grant: CallButtonGrant, people: list[User]) -> list[User]:
        return [user for user in people if (grant.case_id, user.pk) not in self._barred]


def _missing(grant: CallButtonGrant) -> list[Planned]:
    """The reminders that are due and not written. What climbs is decided with the first writing of a moment."""
    today = clock.today(grant.departement.time_zone)
    sent = {(reminder.kind, reminder.audience): reminder for reminder in grant.reminders.all()}
    moments = sorted(reminder_dates(grant), key=lambda due: due.due_on)
    missing = []
    for number, due in enumerate(moments):
        if due.due_on > today:
            break
        audiences = {who: who not in ALWAYS_TOLD for who in TOLD_AT[due.kind]}
        if due.kind != ReminderKind.LAST_WORKING_DAY and number and (due.kind, Audience.REFERENT) not in sent:
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


def _notice(grant: CallButtonGrant, planned: Planned, user: User) -> Notice:
    text = f"{grant.case.reference} : {LATE_NOTICE if _has_ended(grant) else NOTICE}"
    path = reverse("call_buttons:request", args=[grant.request_id]) + "#rappels"
    return Notice(user, text, path, f"reminder:{grant.pk}:{planned.due.kind}")


def _emails(grant: CallButtonGrant, planned: Planned, addresses: dict[str, str]) -> Iterator[Email]:
    audience, ended = planned.audience, _has_ended(grant)
    link = reverse("home") if audience == Audience.OFFICIAL else reverse("call_buttons:open", args=[grant.request_id])
    sentence = (LATE_SENTENCES if ended else SENTENCES)[audience]
    if planned.climbed:
        sentence = f"{sentence} {UNANSWERED}"
    body = neutral_body(sentence, settings.PUBLIC_URL + link)
    for person, recipient in addresses.items():
        # The number of the account, never the address: keys are in clear.
        key = f"reminder:{grant.pk}:{planned.due.kind}:{audience}:{person}"
        yield Email(key, recipient, LATE_SUBJECT if ended else SUBJECT, body, grant.decision.number)


def _has_ended(grant: CallButtonGrant) -> bool:
    return clock.today(grant.departement.time_zone) > grant.last_day
