"""Evaluations that wait for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.models import Evaluation
from cases.permissions import EVALUATE, VALIDATE_EVALUATION, VIEW_CASE
from core import clock

if TYPE_CHECKING:
    from accounts.models import User

# What a home page shows before it sends to the whole list.
HOME_LIMIT = 10


def evaluations_to_do(*, user: User, limit: int = HOME_LIMIT) -> list[Evaluation]:
    """Evaluations that `user` has to make, the oldest clock first."""
    queryset = Evaluation.objects.visible_to(user, EVALUATE).to_do().for_list()
    return list(queryset.order_by("due_at", "pk")[: limit + 1])


def evaluations_to_validate(*, user: User, limit: int = HOME_LIMIT) -> list[Evaluation]:
    """Evaluations sent to `user` for validation, without his own, the oldest clock first."""
    queryset = Evaluation.objects.visible_to(user, VALIDATE_EVALUATION).to_validate().for_list()
    return list(queryset.exclude(evaluated_by=user).order_by("due_at", "pk")[: limit + 1])


def late_evaluations(*, user: User, limit: int = HOME_LIMIT) -> list[Evaluation]:
    """Unfinished evaluations whose clock has run out, in the files that `user` may consult."""
    queryset = Evaluation.objects.visible_to(user, VIEW_CASE).unfinished().for_list()
    return list(queryset.filter(due_at__lt=clock.now()).order_by("due_at", "pk")[: limit + 1])
