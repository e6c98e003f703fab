from cases.views import doubles
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
from cases.views.household import activation_code, add_person, edit_person, household
from cases.views.listing import CaseListView
from cases.views.logging import OfficialSearchView, abandon, add_threat, correct, draft_step, new_case

__all__ = [
    "CaseListView",
    "EmergencyAccessView",
    "OfficialSearchView",
    "abandon",
    "access_page",
    "activation_code",
    "add_access",
    "add_person",
    "add_threat",
    "case_detail",
    "close",
    "consultation_reason",
    "correct",
    "declare",
    "doubles",
    "draft_step",
    "edit_person",
    "end_declaration",
    "evaluation_page",
    "find_restricted",
    "household",
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
