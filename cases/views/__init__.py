from cases.views.attachments import attachments, download, withdraw
from cases.views.closing import close, reopen
from cases.views.detail import case_detail
from cases.views.evaluation import evaluation_page, reevaluate, send_back, validate
from cases.views.listing import CaseListView
from cases.views.logging import OfficialSearchView, add_threat, correct, new_case

__all__ = [
    "CaseListView",
    "OfficialSearchView",
    "add_threat",
    "attachments",
    "case_detail",
    "close",
    "correct",
    "download",
    "evaluation_page",
    "new_case",
    "reevaluate",
    "reopen",
    "send_back",
    "validate",
    "withdraw",
]
