"""The desk: its key, and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.models import DeskKey, DeskSeat

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import User


def current_desk() -> DeskKey | None:
    return DeskKey.objects.filter(is_current=True).first()


def seat_of(user: User) -> DeskSeat | None:
    return DeskSeat.objects.filter(user=user, desk__is_current=True).select_related("desk").first()


def holds_seat(user: User, desk: UUID) -> bool:
    """Whether `user` is still let in: a colleague may have taken the seat away a minute ago."""
    return DeskSeat.objects.filter(user=user, desk_id=desk, desk__is_current=True, desk_box__isnull=False).exists()


def seats_of(desk: UUID) -> QuerySet[DeskSeat]:
    """Those of this key, let in or waiting, by their day."""
    return DeskSeat.objects.filter(desk_id=desk).select_related("user", "let_in_by").order_by("asked_on", "pk")
