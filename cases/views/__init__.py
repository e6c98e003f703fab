from cases.views.access import (
    access_page,
    add_access,
    declare,
    end_declaration,
    lift,
    remove_access,
    restrict,
)
from cases.views.closing import close, reopen
from cases.views.detail import case_detail
from cases.views.evaluation import evaluation_page, reevaluate, send_back, validate
from cases.views.glass import (
    EmergencyAccessView,
    consultation_reason,
    find_restricted,
    open_by_glass,
    review,
)
from cases.views.listing import CaseListView
from cases.views.logging import OfficialSearchView, add_threat, correct, new_case

__all__ = [
    "CaseListView",
    "EmergencyAccessView",
    "OfficialSearchView",
    "access_page",
    "add_access",
    "add_threat",
    "case_detail",
    "close",
    "consultation_reason",
    "correct",
    "declare",
    "end_declaration",
    "evaluation_page",
    "find_restricted",
    "lift",
    "new_case",
    "open_by_glass",
    "reevaluate",
    "remove_access",
    "reopen",
    "restrict",
    "review",
    "send_back",
    "validate",
]
