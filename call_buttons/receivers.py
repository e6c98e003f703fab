"""What closing or merging a file means for call buttons, and who has something to do in one because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from accounts.enums import Role
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest, CallButtonWish
from call_buttons.selectors import (
    grants_running_in,
    grants_undecided_in,
    open_matters_of,
    pending_requests_in,
    protection_of,
)
from call_buttons.selectors.devices import handovers_open_in, protection_words
from cases.services import stays
from cases.signals import (
    Matter,
    SummaryLine,
    case_closing,
    case_merge_undoing,
    case_merging,
    case_summary,
    matters_of_apps,
    protections_of_apps,
)
from core import clock
from core.acts import ActRefused
from core.wording import day_words

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from cases.models import Case, CaseMerge

# A request and a grant stay with the reference under which they were decided; the survivor's panel lists them too.
stays(CallButtonRequest)
stays(CallButtonGrant)
stays(CallButtonDecision)
stays(CallButtonWish)


@receiver(case_closing)
def keep_open_while_protected(sender: type[Case], *, case: Case, **kwargs: Any) -> None:
    """A pending request would be decided, a protection would run or a device stay out, in a file nobody looks at."""
    if matters := open_matters_of(case):
        raise ActRefused(f"Ce dossier ne peut pas être clos : {matters}.")


@receiver(case_summary)
def say_until_when(sender: type[Case], *, case: Case, user: User, **kwargs: Any) -> list[SummaryLine]:
    """Until when a call button protects the person of the file, or since when none does."""
    found = protection_of(user=user, case=case)
    if found is None:
        return []
    grant, last_day = found
    if last_day < clock.today(case.departement.time_zone):
        text = f"Bouton d'appel : échu depuis le {day_words(last_day)}"
        if grant.is_decided:  # type: ignore[attr-defined]  # annotated by protection_of
            return [SummaryLine(f"{text}, la suite est décidée.", url="#bouton-appel")]
        return [SummaryLine(f"{text}, sans décision", url="#bouton-appel", protects=False, is_late=True)]
    if grant.first_day > clock.today(case.departement.time_zone):
        text = f"Bouton d'appel : du {day_words(grant.first_day)} au {day_words(last_day)} inclus."
    elif grant.is_suspended:  # type: ignore[attr-defined]  # annotated by protection_of
        text = f"Bouton d'appel : suspendu, il ne protège pas aujourd'hui. Fin prévue le {day_words(last_day)}."
        return [SummaryLine(text, url="#bouton-appel", protects=False)]
    else:
        text = f"Bouton d'appel : jusqu'au {day_words(last_day)} inclus."
    words = "dernier jour protégé par le bouton d'appel"
    return [SummaryLine(text, url="#bouton-appel", term=last_day, term_words=words)]


# The prefecture opens a file as long as it decides in it, or as its protection runs or ended without a decision.
PREFECTURE = (Role.INSTRUCTOR, Role.DECIDER)
matters_of_apps += [
    Matter(PREFECTURE, rows=lambda user: pending_requests_in(), runs_in=lambda case: bool(open_matters_of(case))),
    Matter(PREFECTURE, rows=lambda user: grants_running_in(), runs_in=lambda case: False),
    Matter(PREFECTURE, rows=lambda user: grants_undecided_in(), runs_in=lambda case: False),
    Matter(PREFECTURE, rows=lambda user: handovers_open_in(), runs_in=lambda case: False),
]

protections_of_apps.append(protection_words)


@receiver(case_merging)
def keep_the_file_that_protects(sender: type[Case], *, absorbed: Case, **kwargs: Any) -> None:
    """Requests and grants stay with their file: one that still runs must not sit in an absorbed one."""
    if matters := open_matters_of(absorbed):
        raise ActRefused(
            f"Dans le dossier {absorbed.reference}, {matters} : choisissez ce dossier comme dossier conservé."
        )


@receiver(case_merge_undoing)
def keep_the_ground_of_requests(sender: type[Case], *, merge: CaseMerge, threats: list[UUID], **kwargs: Any) -> None:
    """A request rests on an evaluation of its own file."""
    if CallButtonRequest.objects.filter(case=merge.survivor_id, evaluation__threat__in=threats).exists():
        raise ActRefused(
            "Depuis la fusion, un bouton d'appel a été demandé sur une menace qui devrait revenir : la fusion ne peut"
            " plus être annulée."
        )
