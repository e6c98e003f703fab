"""A device goes into somebody's hands at the counter, and comes back, or is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from call_buttons.enums import STATE_AFTER, DeviceState, HandoverEnd, RecipientRole, SignerQuality
from call_buttons.models import (
    CallButtonDeviceRules,
    CallButtonGrant,
    CallButtonHandover,
    CallButtonRecipient,
)
from call_buttons.selectors.devices import devices_to_hand_over, handover_of
from call_buttons.services.device_tests import TestCall, end_test_tasks, note_test, plan_next_test
from call_buttons.services.devices import change_device
from call_buttons.services.errors import ActRefused
from call_buttons.services.locking import lock_device, lock_handover
from call_buttons.services.stock import watch_stock
from cases.enums import EventKind
from cases.services import add_event, finish_tasks
from core import clock
from core.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import User
    from call_buttons.models import CallButtonDevice
    from core.journal import Actor


@dataclass(frozen=True)
class Recipient:
    """Whom the device calls; the rank is the place in the list."""

    name: str
    telephone: str
    role: RecipientRole
    picks_up: bool


@dataclass(frozen=True)
class Contacts:
    """Everything that says how the device and its bearer are reached."""

    recipients: Sequence[Recipient]
    safe_contact: str = ""
    coverage: str = ""


def why_not_handed_over(grant: CallButtonGrant) -> str:
    """Why no device may be handed over for this protection, stock apart; empty when one may. Reads only."""
    today = clock.today(grant.departement.time_zone)
    if grant.period.isempty or grant.period.upper <= today:
        return "Cette protection a pris fin : un appareil ne se remet que pour une protection en cours."
    ahead = CallButtonDeviceRules.on(today).ahead_days
    if (grant.first_day - today).days > ahead:
        return (
            f"Cette protection commence le {day_words(grant.first_day)} : l'appareil se remet au plus tôt {ahead} jours"
            " avant."
        )
    if (held := handover_of(grant.official_id)) is not None:
        return f"Cette personne a déjà l'appareil {held.device.label} : il la suit d'une protection à l'autre."
    return ""


@transaction.atomic
def report_empty_stock(*, grant: CallButtonGrant) -> str:
    """Tell the prefecture and CALAE, once, that somebody came for a device and there was none. Gives the sentence."""
    watch_stock(departement_id=grant.departement_id)
    return (
        f"La préfecture {grant.departement.name_of} n'a plus d'appareil en stock. La protection reste accordée ; la"
        " préfecture et le CALAE sont prévenus."
    )


def hand_over_device(
    *,
    grant: CallButtonGrant,
    device: CallButtonDevice,
    contacts: Contacts,
    test: TestCall,
    user: User,
    actor: Actor,
) -> CallButtonHandover:
    """Put a device of the prefecture's stock into the hands of a protected person, with its recipients and its test.

    Raises ActRefused when the protection does not run, when the person has a device, when the prefecture has nothing to
    hand over (the protection stands, the prefecture and CALAE are told), when the device has just left, when there is
    no recipient, or when the test says nothing.
    """
    if refusal := why_not_handed_over(grant):
        raise ActRefused(refusal)
    if not devices_to_hand_over(grant.departement_id).exists():
        raise ActRefused(report_empty_stock(grant=grant))
    try:
        with transaction.atomic():
            return _hand_over(grant=grant, device=device, contacts=contacts, test=test, user=user, actor=actor)
    except IntegrityError as error:
        if "handover_one_of_person" not in str(error):
            raise
        raise ActRefused("Cette personne vient de recevoir un appareil.") from error


def _hand_over(
    *,
    grant: CallButtonGrant,
    device: CallButtonDevice,
    contacts: Contacts,
    test: TestCall,
    user: User,
    actor: Actor,
) -> CallButtonHandover:
    device = lock_device(device.pk)
    grant = CallButtonGrant.objects.select_related("case__merged_into", "departement", "official").get(pk=grant.pk)
    if refusal := why_not_handed_over(grant):
        raise ActRefused(refusal)
    if device.state != DeviceState.IN_STOCK or device.holder_id != grant.departement_id:
        raise ActRefused(
            f"L'appareil {device.label} n'est plus en stock dans cette préfecture : choisissez-en un autre."
        )
    now = clock.now()
    handover = CallButtonHandover(
        grant=grant,
        first_grant=grant,
        official_id=grant.official_id,
        device=device,
        handed_at=now,
        handed_by=user,
        safe_contact=contacts.safe_contact.strip(),
        coverage=contacts.coverage.strip(),
        next_test_on=clock.today(grant.departement.time_zone),
    )
    handover.save(force_insert=True)
    _write_recipients(handover, contacts.recipients)
    change_device(device=device, to=DeviceState.HANDED_OVER, sentence="Remis.", user=user, actor=actor)
    plan_next_test(handover=handover, after=note_test(handover=handover, test=test, user=user))
    add_event(
        case=grant.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Appareil remis ({device.get_kind_display()}). Premier essai : {test.words}.",
        user=user,
        actor=actor,
    )
    return handover


def _write_recipients(handover: CallButtonHandover, recipients: Sequence[Recipient]) -> None:
    if not recipients:
        raise ActRefused("Notez au moins une personne que l'appareil appelle.", field="name_1")
    CallButtonRecipient.objects.bulk_create(
        CallButtonRecipient(
            handover=handover,
            number=handover.recipients_list,
            position=position,
            name=recipient.name.strip(),
            telephone=recipient.telephone.strip(),
            role=recipient.role,
            picks_up=recipient.picks_up,
        )
        for position, recipient in enumerate(recipients, 1)
    )


@transaction.atomic
def sign_receipt(
    *, handover: CallButtonHandover, name: str, quality: SignerQuality, user: User, actor: Actor
) -> CallButtonHandover:
    """Note that the receipt was signed at the counter, by whom and in which quality. Once."""
    handover = lock_handover(handover.pk)
    if handover.signed_at is not None:
        raise ActRefused("Le reçu est déjà signé.")
    if not name.strip():
        raise ActRefused("Écrivez le nom de la personne qui signe.", field="signer_name")
    handover.signed_at, handover.signed_by = clock.now(), user
    handover.signer_name, handover.signer_quality = name.strip(), quality
    handover.version += 1
    handover.save(update_fields=["signed_at", "signed_by", "signer_name", "signer_quality", "version"])
    add_event(
        case=handover.grant.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence="Reçu de l'appareil signé au guichet.",
        user=user,
        actor=actor,
    )
    return handover


@transaction.atomic
def change_contacts(
    *, handover: CallButtonHandover, version: int, contacts: Contacts, user: User, actor: Actor
) -> CallButtonHandover:
    """Write whom the device calls now, and how the person is reached. The former list stays.

    Raises ActRefused when somebody changed them meanwhile.
    """
    handover = lock_handover(handover.pk)
    if handover.version != version:
        raise ActRefused(
            "Quelqu'un a modifié cette remise pendant votre saisie. Relisez-la, puis enregistrez à nouveau."
        )
    handover.recipients_list += 1
    handover.version += 1
    handover.safe_contact, handover.coverage = contacts.safe_contact.strip(), contacts.coverage.strip()
    handover.save(update_fields=["recipients_list", "version", "safe_contact", "coverage"])
    _write_recipients(handover, contacts.recipients)
    add_event(
        case=handover.grant.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence="Destinataires et consignes de l'appareil modifiés.",
        user=user,
        actor=actor,
    )
    return handover


@transaction.atomic
def return_device(
    *, handover: CallButtonHandover, works: bool, note: str, user: User, actor: Actor
) -> CallButtonHandover:
    """The device is back at a counter, working or not. Raises ActRefused when it is not out any more, or when it does
    not work and nothing says why.
    """
    if not works and not note.strip():
        raise ActRefused("Écrivez ce qui ne va pas.", field="note")
    return _end(
        handover=handover,
        ended_as=HandoverEnd.WORKING if works else HandoverEnd.FAULTY,
        note=note,
        lost_on=None,
        user=user,
        actor=actor,
    )


@transaction.atomic
def lose_device(
    *, handover: CallButtonHandover, lost_on: date, circumstances: str, user: User, actor: Actor
) -> CallButtonHandover:
    """The person has lost it, since a day. Raises ActRefused without the circumstances, or for an impossible day."""
    zone = handover.grant.departement.zone
    if not handover.handed_at.astimezone(zone).date() <= lost_on <= clock.today(zone):
        raise ActRefused("Ce jour est avant la remise de l'appareil, ou n'est pas encore venu.", field="lost_on")
    if not circumstances.strip():
        raise ActRefused("Écrivez comment l'appareil a été perdu.", field="circumstances")
    return _end(
        handover=handover, ended_as=HandoverEnd.LOST, note=circumstances, lost_on=lost_on, user=user, actor=actor
    )


def _end(
    *,
    handover: CallButtonHandover,
    ended_as: HandoverEnd,
    note: str,
    lost_on: date | None,
    user: User,
    actor: Actor,
) -> CallButtonHandover:
    handover = lock_handover(handover.pk)
    handover.ended_at, handover.ended_by, handover.ended_as = clock.now(), user, ended_as
    handover.ended_note, handover.lost_on = note.strip(), lost_on
    handover.version += 1
    handover.save(update_fields=["ended_at", "ended_by", "ended_as", "ended_note", "lost_on", "version"])
    change_device(
        device=lock_device(handover.device_id),
        to=STATE_AFTER[ended_as],
        # What was seen stays with the handover: the history of a device is read by people from whom the file is hidden.
        sentence=f"{ended_as.label[0].upper()}{ended_as.label[1:]}.",
        user=user,
        actor=actor,
    )
    case = handover.grant.case.holder
    end_test_tasks(handover=handover, case=case, user=user)
    finish_tasks(case=case, prefix=f"device-return:{handover.pk}", user=user, outcome=f"Appareil {ended_as.label}.")
    add_event(case=case, kind=EventKind.CALL_BUTTON, sentence=f"Appareil {ended_as.label}.", user=user, actor=actor)
    return handover
