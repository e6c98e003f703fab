from cases.views.closing import close, reopen
from cases.views.detail import case_detail
from cases.views.evaluation import evaluation_page, reevaluate, send_back, validate
from cases.views.history import changes, history
from cases.views.listing import CaseListView
from cases.views.logging import OfficialSearchView, add_threat, correct, new_case
from cases.views.tasks import new_task

__all__ = [
    "CaseListView",
    "OfficialSearchView",
    "add_threat",
    "case_detail",
    "changes",
    "close",
    "correct",
    "evaluation_page",
    "history",
    "new_case",
    "new_task",
    "reevaluate",
    "reopen",
    "send_back",
    "validate",
]
