from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from core import clock

if TYPE_CHECKING:
    from territories.models import Departement


def next_reference(*, departement: Departement) -> str:
    """Take the next reference `YYYY-DD-NNNNN` of the département, in the local year.

    One statement takes the number and locks the counter's row until the caller's transaction ends, so two
    files never share one. A rolled-back file leaves a hole, which means nothing.
    """
    year = clock.today(departement.time_zone).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_referencecounter AS c (year, departement_id, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (year, departement_id) DO UPDATE SET last = c.last + 1 RETURNING last",
            [year, departement.pk],
        )
        (number,) = cursor.fetchone()
    return f"{year}-{departement.pk}-{number:05d}"
