"""Builders for devices and what happens to them, on the real services."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from accounts.enums import Role
from accounts.models import User
from call_buttons.enums import DeviceKind, RecipientRole, SignerQuality, TestOutcome, Truth
from call_buttons.models import (
    CallButtonActivation,
    CallButtonDevice,
    CallButtonGrant,
    CallButtonHandover,
    CallButtonLoan,
    CallButtonTest,
)
from call_buttons.services import (
    Contacts,
    Recipient,
    TestCall,
    add_device,
    hand_over_device,
    lend_device,
    log_activation,
    lose_device,
    record_test,
    return_device,
    sign_receipt,
)
from core import clock
from tests import build

_serials = count(20_417)
OK = TestCall(TestOutcome.OK, 18)
FAILED = TestCall(TestOutcome.FAILED, note="Rien ne sonne.")
RECIPIENTS = (
    Recipient("Jeanne Inventée", "06 39 98 00 21", RecipientRole.RELATIVE, picks_up=True),
    Recipient("Brigade d'Olivet", "02 61 91 00 00", RecipientRole.UNIT, picks_up=True),
)
CONTACTS = Contacts(RECIPIENTS, safe_contact="Portable après 18 h.", coverage="Sous-sol de la mairie.")


def _of(role: Role, departement: str = "45") -> User:
    held = {"postings__role": role} | ({} if role == Role.REFERENT else {"postings__departement": departement})
    found = User.objects.filter(**held).order_by("pk").first()
    if found is not None:
        return found
    return build.referent() if role == Role.REFERENT else build.posted(role, departement_code=departement)


def signed(user: User) -> dict[str, Any]:
    return {"user": user, "actor": build.actor(user)}


def a_device(departement: str = "45", *, kind: str = DeviceKind.WATCH, serial: str = "") -> CallButtonDevice:
    serial = serial or f"BX {next(_serials)}"
    return add_device(
        departement=build.departement(departement),
        kind=DeviceKind(kind),
        serial=serial,
        **signed(_of(Role.INSTRUCTOR, departement)),
    )


def devices(number: int, departement: str = "45") -> list[CallButtonDevice]:
    return [a_device(departement) for _ in range(number)]


def handed_over(
    grant: CallButtonGrant | None = None,
    device: CallButtonDevice | None = None,
    *,
    by: User | None = None,
    test: TestCall = OK,
    contacts: Contacts = CONTACTS,
) -> CallButtonHandover:
    grant = grant or build.granted()
    device = device or CallButtonDevice.objects.in_stock().filter(holder=grant.departement_id).first()
    device = device or a_device(grant.departement_id)
    by = by or _of(Role.REFERENT)
    return hand_over_device(grant=grant, device=device, contacts=contacts, test=test, **signed(by))


def tried(handover: CallButtonHandover, call: TestCall = OK) -> CallButtonTest:
    return record_test(handover=handover, test=call, **signed(handover.handed_by))


def signed_receipt(handover: CallButtonHandover, name: str = "Anne Inventée") -> CallButtonHandover:
    quality = SignerQuality.OFFICIAL
    return sign_receipt(handover=handover, name=name, quality=quality, **signed(handover.handed_by))


def pressed(
    handover: CallButtonHandover, truth: str = Truth.UNKNOWN, *, at: datetime | None = None, **more: Any
) -> CallButtonActivation:
    return log_activation(
        handover=handover,
        at=at or clock.now(),
        truth=Truth(truth),
        account="Il a appuyé sur le parking.",
        **signed(handover.handed_by),
        **more,
    )


def returned(handover: CallButtonHandover, *, works: bool = True, note: str = "") -> CallButtonHandover:
    return return_device(handover=handover, works=works, note=note, **signed(handover.handed_by))


def lost(handover: CallButtonHandover) -> CallButtonHandover:
    today = clock.today(handover.grant.departement.time_zone)
    circumstances = "Tombée dans la Loire."
    return lose_device(handover=handover, lost_on=today, circumstances=circumstances, **signed(handover.handed_by))


def lent(device: CallButtonDevice | None = None, *, to: str = "974", days: int = 30) -> CallButtonLoan:
    device = device or a_device()
    until = clock.today(device.owner.time_zone) + timedelta(days=days)
    lender = _of(Role.INSTRUCTOR, device.owner_id)
    return lend_device(device=device, borrower=build.departement(to), until=until, **signed(lender))
