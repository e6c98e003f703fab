from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import InterfaceError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from call_buttons.models import CallButtonGrant

logger = structlog.get_logger(__name__)

# Grants written in one transaction: what a run that is killed has to do again.
BATCH = 100


def written_or_alone(
    grants: list[CallButtonGrant], write: Callable[[list[CallButtonGrant]], int], *, failure: str
) -> tuple[int, int]:
    """How much `write` wrote for these grants, in its own transaction, and for how many of them it could not.

    A batch that fails is written again grant by grant, and each failure is logged as `failure`: one that cannot be
    written does not deprive the others.
    """
    try:
        return write(grants), 0
    except (InterfaceError, OperationalError):
        raise  # the database is away: one by one would fare no better
    except Exception:
        logger.exception(failure, grants=[str(grant.pk) for grant in grants])
        if len(grants) == 1:
            return 0, 1
    results = [written_or_alone([grant], write, failure=failure) for grant in grants]
    return sum(done for done, _ in results), sum(undone for _, undone in results)
