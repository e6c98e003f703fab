"""What the apps above may hear from a file, and what they tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import User

# Sent with `case`, locked, inside the transaction that closes it. A receiver refuses by raising core.acts.ActRefused.
case_closing = Signal()

# Sent with `absorbed` and `survivor`, both locked, before anything moves. A receiver refuses by raising ActRefused.
case_merging = Signal()

# Sent with `merge` and `doubles`, the threats that the merge made doubles; or, its state being « undone », that are no
# longer so. Inside the transaction.
case_merged = Signal()

# Sent with `merge` and `threats`, the keys of those that would leave the surviving file. Refused like the others.
case_merge_undoing = Signal()


@dataclass(frozen=True)
class SummaryLine:
    """A line that an app gives to the summary of a file: what protects, what is late, what comes next.

    `term` is a moment, or a local day of the file, with `term_words` to say what ends or is due then.
    """

    text: str
    url: str = ""
    protects: bool = True
    is_late: bool = False
    term: date | datetime | None = None
    term_words: str = ""


# Sent with `case` and `user` when the page of a file is built; a receiver gives a list of SummaryLine, with one query
# at most, of what `user` may see.
case_summary = Signal()


@dataclass(frozen=True)
class Matter:
    """Something of an app above that `roles` must act upon in a file: they open it without being asked why.

    `rows` gives what makes `user` concerned, filtered on `case_id=OuterRef("pk")`; `runs_in` says whether a file holds
    such a matter, whoever the person: its restriction then keeps somebody of each role on the list.
    """

    roles: Collection[str]
    rows: Callable[[User], QuerySet]
    runs_in: Callable[[Any], bool]


# Filled by the receivers of the apps above when they start.
matters_of_apps: list[Matter] = []

# What protects an élu now, in sentences for the 17: given the key of an élu, nothing internal, one query at most.
# Filled in the same way.
protections_of_apps: list[Callable[[UUID], list[str]]] = []
