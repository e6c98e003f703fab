from cases.views.closing import close, reopen
from cases.views.detail import case_detail
from cases.views.evaluation import evaluation_page, reevaluate, send_back, validate
from cases.views.follow_up import delay_edit, delays, divergence_page, follow_up, series
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
from cases.views.listing import CaseListView
from cases.views.logging import OfficialSearchView, add_threat, correct, new_case

__all__ = [
    "CaseListView",
    "OfficialSearchView",
    "add_threat",
    "case_detail",
    "close",
    "correct",
    "delay_edit",
    "delays",
    "divergence_page",
    "evaluation_page",
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
    "new_case",
    "reevaluate",
    "reopen",
    "send_back",
    "series",
    "validate",
]
