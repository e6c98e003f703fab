"""Reads of files."""

from cases.selectors.case_page import case_family_ids, closing_obstacle, latest_events, threats_of
from cases.selectors.doubles import (
    Candidate,
    Duplicates,
    LinkedFile,
    contacts_asked,
    hints_of,
    links_of,
    mergeable_files,
    merges_into,
    open_hints,
    probable_duplicates,
    standing_merge,
)
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
from cases.selectors.same_author import AuthorHit, author_hits, hits_of_keys, same_author
from cases.selectors.victims import aggravations_of, name_of, name_of_person, quality_on, reads_minors_names
from cases.selectors.vigilance import my_instructions, vigilance_report

__all__ = [
    "HOME_LIMIT",
    "AuthorHit",
    "Candidate",
    "Duplicates",
    "LinkedFile",
    "aggravations_of",
    "author_hits",
    "case_family_ids",
    "cases_for_list",
    "closing_obstacle",
    "contacts_asked",
    "current_rules",
    "drafts_of",
    "evaluations_to_do",
    "evaluations_to_validate",
    "for_list",
    "hints_of",
    "hits_of_keys",
    "late_evaluations",
    "latest_events",
    "links_of",
    "live_measures_of_official",
    "may_decide",
    "measures_of",
    "mergeable_files",
    "merges_into",
    "my_instructions",
    "name_of",
    "name_of_person",
    "night_check",
    "only_overdue",
    "only_unevaluated",
    "open_cases_by_official",
    "open_cases_of",
    "open_hints",
    "possible_owners",
    "probable_duplicates",
    "quality_on",
    "reads_minors_names",
    "same_author",
    "standing_merge",
    "threats_of",
    "traces_of",
    "units_with_open_cases",
    "unsettled_words",
    "vigilance_report",
]
