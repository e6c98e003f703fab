"""Reads of files."""

from cases.selectors.case_page import closing_obstacle, household_words, latest_events, level_now, threats_of
from cases.selectors.evaluations import HOME_LIMIT, evaluations_to_do, evaluations_to_validate, late_evaluations
from cases.selectors.history import events_of, events_since, people_of
from cases.selectors.lists import (
    cases_for_list,
    for_list,
    only_overdue,
    only_unevaluated,
    open_cases_by_official,
    open_cases_of,
    units_with_open_cases,
)
from cases.selectors.tasks import (
    COUNTED,
    colleagues_for,
    late_tasks,
    may_act_on,
    my_tasks,
    task_permission,
    tasks_for_list,
    tasks_of_case,
    waiting_counts,
)
from cases.selectors.tasks import for_list as for_task_list

__all__ = [
    "COUNTED",
    "HOME_LIMIT",
    "cases_for_list",
    "closing_obstacle",
    "colleagues_for",
    "evaluations_to_do",
    "evaluations_to_validate",
    "events_of",
    "events_since",
    "for_list",
    "for_task_list",
    "household_words",
    "late_evaluations",
    "late_tasks",
    "latest_events",
    "level_now",
    "may_act_on",
    "my_tasks",
    "only_overdue",
    "only_unevaluated",
    "open_cases_by_official",
    "open_cases_of",
    "people_of",
    "task_permission",
    "tasks_for_list",
    "tasks_of_case",
    "threats_of",
    "units_with_open_cases",
    "waiting_counts",
]
