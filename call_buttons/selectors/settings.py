"""What an administrator chooses from, and what anybody may ask about a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.shortcuts import get_object_or_404

from accounts.enums import Role
from accounts.models import Posting, User
from call_buttons.models import CallButtonDecision
from call_buttons.permissions import CONFIGURE
from call_buttons.selectors.lists import Departements
from core import clock
from territories.models import Departement

if TYPE_CHECKING:
    from django.db.models import QuerySet


def departements_to_configure(*, user: User) -> QuerySet[Departement]:
    return Departements(Departement).visible_to(user, CONFIGURE).order_by("pk")


def departement_to_configure(*, user: User, code: str) -> Departement:
    """Raises Http404 outside the scope of `user`."""
    return get_object_or_404(departements_to_configure(user=user), pk=code)


def deciders() -> QuerySet[User]:
    """Those who hold, or will hold, a post of decision-maker: whom an arrêté may name."""
    now_or_later = Q(period__endswith__isnull=True) | Q(period__endswith__gt=clock.today("Europe/Paris"))
    held = Posting.objects.filter(now_or_later, role=Role.DECIDER)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("last_name", "first_name", "pk")


def is_genuine(*, number: str, sha256: str) -> bool:
    """Whether a decision bears this number and its document this hash. To whoever asks: it says nothing else."""
    return CallButtonDecision.objects.filter(number=number, document_sha256=sha256).exists()
