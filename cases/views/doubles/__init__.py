from cases.views.doubles.contacts import ask, contact, shared_identifiers, unshare, withdraw
from cases.views.doubles.hints import HintListView, dismiss, hint
from cases.views.doubles.importing import example, fact_import, import_page
from cases.views.doubles.linking import link, links, unlink
from cases.views.doubles.merging import merge, merge_choose, undo

__all__ = [
    "HintListView",
    "ask",
    "contact",
    "dismiss",
    "example",
    "fact_import",
    "hint",
    "import_page",
    "link",
    "links",
    "merge",
    "merge_choose",
    "shared_identifiers",
    "undo",
    "unlink",
    "unshare",
    "withdraw",
]
