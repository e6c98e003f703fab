"""Who sees a file, and what the database refuses: for the tests of access."""

import pytest
from django.db import Error, connection, transaction

from accounts.models import User
from accounts.scope import posting_over
from cases.models import Case
from cases.permissions import VIEW_CASE


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def sees(user: User, case: Case) -> bool:
    found = Case.objects.visible_to(fresh(user), VIEW_CASE).filter(pk=case.pk).exists()
    # What names the posting agrees with what decides.
    assert (posting_over(fresh(user), VIEW_CASE, case) is not None) == found
    return found


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return str(raised.value)
