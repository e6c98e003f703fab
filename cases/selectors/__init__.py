"""Reads of files."""

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
from cases.selectors.measures import (
    current_rules,
    live_measures_of_official,
    may_decide,
    measures_of,
    possible_owners,
    traces_of,
    unsettled_words,
)
from cases.selectors.night import night_check
from cases.selectors.vigilance import my_instructions, vigilance_report

__all__ = [
    "HOME_LIMIT",
    "cases_for_list",
    "closing_obstacle",
    "current_rules",
    "evaluations_to_do",
    "evaluations_to_validate",
    "for_list",
    "late_evaluations",
    "latest_events",
    "live_measures_of_official",
    "may_decide",
    "measures_of",
    "my_instructions",
    "night_check",
    "only_overdue",
    "only_unevaluated",
    "open_cases_by_official",
    "open_cases_of",
    "possible_owners",
    "threats_of",
    "traces_of",
    "units_with_open_cases",
    "unsettled_words",
    "vigilance_report",
]
