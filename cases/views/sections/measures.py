"""Protective measures of the file: live first, then what waits for a decision, what is over folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.scope import posting_over
from cases.enums import LIVE_MEASURES, MeasureState
from cases.permissions import PROPOSE_MEASURE
from cases.selectors import measures_of
from core import clock

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    measures = measures_of(case)
    return {
        "measures": measures,
        "live_measures": [one for one in measures if one.state in LIVE_MEASURES],
        "proposed_measures": [one for one in measures if one.state == MeasureState.PROPOSED],
        "past_measures": [one for one in measures if one.state in (MeasureState.ENDED, MeasureState.REFUSED)],
        "may_propose": posting_over(request.user, PROPOSE_MEASURE, case) is not None,
        "today": clock.today(case.departement.zone),
    }
