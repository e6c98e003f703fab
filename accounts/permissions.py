"""What a permission is, and those that belong to no business app.

A permission names the roles that hold it; where they hold it is decided by `accounts.scope`, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from accounts.enums import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


@dataclass(frozen=True)
class Permission:
    """A right that roles hold. `label` completes « Vous n'avez pas le droit de … »."""

    name: str
    label: str
    roles: frozenset[Role]

    def __init__(self, name: str, label: str, *roles: Role) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "roles", frozenset(roles))


class Door(Enum):
    """What a view declares when no role matters."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class TokenDoor:
    """What a view for programs declares: a token instead of a session. Only such a view is exempt from the CSRF check,
    for no browser sends its token by itself.

    `enter` lets the request in by giving None, or gives the refusal, journaled.
    """

    name: str
    enter: Callable[[HttpRequest], HttpResponse | None]


PUBLIC = Door.PUBLIC
SIGNED_IN = Door.SIGNED_IN

AGENT_ROLES = (
    Role.REFERENT,
    Role.UNIT_HEAD,
    Role.SECURITY_ADVISER,
    Role.INSTRUCTOR,
    Role.DECIDER,
    Role.CALAE_ANALYST,
    Role.OPERATOR_17,
    Role.SUPERVISOR_17,
    Role.ADMINISTRATOR,
)
FILE_ROLES = (Role.REFERENT, Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER, Role.CALAE_ANALYST)

MANAGE_PLATFORM = Permission("accounts.manage_platform", "administrer le portail", Role.ADMINISTRATOR)
READ_JOURNAL = Permission("accounts.read_journal", "consulter le journal", Role.ADMINISTRATOR)
SEARCH_OFFICIALS = Permission("officials.search", "chercher un élu dans le répertoire", *FILE_ROLES)
SEE_DIRECTORY = Permission(
    "referents.directory", "consulter l'annuaire des référents", *AGENT_ROLES, Role.OFFICIAL, Role.PSYCHOLOGIST
)
SEE_ORPHAN_COMMUNES = Permission(
    "referents.orphans",
    "consulter les communes sans unité",
    Role.UNIT_HEAD,
    Role.INSTRUCTOR,
    Role.DECIDER,
    Role.CALAE_ANALYST,
    Role.ADMINISTRATOR,
)
# Those who must know that the worker or beat is silent: a reminder may be late.
WATCH_PROCESSES = Permission(
    "accounts.watch_processes",
    "suivre la santé du portail",
    Role.INSTRUCTOR,
    Role.DECIDER,
    Role.ADMINISTRATOR,
)


def has_permission(user: User, permission: Permission) -> bool:
    """True when an active posting of `user` holds `permission` somewhere. Objects go through `visible_to`."""
    return any(posting.role in permission.roles for posting in user.active_postings)
