"""A prefecture with nothing left to hand over: its people and CALAE are told, once until it has something again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting
from accounts.services import notify
from call_buttons.models import CallButtonDevice, CallButtonGrant, CallButtonStockAlert
from core import clock
from territories.models import Departement

if TYPE_CHECKING:
    from accounts.models import User


def lock_prefecture(departement_id: str) -> Departement:
    """What changes a stock queues here, after its own rows: of two last devices that leave at once, one is the last.

    Without its key: rows that merely refer to the département do not wait.
    """
    return Departement.objects.select_for_update(of=("self",), no_key=True).get(pk=departement_id)


def watch_stock(*, departement_id: str) -> None:
    """Open or close the alert of a prefecture after what has just changed in it. Joins the caller's transaction."""
    departement = lock_prefecture(departement_id)
    if CallButtonDevice.objects.in_stock().filter(holder=departement).exists():
        CallButtonStockAlert.objects.open().filter(departement=departement).update(closed_at=clock.now())
        return
    if not _has_protections(departement):
        return
    alert = CallButtonStockAlert(departement=departement, opened_at=clock.now())
    CallButtonStockAlert.objects.bulk_create([alert], ignore_conflicts=True)
    if CallButtonStockAlert.objects.filter(pk=alert.pk).exists():
        notify(
            users=_told(departement),
            text=f"Stock vide : plus aucun appareil à remettre dans la préfecture {departement.name_of}",
            path=reverse("call_buttons:devices"),
            dedupe_key=f"stock:{alert.pk}",
        )


def _has_protections(departement: Departement) -> bool:
    yesterday = clock.today(departement.time_zone) - timedelta(days=1)
    return CallButtonGrant.objects.filter(departement=departement, period__endswith__gt=yesterday).exists()


def _told(departement: Departement) -> list[User]:
    of_the_prefecture = Q(departement=departement, role__in=[Role.INSTRUCTOR, Role.DECIDER])
    held = Posting.objects.active().filter(of_the_prefecture | Q(role=Role.CALAE_ANALYST), user__is_active=True)
    return [posting.user for posting in held.select_related("user").order_by("user_id")]
