"""« Qui a consulté mon dossier »: what an élu reads of those who opened his files. Functions, never names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.actor import actor_from
from accounts.gate import access
from accounts.models import Posting
from calae_portal.permissions import READ_OWN_SITUATION
from cases.enums import ConsultationMotive
from cases.models import Case
from core.journal import Action, Outcome, record_access
from core.models import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

SHOWN = 50
# Several pages in a row are one consultation: enough entries for fifty of them.
READ = 1_000
# Written by the pages of a file and of its call buttons. Reading one's own situation is not among them.
READINGS = (Action.CONSULTATION, Action.EXPORT)
MOTIVES = set(ConsultationMotive.labels)


@dataclass(frozen=True)
class Consultation:
    day: date
    function: str
    motive: str


@access(READ_OWN_SITUATION)
@require_GET
def consultations(request: HttpRequest) -> HttpResponse:
    record_access(
        actor=actor_from(request, permission=READ_OWN_SITUATION),
        object_type="officials.official",
        object_id=str(request.user.pk),
        reason="lecture des consultations de son dossier",
    )
    context = {"consultations": consultations_of(request.user)}
    return render(request, "situation/consultations.html", context)


def consultations_of(user: User) -> list[Consultation]:
    """The last consultations of the files of `user`, by function and day, the latest first."""
    cases = list(Case.objects.visible_to(user, READ_OWN_SITUATION).select_related("departement"))
    zone = cases[0].departement.zone if cases else None
    # By the label: the pages of a call button write the reference of their file there.
    entries = list(
        JournalEntry.objects.filter(
            object_label__in=[case.reference for case in cases], action__in=READINGS, outcome=Outcome.DONE
        )
        .exclude(actor_id=user.pk)
        .order_by("-at", "-pk")[:READ]
    )
    functions = _functions(entries)
    lines = [
        Consultation(
            entry.at.astimezone(zone).date(), functions.get(entry.posting_id, "service de l'État"), _motive(entry)
        )
        for entry in entries
    ]
    days = (sorted(set(day), key=lambda line: line.function) for _, day in groupby(lines, lambda line: line.day))
    return [line for day in days for line in day][:SHOWN]


def _functions(entries: Iterable[JournalEntry]) -> dict[int | None, str]:
    """The role and the place of each posting: a signature (« le préfet X ») may carry a name, these do not."""
    postings = Posting.objects.filter(pk__in={entry.posting_id for entry in entries if entry.posting_id})
    return {
        posting.pk: f"{posting.get_role_display()}, {posting.place}"
        for posting in postings.select_related("unit", "departement")
    }


def _motive(entry: JournalEntry) -> str:
    """Only what was chosen in the list of reasons."""
    given = entry.details.get("consultation_reason", "")
    return given if given in MOTIVES or given == "accès d'urgence" else ""
