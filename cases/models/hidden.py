"""What no posting shows: the files that concern the agent himself, and the restricted files of others.

The rule is written once, in the database (migration 0074): the trigger that refuses the signature of a person whom
the file concerns reads the same function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.expressions import RawSQL

from core import clock

if TYPE_CHECKING:
    from accounts.models import User


def barred_from(user: User) -> RawSQL:
    """Ids of the files in which `user` is himself victim, author or relative, and of their whole families by merge."""
    return RawSQL("SELECT b.case_id FROM cases_barred_from(%s) b", [user.pk])


def behind_glass(user: User) -> RawSQL:
    """Ids of the restricted files without `user` on their list now, and of those that were merged into them."""
    return RawSQL("SELECT g.case_id FROM cases_behind_glass(%s, %s) g", [user.pk, clock.now()])


def hidden_from(user: User) -> RawSQL:
    """Both. Not correlated: PostgreSQL reads these few ids once, and hashes them."""
    return RawSQL(
        "SELECT b.case_id FROM cases_barred_from(%s) b UNION ALL SELECT g.case_id FROM cases_behind_glass(%s, %s) g",
        [user.pk, user.pk, clock.now()],
    )
