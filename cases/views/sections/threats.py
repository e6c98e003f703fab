"""Threats of the file, with their evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.scope import posting_over
from cases.enums import EvaluationState
from cases.permissions import EVALUATE, LOG_THREAT
from cases.selectors import threats_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def _new_fact(threat: Any, threats: list[Any]) -> Any | None:
    """The threat logged in the file since the last validated evaluation of this one: it may change its level."""
    latest = threat.versions[0] if threat.versions else None
    if latest is None or latest.state != EvaluationState.VALIDATED:
        return None
    later = [other for other in threats if other.pk != threat.pk and other.logged_at > latest.submitted_at]
    return max(later, key=lambda other: other.logged_at, default=None)


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    threats = threats_of(case)
    for threat in threats:
        threat.new_fact = _new_fact(threat, threats)
    return {
        "threats": threats,
        "may_log": posting_over(request.user, LOG_THREAT, case) is not None,
        "may_evaluate": posting_over(request.user, EVALUATE, case) is not None,
    }
