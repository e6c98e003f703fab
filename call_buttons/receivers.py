"""What closing a file means for call buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from call_buttons.selectors import open_matters_of, protection_of
from cases.signals import SummaryLine, case_closing, case_summary
from core import clock
from core.acts import ActRefused
from core.wording import day_words

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Case


@receiver(case_closing)
def keep_open_while_protected(sender: type[Case], *, case: Case, **kwargs: Any) -> None:
    """A pending request would be decided, or a protection would run, in a file that nobody looks at."""
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
        return [SummaryLine(f"Bouton d'appel : échu depuis le {day_words(last_day)}.", url="#bouton-appel")]
    if grant.first_day > clock.today(case.departement.time_zone):
        text = f"Bouton d'appel : du {day_words(grant.first_day)} au {day_words(last_day)} inclus."
    else:
        text = f"Bouton d'appel : jusqu'au {day_words(last_day)} inclus."
    words = "dernier jour protégé par le bouton d'appel"
    return [SummaryLine(text, url="#bouton-appel", term=last_day, term_words=words)]
