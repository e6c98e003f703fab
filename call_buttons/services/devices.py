"""The park of a prefecture: what enters it, what becomes of it. One function changes the state of a device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max

from call_buttons.enums import DECLARED_STATES, DEVICE_TRANSITIONS, DeviceKind, DeviceState
from call_buttons.models import CallButtonDevice, CallButtonDeviceEvent
from call_buttons.models.device import plain_serial
from call_buttons.services.errors import ActRefused
from call_buttons.services.locking import lock_device
from call_buttons.services.stock import lock_prefecture, watch_stock
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor
    from territories.models import Departement

# What the history says when somebody declares a state.
DECLARED = {
    DeviceState.IN_STOCK: "Remis en stock : il fonctionne.",
    DeviceState.FAULTY: "Déclaré en panne.",
    DeviceState.LOST: "Déclaré perdu.",
    DeviceState.RETIRED: "Retiré du parc.",
}


def change_device(
    *,
    device: CallButtonDevice,
    to: str,
    sentence: str,
    user: User,
    actor: Actor,
    why: str = "",
    holder: Departement | None = None,
) -> CallButtonDevice:
    """Bring a locked device to the state `to`, or leave it in its own, and write its history. Joins the transaction.

    Raises ActRefused when the table of transitions does not lead there.
    """
    before = device.state
    if to not in (before, *DEVICE_TRANSITIONS[before]):
        raise ActRefused(
            f"L'appareil {device.label} est {device.get_state_display()} : il ne peut pas passer à l'état"
            f" « {DeviceState(to).label} »."
        )
    device.state = to
    device.version += 1
    left = device.holder
    device.holder = holder or left
    device.save(update_fields=["state", "version", "holder", "paired_with"])
    _tell(device, before, sentence, why, user, actor)
    if before == DeviceState.IN_STOCK and to != before:
        watch_stock(departement_id=left.pk)
    if to == DeviceState.IN_STOCK and before != to:
        watch_stock(departement_id=device.holder_id)
    return device


def _tell(device: CallButtonDevice, before: str, sentence: str, why: str, user: User, actor: Actor) -> None:
    label = f"{actor.label}, {actor.posting_label}" if actor.posting_label else actor.label
    CallButtonDeviceEvent(
        device=device,
        version=device.version,
        at=clock.now(),
        from_state=before,
        to_state=device.state,
        sentence=sentence[:200],
        why=why.strip() or None,
        by=user,
        by_label=label[:300],
    ).save(force_insert=True)


@transaction.atomic
def add_device(
    *, departement: Departement, kind: DeviceKind, serial: str, paired_with: str = "", user: User, actor: Actor
) -> CallButtonDevice:
    """Enter a device in the stock of a prefecture, under its next inventory number.

    Raises ActRefused when the serial is not one, or when a device already bears it.
    """
    plain = plain_serial(serial)
    if not (3 <= len(plain) <= 40 and plain.isascii() and plain.isalnum()):
        raise ActRefused("Un numéro de série a 3 à 40 chiffres ou lettres, sans accent.", field="serial")
    if (known := CallButtonDevice.objects.filter(serial=plain).first()) is not None:
        raise ActRefused(f"Ce numéro de série est déjà celui de l'appareil {known.label}.", field="serial")
    # Two people who add at once take two numbers.
    lock_prefecture(departement.pk)
    last = CallButtonDevice.objects.filter(owner=departement).aggregate(last=Max("number"))["last"] or 0
    device = CallButtonDevice(
        owner=departement,
        holder=departement,
        number=last + 1,
        kind=kind,
        serial=plain,
        paired_with=paired_with.strip(),
        added_at=clock.now(),
    )
    try:
        with transaction.atomic():
            device.save(force_insert=True)
    except IntegrityError as error:
        if "serial" not in str(error):
            raise
        raise ActRefused("Ce numéro de série vient d'être ajouté par quelqu'un d'autre.", field="serial") from error
    _tell(device, "", "Entré dans le parc.", "", user, actor)
    watch_stock(departement_id=departement.pk)
    return device


@transaction.atomic
def declare_device(*, device: CallButtonDevice, to: str, why: str, user: User, actor: Actor) -> CallButtonDevice:
    """Say what has become of a device that is in nobody's hands: faulty, lost, working again, retired.

    Raises ActRefused without a reason, for a device that somebody has, and where the transition table does not lead.
    """
    device = lock_device(device.pk)
    if to not in DECLARED_STATES or to == device.state:
        raise ActRefused("Choisissez un autre état que celui où l'appareil se trouve.", field="to")
    if device.state == DeviceState.HANDED_OVER:
        raise ActRefused("Cet appareil est remis à quelqu'un : notez son retour ou sa perte sur la page de la remise.")
    if device.state == DeviceState.ON_THE_WAY and to != DeviceState.LOST:
        raise ActRefused("Cet appareil est en route : notez d'abord son arrivée.")
    if to == DeviceState.RETIRED and device.is_borrowed:
        raise ActRefused(f"Cet appareil est à la préfecture {device.owner.name_of} : rendez-le.", field="to")
    if not why.strip():
        raise ActRefused("Écrivez pourquoi.", field="why")
    return change_device(device=device, to=to, sentence=DECLARED[DeviceState(to)], why=why, user=user, actor=actor)


@transaction.atomic
def pair_device(*, device: CallButtonDevice, paired_with: str, user: User, actor: Actor) -> CallButtonDevice:
    """Note what a device is paired with; nothing when it is not. Raises ActRefused when that is what is known."""
    device = lock_device(device.pk)
    if paired_with.strip() == device.paired_with:
        raise ActRefused("C'est déjà ce qui est noté.", field="paired_with")
    if device.state == DeviceState.RETIRED:
        raise ActRefused("Cet appareil est retiré du parc.")
    device.paired_with = paired_with.strip()
    sentence = f"Appairé avec : {device.paired_with}." if device.paired_with else "N'est plus appairé."
    return change_device(device=device, to=device.state, sentence=sentence, user=user, actor=actor)
