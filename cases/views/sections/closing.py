"""Closing and reopening the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.scope import posting_over
from cases.forms import ReasonForm
from cases.permissions import CLOSE_CASE
from cases.selectors import closing_obstacle, unsettled_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from cases.models import Case, ProtectiveMeasure, Threat


def context(
    request: HttpRequest, case: Case, threats: Iterable[Threat], measures: Iterable[ProtectiveMeasure] = ()
) -> dict[str, object]:
    return {
        "may_close": posting_over(request.user, CLOSE_CASE, case) is not None,
        "obstacle": closing_obstacle(case, threats) or unsettled_words(measures),
        "closing_form": ReasonForm(
            label="Pourquoi fermer ce dossier ?", submit_label="Clore le dossier", auto_id="close_%s"
        ),
        "reopening_form": ReasonForm(
            label="Pourquoi rouvrir ce dossier ?", submit_label="Rouvrir le dossier", auto_id="reopen_%s"
        ),
    }
