"""Threats of the file, with their evaluations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from accounts.scope import posting_over
from cases.enums import EvaluationState
from cases.permissions import EVALUATE, LOG_THREAT
from cases.selectors import aggravations_of, name_of, reads_minors_names, threats_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def _new_fact(threat: Any, threats: list[Any]) -> Any | None:
    """The threat logged in the file since the last validated evaluation of this one: it may change its level."""
    latest = threat.versions[0] if threat.versions else None
    if latest is None or latest.state != EvaluationState.VALIDATED:
        return None
    later = [
        other
        for other in threats
        if other.pk != threat.pk and not other.duplicate_of_id and other.logged_at > latest.submitted_at
    ]
    return max(later, key=lambda other: other.logged_at, default=None)


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    threats = threats_of(case)
    whole = reads_minors_names(request.user, case)
    for threat in threats:
        threat.new_fact = _new_fact(threat, threats)  # type: ignore[attr-defined]
        victims = list(threat.victims.all())
        threat.people = [(name_of(victim, whole=whole), victim) for victim in victims]  # type: ignore[attr-defined]
        threat.law = [  # type: ignore[attr-defined]
            (text, aggravations_of(SimpleNamespace(**text), victims, threat.local_day))
            for text in threat.offence_texts  # type: ignore[attr-defined]  # of threats_of
        ]
    return {
        "threats": threats,
        "shared_email": case.official.user_id is None and any(threat.shared_email for threat in threats),
        "may_log": posting_over(request.user, LOG_THREAT, case) is not None,
        "may_evaluate": posting_over(request.user, EVALUATE, case) is not None,
    }
