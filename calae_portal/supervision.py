"""What the administrator has to look at: failed messages, failed jobs, a silent process, a broken journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst

from cases.selectors import faulty_attachments, stuck_attachments
from core.enums import DeliveryState, RunOutcome
from core.heartbeat import silent_processes
from core.jobs import find_job, last_runs
from core.models import JournalVerification, OutboxMessage
from core.todo import TodoItem, todo_section
from core.wording import plural_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.todo import TodoSection

PROCESS_LABELS = {"worker": "le traitement des tâches", "beat": "le planificateur"}


def process_words(process: str) -> str:
    """A process as those who do not know its name in the code call it."""
    return PROCESS_LABELS.get(process, process)


def platform_section() -> TodoSection:
    return todo_section(
        title="Santé du portail", items=_items(), empty_text="Tout fonctionne : messages, tâches et journal."
    )


def _items() -> Iterable[TodoItem]:
    for process in silent_processes():
        yield TodoItem(
            what=f"{capfirst(process_words(process))} ne répond plus",
            about="Aucun signe depuis 10 minutes au moins : des rappels peuvent partir en retard.",
            url=reverse("health"),
        )
    failed = OutboxMessage.objects.filter(state=DeliveryState.FAILED).count()
    if failed:
        yield TodoItem(
            what=f"{failed} message{'s' if failed > 1 else ''} en échec",
            about="L'envoi a été abandonné après plusieurs essais.",
            url=reverse("operations:outbox"),
        )
    for name, run in last_runs().items():
        job = find_job(name)
        if job is not None and run.outcome in (RunOutcome.FAILED, RunOutcome.INTERRUPTED):
            yield TodoItem(
                what=f"Tâche {run.get_outcome_display()} : {job.label}",
                about=run.message[:200],
                url=reverse("operations:jobs" if settings.DEMO else "health"),
            )
    yield from _about_attachments()
    last = JournalVerification.objects.order_by("-pk").first()
    if last is not None and not last.is_intact:
        yield TodoItem(
            what="Le journal a été altéré",
            about="La dernière vérification a trouvé une anomalie.",
            url=reverse("operations:journal"),
        )


def _about_attachments() -> Iterable[TodoItem]:
    stuck = stuck_attachments()
    if stuck:
        yield TodoItem(
            what="L'antivirus ne répond pas",
            about=f"{plural_words(stuck, 'pièce jointe attend', 'pièces jointes attendent')} : elles seront analysées"
            " dès son retour.",
            url=reverse("operations:jobs" if settings.DEMO else "health"),
        )
    faulty = faulty_attachments()
    if faulty:
        yield TodoItem(
            what=plural_words(faulty, "pièce jointe abîmée ou absente", "pièces jointes abîmées ou absentes"),
            about="Restaurez le dossier des pièces jointes depuis la sauvegarde.",
            url=reverse("operations:jobs" if settings.DEMO else "health"),
        )
