"""What closing a file means for call buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from call_buttons.selectors import open_matters_of
from cases.signals import case_closing
from core.acts import ActRefused

if TYPE_CHECKING:
    from cases.models import Case


@receiver(case_closing)
def keep_open_while_protected(sender: type[Case], *, case: Case, **kwargs: Any) -> None:
    """A pending request would be decided, or a protection would run, in a file that nobody looks at."""
    if matters := open_matters_of(case):
        raise ActRefused(f"Ce dossier ne peut pas être clos : {matters}.")
