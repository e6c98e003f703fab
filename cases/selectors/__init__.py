"""Reads of files."""

from cases.selectors.attachments import (
    SHOWN_ON_CASE,
    attachments_of,
    faulty_attachments,
    latest_attachments,
    stuck_attachments,
)
from cases.selectors.case_page import closing_obstacle, latest_events, threats_of
from cases.selectors.evaluations import HOME_LIMIT, evaluations_to_do, evaluations_to_validate, late_evaluations
from cases.selectors.lists import (
    cases_for_list,
    for_list,
    only_overdue,
    only_unevaluated,
    open_cases_by_official,
    open_cases_of,
    units_with_open_cases,
)

__all__ = [
    "HOME_LIMIT",
    "SHOWN_ON_CASE",
    "attachments_of",
    "cases_for_list",
    "closing_obstacle",
    "evaluations_to_do",
    "evaluations_to_validate",
    "faulty_attachments",
    "for_list",
    "late_evaluations",
    "latest_attachments",
    "latest_events",
    "only_overdue",
    "only_unevaluated",
    "open_cases_by_official",
    "open_cases_of",
    "stuck_attachments",
    "threats_of",
    "units_with_open_cases",
]
