from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor
    from territories.models import Departement


@dataclass(frozen=True)
class Caller:
    """Who searches: an operator at his post, or the software of a centre in the name of one."""

    departement: Departement
    reach: frozenset[str]
    actor: Actor
    operator: User | None = None
    through_api: bool = False
