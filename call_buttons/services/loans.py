"""Devices lent by a prefecture to another: each step moves the device, and both see where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting
from accounts.services import notify
from call_buttons.enums import DeviceState
from call_buttons.models import CallButtonLoan
from call_buttons.services.devices import change_device, lock_device
from call_buttons.services.errors import ActRefused
from core import clock
from core.wording import day_words

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from call_buttons.models import CallButtonDevice
    from core.journal import Actor
    from territories.models import Departement


@transaction.atomic
def lend_device(
    *, device: CallButtonDevice, borrower: Departement, until: date, user: User, actor: Actor
) -> CallButtonLoan:
    """Send a device of one's own stock to another prefecture, until a day.

    Raises ActRefused when it is not in stock, is borrowed, would go to its own prefecture or come back in the past.
    """
    device = lock_device(device.pk)
    if device.state != DeviceState.IN_STOCK:
        raise ActRefused(f"Cet appareil est {device.get_state_display()} : seul un appareil en stock se prête.")
    if device.is_borrowed:
        raise ActRefused(f"Cet appareil est à la préfecture {device.owner.name_of} : il ne se prête pas.")
    if borrower.pk == device.owner_id:
        raise ActRefused("Choisissez une autre préfecture que la vôtre.", field="borrower")
    if until <= clock.today(device.owner.time_zone):
        raise ActRefused("Choisissez un jour à venir.", field="until")
    loan = CallButtonLoan.objects.create(
        device=device, lender=device.owner, borrower=borrower, until=until, lent_at=clock.now(), lent_by=user
    )
    change_device(
        device=device,
        to=DeviceState.ON_THE_WAY,
        sentence=f"Prêté à la préfecture {borrower.name_of} jusqu'au {day_words(until)}.",
        user=user,
        actor=actor,
    )
    _notify(borrower, loan, "un appareil prêté est en route vers vous", "lent")
    return loan


def _notify(departement: Departement, loan: CallButtonLoan, what: str, step: str) -> None:
    held = Posting.objects.active().with_roles([Role.INSTRUCTOR, Role.DECIDER]).filter(departement=departement)
    notify(
        users=[posting.user for posting in held.filter(user__is_active=True).select_related("user").order_by("pk")],
        text=f"Boutons d'appel : {what}",
        path=reverse("call_buttons:devices") + "#prets",
        dedupe_key=f"loan:{loan.pk}:{step}",
    )


def _locked(loan: CallButtonLoan) -> tuple[CallButtonLoan, CallButtonDevice]:
    device = lock_device(loan.device_id)
    loan = (
        CallButtonLoan.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lender", "borrower")
        .get(pk=loan.pk)
    )
    if loan.closed_at is not None:
        raise ActRefused("Ce prêt est terminé.")
    return loan, device


@transaction.atomic
def receive_loan(*, loan: CallButtonLoan, user: User, actor: Actor) -> CallButtonLoan:
    """The borrower has it: it enters his stock. Raises ActRefused when it has already, or was lost on the way."""
    loan, device = _locked(loan)
    if loan.arrived_at is not None or device.state != DeviceState.ON_THE_WAY:
        raise ActRefused("L'arrivée de cet appareil est déjà notée, ou il n'est plus en route.")
    loan.arrived_at = clock.now()
    loan.save(update_fields=["arrived_at"])
    sentence = f"Arrivé à la préfecture {loan.borrower.name_of}."
    change_device(
        device=device, to=DeviceState.IN_STOCK, sentence=sentence, holder=loan.borrower, user=user, actor=actor
    )
    return loan


@transaction.atomic
def send_loan_back(*, loan: CallButtonLoan, user: User, actor: Actor) -> CallButtonLoan:
    """The borrower sends it back. Raises ActRefused when somebody still has it in his hands, or it never arrived."""
    loan, device = _locked(loan)
    if loan.arrived_at is None or loan.sent_back_at is not None:
        raise ActRefused("Cet appareil n'est pas chez vous.")
    if device.state not in (DeviceState.IN_STOCK, DeviceState.FAULTY):
        raise ActRefused(f"Cet appareil est {device.get_state_display()} : il ne peut pas être renvoyé.")
    loan.sent_back_at = clock.now()
    loan.save(update_fields=["sent_back_at"])
    sentence = f"Renvoyé à la préfecture {loan.lender.name_of}."
    change_device(device=device, to=DeviceState.ON_THE_WAY, sentence=sentence, user=user, actor=actor)
    _notify(loan.lender, loan, "un appareil que vous avez prêté revient", "sent_back")
    return loan


@transaction.atomic
def take_loan_back(*, loan: CallButtonLoan, works: bool, user: User, actor: Actor) -> CallButtonLoan:
    """The lender has it again: back from the borrower, or never gone. Raises ActRefused while the borrower has it."""
    loan, device = _locked(loan)
    if loan.arrived_at is not None and loan.sent_back_at is None:
        raise ActRefused(f"Cet appareil est encore à la préfecture {loan.borrower.name_of}.")
    to = DeviceState.IN_STOCK if works else DeviceState.FAULTY
    # The device moves while its loan is still open: the database asks for it.
    change_device(
        device=device,
        to=to,
        sentence="Rentré de prêt." if works else "Rentré de prêt, en panne.",
        holder=loan.lender,
        user=user,
        actor=actor,
    )
    loan.closed_at = clock.now()
    loan.save(update_fields=["closed_at"])
    return loan
