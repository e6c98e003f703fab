"""One e-mail a day at most, of counts alone: what was waiting for a person at seven in the morning where he works.

What is due is read from the state: late, twice or in parallel, a run changes nothing. What came after seven waits for
the next morning, so that a run delayed to the evening says what the morning's would have said.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Notification, Posting, User
from accounts.permissions import AGENT_ROLES
from cases.selectors import my_tasks
from core import clock
from core.outbox import enqueue_email
from core.wording import PARIS, plural_words

if TYPE_CHECKING:
    from datetime import date

SENT_AT = time(7)
SUBJECT = "Portail de la sécurité des élus : ce qui vous attend"


def send_due_digests() -> int:
    """Decide the digest of every person for whom it is past seven. Gives how many e-mails were made."""
    sent = 0
    with clock.steady():
        for user_id, zone, decided_on in _candidates():
            local = clock.now().astimezone(ZoneInfo(zone))
            if local.time() >= SENT_AT and decided_on != local.date():
                sent += _decide(user_id, local.date(), ZoneInfo(zone))
    return sent


def _candidates() -> list[tuple[int, str, date | None]]:
    """Agents who want it, with the zone of their first posting: Paris for the nation."""
    held = Posting.objects.active().with_roles(AGENT_ROLES)
    held = held.filter(user__is_active=True, user__digest_by_email=True)
    zone = Coalesce("departement__time_zone", "unit__departement__time_zone", Value(PARIS))
    return list(
        held.annotate(zone=zone)
        .order_by("user_id", "pk")
        .distinct("user_id")
        .values_list("user_id", "zone", "user__digested_on")
    )


@transaction.atomic
def _decide(user_id: int, day: date, zone: ZoneInfo) -> int:
    locked = User.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    user = locked.filter(pk=user_id, digest_by_email=True).exclude(digested_on=day).first()
    if user is None:  # a parallel run has it
        return 0
    user.digested_on = day
    user.save(update_fields=["digested_on"])
    morning = datetime.combine(day, SENT_AT, tzinfo=zone)
    tasks = my_tasks(user).filter(created_at__lte=morning).order_by()
    counted = tasks.aggregate(waiting=Count("pk"), late=Count("pk", filter=Q(due_at__lt=morning)))
    unread = Notification.objects.filter(user=user, at__lte=morning).unread()
    told = unread.aggregate(unread=Count("pk"), new=Count("pk", filter=Q(digested_at__isnull=True)))
    # A notification already announced does not come back every morning by itself.
    if not counted["waiting"] and not told["new"]:
        return 0
    path = reverse("tasks:list") if counted["waiting"] else reverse("accounts:notifications")
    enqueue_email(
        dedupe_key=f"digest:{user.pk}:{day:%Y-%m-%d}",
        recipient=user.email,
        subject=SUBJECT,
        body=_body(digest_sentence(counted["waiting"], counted["late"], told["unread"]), settings.PUBLIC_URL + path),
        about="résumé quotidien",
    )
    unread.filter(digested_at__isnull=True).update(digested_at=clock.now())
    return 1


def digest_sentence(waiting: int, late: int, unread: int) -> str:
    """« 3 tâches vous attendent, dont 1 en retard ; 2 notifications non lues. »"""
    parts = []
    if waiting:
        verb = "attend" if waiting == 1 else "attendent"
        late_words = f", dont {late} en retard" if late else ""
        parts.append(f"{plural_words(waiting, 'tâche', 'tâches')} vous {verb}{late_words}")
    if unread:
        parts.append(plural_words(unread, "notification non lue", "notifications non lues"))
    return " ; ".join(parts) + "."


def _body(sentence: str, link: str) -> str:
    return (
        f"Bonjour,\n\n{sentence}\n\nConnectez-vous au portail :\n{link}\n\n"
        "Ce message ne contient aucun détail, par sécurité. Vous pouvez l'arrêter sur la page « Notifications »."
        " En cas de danger immédiat, appelez le 17.\n\n"
        "Portail de la sécurité des élus — message automatique, ne répondez pas."
    )
