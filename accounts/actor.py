"""From a request to the actor that the journal names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from accounts.scope import posting_over
from core.journal import Actor

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from accounts.models import User
    from accounts.permissions import Permission


def client_address(request: HttpRequest) -> str | None:
    """Address of the person, behind the number of trusted proxies that the settings give."""
    if settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            return forwarded[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR") or None


def actor_of(
    user: User, *, permission: Permission | None = None, over: Model | None = None, address: str | None = None
) -> Actor:
    """The actor behind `user`, with the posting that gives `permission` on the row `over`.

    Without a row, the first posting that gives it; without a permission, the first posting.
    """
    if permission is not None and over is not None:
        chosen = posting_over(user, permission, over)
    else:
        held = (p for p in user.active_postings if permission is None or p.role in permission.roles)
        chosen = next(held, None)
    return Actor(
        user_id=user.pk,
        label=user.get_full_name(),
        posting_id=chosen.pk if chosen else None,
        posting_label=str(chosen) if chosen else "",
        address=address,
    )


def actor_from(request: HttpRequest, *, permission: Permission | None = None, over: Model | None = None) -> Actor:
    address = client_address(request)
    if not request.user.is_authenticated:
        return Actor(user_id=None, label="visiteur", posting_id=None, posting_label="", address=address)
    return actor_of(request.user, permission=permission, over=over, address=address)
