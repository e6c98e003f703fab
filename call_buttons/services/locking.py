"""The order in which acts on devices lock: the device, its handover or its loan, then the prefecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from call_buttons.models import CallButtonDevice, CallButtonHandover
from call_buttons.services.errors import ActRefused

if TYPE_CHECKING:
    from uuid import UUID


def lock_device(device_id: UUID) -> CallButtonDevice:
    """Lock a device before anything that hangs on it: acts on one device queue here."""
    locked = CallButtonDevice.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("owner", "holder").get(pk=device_id)


def lock_handover(handover_id: UUID, *, may_be_over: bool = False) -> CallButtonHandover:
    """Lock the device then its handover. Raises ActRefused when it is over and must not be."""
    device = CallButtonHandover.objects.values_list("device_id", flat=True).get(pk=handover_id)
    lock_device(device)
    locked = CallButtonHandover.objects.select_for_update(of=("self",), no_key=True)
    handover = locked.select_related("device", "grant__case__merged_into", "grant__departement", "official").get(
        pk=handover_id
    )
    if not handover.is_open and not may_be_over:
        raise ActRefused("Cet appareil n'est plus entre les mains de cette personne.")
    return handover
