from cases.views import doubles
from cases.views.access import access_page, add_access, declare, end_declaration, lift, remove_access, restrict
from cases.views.attachments import attachments, download, withdraw
from cases.views.closing import close, reopen
from cases.views.detail import case_detail
from cases.views.evaluation import evaluation_page, reevaluate, send_back, validate
from cases.views.follow_up import delay_edit, delays, divergence_page, follow_up, series
from cases.views.glass import EmergencyAccessView, consultation_reason, find_restricted, open_by_glass, review
from cases.views.grids import (
    grid,
    grid_add,
    grid_create,
    grid_discard,
    grid_move,
    grid_preview,
    grid_publish,
    grid_question,
    grid_remove,
    grid_replay,
    grid_replay_result,
    grid_settings,
    grids,
)
from cases.views.history import changes, history
from cases.views.household import activation_code, add_person, edit_person, household
from cases.views.listing import CaseListView
from cases.views.logging import OfficialSearchView, abandon, add_threat, correct, draft_step, new_case
from cases.views.tasks import new_task

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
    "attachments",
    "case_detail",
    "changes",
    "close",
    "consultation_reason",
    "correct",
    "declare",
    "delay_edit",
    "delays",
    "divergence_page",
    "doubles",
    "download",
    "draft_step",
    "edit_person",
    "end_declaration",
    "evaluation_page",
    "find_restricted",
    "follow_up",
    "grid",
    "grid_add",
    "grid_create",
    "grid_discard",
    "grid_move",
    "grid_preview",
    "grid_publish",
    "grid_question",
    "grid_remove",
    "grid_replay",
    "grid_replay_result",
    "grid_settings",
    "grids",
    "history",
    "household",
    "lift",
    "new_case",
    "new_task",
    "open_by_glass",
    "reevaluate",
    "remove_access",
    "reopen",
    "restrict",
    "review",
    "send_back",
    "series",
    "validate",
    "withdraw",
]
