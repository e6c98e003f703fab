from cases.views import doubles
from cases.views.closing import close, reopen
from cases.views.detail import case_detail
from cases.views.evaluation import evaluation_page, reevaluate, send_back, validate
from cases.views.household import activation_code, add_person, edit_person, household
from cases.views.listing import CaseListView
from cases.views.logging import OfficialSearchView, abandon, add_threat, correct, draft_step, new_case

__all__ = [
    "CaseListView",
    "OfficialSearchView",
    "abandon",
    "activation_code",
    "add_person",
    "add_threat",
    "case_detail",
    "close",
    "correct",
    "doubles",
    "draft_step",
    "edit_person",
    "evaluation_page",
    "household",
    "new_case",
    "reevaluate",
    "reopen",
    "send_back",
    "validate",
]
