"""Threats of the file, with their evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.scope import posting_over
from cases.permissions import EVALUATE, LOG_THREAT
from cases.selectors import threats_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    return {
        "threats": threats_of(case),
        "may_log": posting_over(request.user, LOG_THREAT, case) is not None,
        "may_evaluate": posting_over(request.user, EVALUATE, case) is not None,
    }
