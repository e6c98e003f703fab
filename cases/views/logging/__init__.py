"""From the first words at the counter to a threat logged: the search, the five steps, the correction."""

from cases.views.logging.correcting import correct
from cases.views.logging.search import OfficialSearchView
from cases.views.logging.steps import abandon, add_threat, draft_step, new_case

__all__ = ["OfficialSearchView", "abandon", "add_threat", "correct", "draft_step", "new_case"]
