from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog
from django.db import InterfaceError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

logger = structlog.get_logger(__name__)

# Rows told of in one transaction: what a run that is killed has to do again.
BATCH = 100
Row = TypeVar("Row", bound="Model")


def written_or_alone(rows: list[Row], write: Callable[[list[Row]], int], *, failure: str) -> tuple[int, int]:
    """How much `write` wrote for these rows, in its own transaction, and for how many of them it could not.

    A batch that fails is written again row by row, and each failure is logged as `failure`: one that cannot be
    written does not deprive the others.
    """
    if not rows:
        return 0, 0
    try:
        return write(rows), 0
    except (InterfaceError, OperationalError):
        raise  # the database is away: one by one would fare no better
    except Exception:  # whatever it is: logged and counted, then each row is written alone and the job fails
        logger.exception(failure, rows=[str(row.pk) for row in rows])
        if len(rows) == 1:
            return 0, 1
    results = [written_or_alone([row], write, failure=failure) for row in rows]
    return sum(done for done, _ in results), sum(undone for _, undone in results)
