"""Reads of files."""

from cases.selectors.attachments import (
    SHOWN_ON_CASE,
    attachments_of,
    faulty_attachments,
    latest_attachments,
    stuck_attachments,
)
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
from cases.selectors.same_author import AuthorHit, author_hits, hits_of_keys, same_author
from cases.selectors.victims import aggravations_of, name_of, name_of_person, quality_on, reads_minors_names

__all__ = [
    "HOME_LIMIT",
    "SHOWN_ON_CASE",
    "AuthorHit",
    "Candidate",
    "Duplicates",
    "LinkedFile",
    "aggravations_of",
    "attachments_of",
    "author_hits",
    "case_family_ids",
    "cases_for_list",
    "closing_obstacle",
    "contacts_asked",
    "drafts_of",
    "evaluations_to_do",
    "evaluations_to_validate",
    "faulty_attachments",
    "for_list",
    "hints_of",
    "hits_of_keys",
    "late_evaluations",
    "latest_attachments",
    "latest_events",
    "links_of",
    "mergeable_files",
    "merges_into",
    "name_of",
    "name_of_person",
    "only_overdue",
    "only_unevaluated",
    "open_cases_by_official",
    "open_cases_of",
    "open_hints",
    "probable_duplicates",
    "quality_on",
    "reads_minors_names",
    "same_author",
    "standing_merge",
    "stuck_attachments",
    "threats_of",
    "units_with_open_cases",
]
