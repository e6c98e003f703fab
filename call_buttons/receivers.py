"""What closing a file means for call buttons, and who has something to do in one because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from accounts.enums import Role
from call_buttons.selectors import grants_running_in, grants_undecided_in, open_matters_of, pending_requests_in
from cases.signals import Matter, case_closing, matters_of_apps
from core.acts import ActRefused

if TYPE_CHECKING:
    from cases.models import Case


@receiver(case_closing)
def keep_open_while_protected(sender: type[Case], *, case: Case, **kwargs: Any) -> None:
    """A pending request would be decided, or a protection would run, in a file that nobody looks at."""
    if matters := open_matters_of(case):
        raise ActRefused(f"Ce dossier ne peut pas être clos : {matters}.")


# The prefecture opens a file as long as it decides in it, or as its protection runs or ended without a decision.
PREFECTURE = (Role.INSTRUCTOR, Role.DECIDER)
matters_of_apps += [
    Matter(PREFECTURE, rows=lambda user: pending_requests_in(), runs_in=lambda case: bool(open_matters_of(case))),
    Matter(PREFECTURE, rows=lambda user: grants_running_in(), runs_in=lambda case: False),
    Matter(PREFECTURE, rows=lambda user: grants_undecided_in(), runs_in=lambda case: False),
]
