"""Reads of files."""

from cases.selectors.case_page import closing_obstacle, latest_events, threats_of
from cases.selectors.drafts import drafts_of
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
from cases.selectors.victims import aggravations_of, name_of, name_of_person, quality_on, reads_minors_names

__all__ = [
    "HOME_LIMIT",
    "aggravations_of",
    "cases_for_list",
    "closing_obstacle",
    "drafts_of",
    "evaluations_to_do",
    "evaluations_to_validate",
    "for_list",
    "late_evaluations",
    "latest_events",
    "name_of",
    "name_of_person",
    "only_overdue",
    "only_unevaluated",
    "open_cases_by_official",
    "open_cases_of",
    "quality_on",
    "reads_minors_names",
    "threats_of",
    "units_with_open_cases",
]
