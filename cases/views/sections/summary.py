"""The file in one minute: who, how dangerous, protected until when, what is late, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from cases.enums import EvaluationState
from cases.models import Case
from cases.selectors import household_words, level_now
from cases.signals import SummaryLine, case_summary
from core.wording import day_words, local_datetime_words, plural_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import HttpRequest


@dataclass(frozen=True)
class Term:
    """Something that falls due: in words, with the anchor or the page where it stands."""

    words: str
    when: date | datetime
    url: str
    zone: str

    @property
    def moment(self) -> datetime:
        """A day counts to its last minute, where the file is."""
        if isinstance(self.when, datetime):
            return self.when
        return datetime.combine(self.when, time(), tzinfo=ZoneInfo(self.zone)) + timedelta(days=1)

    @property
    def when_words(self) -> str:
        if isinstance(self.when, datetime):
            return local_datetime_words(self.when, self.zone)
        return day_words(self.when)


def context(request: HttpRequest, case: Case, built: dict[str, Any]) -> dict[str, object]:
    """`built` is what the sections gave: nothing is read twice."""
    replies = case_summary.send(sender=Case, case=case, user=request.user)
    lines: list[SummaryLine] = [line for _, given in replies for line in given or ()]
    terms = sorted(
        [*_evaluations(case, built), *_tasks(case, built), *_measures(case, built), *_lines(case, lines)],
        key=lambda t: t.moment,
    )
    now = built["now"]
    late = [term for term in terms if term.moment <= now] if case.is_open else []
    coming = [term for term in terms if term.moment > now]
    return {
        "household": household_words(built["household_people"]),
        "level_now": level_now(built["threats"]),
        "protections": [*[line for line in lines if line.protects], *_live_measures(built)],
        "late_words": [*_late_words(late), *[line.text for line in lines if line.is_late and not line.protects]],
        "late_terms": late[:3],
        "next_term": coming[0] if coming else None,
    }


def _evaluations(case: Case, built: dict[str, Any]) -> Iterable[Term]:
    words = {EvaluationState.TODO: "évaluer une menace", EvaluationState.SUBMITTED: "valider une évaluation"}
    for threat in built["threats"]:
        for version in threat.versions:
            if version.state in words:
                url = reverse("cases:evaluation", args=[case.reference, version.pk])
                yield Term(words[version.state], version.due_at, url, case.departement.time_zone)


def _tasks(case: Case, built: dict[str, Any]) -> Iterable[Term]:
    for task in built["tasks"]:
        if task.kind != "evaluate":  # already among the evaluations
            yield Term(f"{task.title[0].lower()}{task.title[1:]}", task.due_at, "#taches", case.departement.time_zone)


def _measures(case: Case, built: dict[str, Any]) -> Iterable[Term]:
    # The point to make on a measure is a task already, as soon as somebody owns it.
    asked = {task.due_at.astimezone(case.departement.zone).date() for task in built["tasks"]}
    for measure in built["live_measures"]:
        day = measure.next_day
        if day is not None and day not in asked:
            yield Term(f"point sur : {measure.get_kind_display()}", day, "#mesures", case.departement.time_zone)


def _live_measures(built: dict[str, Any]) -> Iterable[SummaryLine]:
    for measure in built["live_measures"]:
        until = f" jusqu'au {day_words(measure.last_day)} inclus" if measure.last_day else ", sans date de fin"
        kind = measure.get_kind_display()
        yield SummaryLine(f"{kind[0].upper()}{kind[1:]}{until}.")


def _lines(case: Case, lines: list[SummaryLine]) -> Iterable[Term]:
    for line in lines:
        if line.term is not None:
            yield Term(line.term_words or line.text, line.term, line.url, case.departement.time_zone)


def _late_words(late: list[Term]) -> list[str]:
    return [plural_words(len(late), "échéance passée", "échéances passées")] if late else []
