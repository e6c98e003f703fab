"""Reads of the device park: stocks by prefecture, devices, loans, who has what in his hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from accounts.enums import ScopeKind
from accounts.scope import ScopedQuerySet, posting_over
from call_buttons.enums import DeviceKind, DeviceState, TestOutcome, Truth
from call_buttons.models import (
    CallButtonActivation,
    CallButtonDevice,
    CallButtonDeviceEvent,
    CallButtonGrant,
    CallButtonHandover,
    CallButtonLoan,
    CallButtonRecipient,
    CallButtonStockAlert,
    CallButtonTest,
)
from call_buttons.models.device import plain_serial
from call_buttons.permissions import HAND_OVER, MANAGE_DEVICES, SEE_STOCK, TAKE_BACK, VIEW_HANDOVER
from call_buttons.selectors.lists import Departements
from core import clock
from core.wording import day_words
from territories.models import Departement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from call_buttons.models.handover import CallButtonHandoverQuerySet
    from officials.models import Official

HISTORY_SHOWN = 50
# A prefecture has some tens of devices; beyond this the census says that it is not whole.
MOST_COUNTED = 500


class _OwnedDevices(ScopedQuerySet):
    """The same devices, seen by the prefecture that owns them: those that it lent too."""

    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "owner_id"}


class _BorrowedLoans(ScopedQuerySet):
    scope_lookups: ClassVar[dict[ScopeKind, str]] = {ScopeKind.DEPARTEMENT: "borrower_id"}


def owned_devices() -> ScopedQuerySet:
    return _OwnedDevices(CallButtonDevice).select_related("owner", "holder")


def borrowed_loans() -> ScopedQuerySet:
    return _BorrowedLoans(CallButtonLoan)


def my_prefectures(*, user: User) -> QuerySet[Departement]:
    """Those whose devices `user` manages."""
    return Departements(Departement).visible_to(user, MANAGE_DEVICES).order_by("pk")


@dataclass(frozen=True)
class Stock:
    """How many devices a prefecture holds, by state."""

    departement: Departement
    counts: dict[str, int]

    @property
    def in_stock(self) -> int:
        return self.counts.get(DeviceState.IN_STOCK, 0)

    @property
    def named_cells(self) -> list[dict[str, object]]:
        """In the order of the states."""
        return [
            {"label": state.label, "number": self.counts.get(state, 0), "is_stock": state == DeviceState.IN_STOCK}
            for state in DeviceState
        ]


def stocks(*, user: User) -> list[Stock]:
    """Of each prefecture of my scope that holds devices, or whose stock is missed. Two queries."""
    held = CallButtonDevice.objects.visible_to(user, SEE_STOCK)
    found: dict[Departement, dict[str, int]] = {}
    counted = held.values("holder", "state").annotate(number=Count("pk")).order_by("holder", "state")
    rows = list(counted)
    wanted: QuerySet[Departement] = Departements(Departement).visible_to(user, SEE_STOCK)
    missed = CallButtonStockAlert.objects.open().filter(departement=OuterRef("pk"))
    known = wanted.filter(Q(pk__in={row["holder"] for row in rows}) | Q(pk__in=missed.values("departement")))
    for departement in known.order_by("pk"):
        found[departement] = {row["state"]: row["number"] for row in rows if row["holder"] == departement.pk}
    return [Stock(departement, counts) for departement, counts in found.items()]


def stock_alerts(*, user: User) -> list[CallButtonStockAlert]:
    """The prefectures of my scope that have nothing left to hand over."""
    alerts = CallButtonStockAlert.objects.visible_to(user, SEE_STOCK).open().select_related("departement")
    return list(alerts.order_by("departement"))


def devices_held(*, user: User, state: str = "", kind: str = "") -> QuerySet[CallButtonDevice]:
    """Those that my prefectures hold."""
    devices = CallButtonDevice.objects.visible_to(user, MANAGE_DEVICES).select_related("owner", "holder")
    if state:
        devices = devices.filter(state=state)
    return devices.filter(kind=kind) if kind else devices


def device_called(typed: str, *, among: QuerySet[CallButtonDevice]) -> CallButtonDevice | None:
    """The device of `among` that somebody names: its serial, scanned or typed, « 45-003 », or « 3 » if one has it."""
    plain = plain_serial(typed)
    if not plain:
        return None
    by_serial = among.filter(serial=plain).first()
    if by_serial is not None:
        return by_serial
    owner, dash, digits = typed.strip().rpartition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        return None
    numbered = among.filter(number=int(digits))
    found = list((numbered.filter(owner=owner.strip().upper()) if dash else numbered)[:2])
    return found[0] if len(found) == 1 else None


def devices_to_hand_over(departement: Departement | str) -> QuerySet[CallButtonDevice]:
    """In stock, in the prefecture that holds them."""
    return CallButtonDevice.objects.in_stock().filter(holder=departement).order_by("owner", "number")


def history_of(device: CallButtonDevice) -> list[CallButtonDeviceEvent]:
    return list(device.events.order_by("-version")[:HISTORY_SHOWN])


def open_loan_of(device: CallButtonDevice) -> CallButtonLoan | None:
    return device.loans.filter(closed_at__isnull=True).select_related("lender", "borrower").first()


def open_loans(*, user: User) -> tuple[list[CallButtonLoan], list[CallButtonLoan]]:
    """Those that my prefectures gave, and those that they took."""
    given = CallButtonLoan.objects.visible_to(user, MANAGE_DEVICES).open()
    taken = borrowed_loans().visible_to(user, MANAGE_DEVICES).filter(closed_at__isnull=True)
    related = ("device__owner", "lender", "borrower")
    return (
        list(given.select_related(*related).order_by("until", "pk")[:MOST_COUNTED]),
        list(taken.select_related(*related).order_by("until", "pk")[:MOST_COUNTED]),
    )


# --- In somebody's hands ---------------------------------------------------------------------------


def handover_of(official: Official | UUID) -> CallButtonHandover | None:
    """The device that a person has in his hands, whichever prefecture gave it."""
    return (
        CallButtonHandover.objects.open()
        .with_protection()
        .select_related("device__owner", "grant__departement")
        .filter(official=official)
        .first()
    )


def handovers_to_return(*, user: User, limit: int) -> list[CallButtonHandover]:
    """« À restituer » in my scope: no protection runs any more, the oldest first."""
    late = CallButtonHandover.objects.visible_to(user, VIEW_HANDOVER).to_return().for_page()
    return list(late.annotate(end=F("grant__period__endswith")).order_by("end", "pk")[: limit + 1])


def people_with_device(*, user: User, officials: Iterable[UUID]) -> set[UUID]:
    """Those of `officials` who have a device in their hands, as far as `user` may read it."""
    out = CallButtonHandover.objects.visible_to(user, VIEW_HANDOVER).open()
    return set(out.filter(official__in=list(officials)).values_list("official_id", flat=True))


def handovers_open_in() -> CallButtonHandoverQuerySet:
    """The devices still out in each file of an outer query."""
    return CallButtonHandover.objects.open().filter(grant__case_id=OuterRef("pk"))


def former_handover_of(official: Official) -> CallButtonHandover | None:
    """The last one that ended: its recipients are proposed again."""
    ended = CallButtonHandover.objects.filter(official=official, ended_at__isnull=False)
    return ended.order_by("-ended_at").first()


def recipients_of(handover: CallButtonHandover) -> list[CallButtonRecipient]:
    return list(handover.recipients.filter(number=handover.recipients_list).order_by("position"))


def tests_of(handover: CallButtonHandover) -> list[CallButtonTest]:
    return list(handover.tests.select_related("by").order_by("-at", "-pk")[:HISTORY_SHOWN])


def activations_of(handover: CallButtonHandover) -> list[CallButtonActivation]:
    """The latest first; one that was settled since comes with what settled it."""
    rows = handover.activations.filter(settles__isnull=True).select_related("logged_by", "settled_by__logged_by")
    return list(rows.order_by("-at", "-logged_at")[:HISTORY_SHOWN])


def activation_counts(handover: CallButtonHandover) -> dict[str, int]:
    """How many of each nature, once what was unknown is settled."""
    last = handover.activations.filter(settled_by__isnull=True).order_by().values("truth")
    found = {row["truth"]: row["number"] for row in last.annotate(number=Count("pk"))}
    return {truth: found.get(truth, 0) for truth in Truth.values}


@dataclass(frozen=True)
class DeviceSection:
    """« Appareil » on the page of a protection and in the panel of a file, for somebody who may read it."""

    handover: CallButtonHandover | None
    last_test: CallButtonTest | None
    # Handed over by another prefecture: that is all that is said of it here.
    is_elsewhere: bool
    today: date
    # The request whose grant a device may be handed over for; None when none may.
    request_id: UUID | None
    in_stock: int
    may_hand_over: bool
    may_take_back: bool

    @property
    def is_to_return(self) -> bool:
        return self.handover is not None and not self.handover.is_protected  # type: ignore[attr-defined]  # annotated

    @property
    def is_test_late(self) -> bool:
        return self.handover is not None and self.handover.is_test_late(self.today)


def _may_read(user: User, handover: CallButtonHandover) -> bool:
    return CallButtonHandover.objects.visible_to(user, VIEW_HANDOVER).filter(pk=handover.pk).exists()


def device_section(*, user: User, official: Official, grants: Iterable[CallButtonGrant]) -> DeviceSection | None:
    """None for who may not read it, and when nothing was ever granted. `grants` are those that the page shows."""
    shown = [grant for grant in grants if posting_over(user, VIEW_HANDOVER, grant) is not None]
    if not shown:
        return None
    latest = max(shown, key=lambda grant: grant.period.upper)
    today = clock.today(latest.departement.time_zone)
    handover = handover_of(official)
    is_over = latest.period.upper <= today
    is_elsewhere = handover is not None and not _may_read(user, handover)
    if is_elsewhere:
        handover = None
    over = handover.grant if handover is not None else latest
    return DeviceSection(
        handover=handover,
        last_test=handover.tests.order_by("-at", "-pk").first() if handover is not None else None,
        today=today,
        is_elsewhere=is_elsewhere,
        request_id=None if is_over or is_elsewhere else latest.request_id,
        in_stock=0 if handover is not None else devices_to_hand_over(latest.departement_id).count(),
        may_hand_over=posting_over(user, HAND_OVER, over) is not None,
        may_take_back=posting_over(user, TAKE_BACK, over) is not None,
    )


WITH_ARTICLE = {
    DeviceKind.WATCH: "une montre d'appel",
    DeviceKind.BRACELET: "un bracelet d'appel",
    DeviceKind.BOX: "un boîtier d'appel",
    DeviceKind.DESK_BUTTON: "un bouton d'appel de bureau",
}


@dataclass(frozen=True)
class MyDevice:
    """What a protected person reads of the device in his hands: neither whom it calls nor who noted what."""

    article_and_kind: str
    label: str
    next_test_on: date
    is_test_late: bool
    last_test_failed: bool
    is_to_return: bool


def device_of(official: Official) -> MyDevice | None:
    """One query, to be read by the person himself."""
    failed = CallButtonTest.objects.filter(handover=OuterRef("pk")).order_by("-at", "-pk").values("outcome")[:1]
    handovers = CallButtonHandover.objects.open().with_protection().annotate(last_outcome=failed)
    found = handovers.select_related("device", "grant__departement").filter(official=official).first()
    if found is None:
        return None
    return MyDevice(
        article_and_kind=WITH_ARTICLE[DeviceKind(found.device.kind)],
        label=found.device.label,
        next_test_on=found.next_test_on,
        is_test_late=found.is_test_late(clock.today(found.grant.departement.time_zone)),
        last_test_failed=found.last_outcome == TestOutcome.FAILED,
        is_to_return=not found.is_protected,  # type: ignore[attr-defined]  # annotated by with_protection
    )


def protection_words(official_id: UUID) -> list[str]:
    """What the 17 reads of the call button of a caller: until when, on which device, or that it is suspended."""
    grants = CallButtonGrant.objects.running().with_suspension().filter(official_id=official_id)
    device = CallButtonHandover.objects.open().filter(official_id=official_id).values("device__kind")[:1]
    words = []
    for grant in grants.annotate(device_kind=Subquery(device)).order_by("period", "pk")[:2]:
        kind = f" ({DeviceKind(grant.device_kind).label})" if grant.device_kind else ", appareil pas encore remis"
        suspended = grant.is_suspended  # type: ignore[attr-defined]  # annotated by with_suspension
        state = "suspendu" if suspended else f"jusqu'au {day_words(grant.last_day)} inclus"
        words.append(f"Bouton d'appel{kind} : {state}")
    return words


@dataclass(frozen=True)
class CensusRow:
    device: CallButtonDevice
    # A reference or a prefecture, never a name.
    where: str


def census(*, user: User, departement: Departement) -> tuple[list[CensusRow], bool]:
    """Every device that a prefecture owns or holds, and where it is; and whether some are left out. Three queries."""
    mine = Q(owner=departement) | Q(holder=departement)
    kept = CallButtonDevice.objects.filter(mine).exclude(state=DeviceState.RETIRED).select_related("owner", "holder")
    devices = list(kept.order_by("owner", "number")[: MOST_COUNTED + 1])
    out = CallButtonHandover.objects.visible_to(user, VIEW_HANDOVER).open().filter(device__in=devices)
    references = dict(out.values_list("device_id", "grant__case__reference"))
    loans = CallButtonLoan.objects.open().filter(device__in=devices).select_related("borrower", "lender")
    lent = {loan.device_id: loan for loan in loans}
    rows = [
        CensusRow(device, _place(device, departement, references, lent.get(device.pk)))
        for device in devices[:MOST_COUNTED]
    ]
    return rows, len(devices) > MOST_COUNTED


def _place(device: CallButtonDevice, departement: Departement, references: dict, loan: CallButtonLoan | None) -> str:
    if device.holder_id != departement.pk:
        return f"prêté à la préfecture {device.holder.name_of}"
    if device.state == DeviceState.HANDED_OVER:
        # A file that is hidden from who prints stays hidden.
        return f"dossier {references[device.pk]}" if device.pk in references else "dossier non consultable"
    if device.state == DeviceState.ON_THE_WAY and loan is not None:
        return f"en route, prêt à la préfecture {loan.borrower.name_of}"
    words = "préfecture" if device.state in (DeviceState.IN_STOCK, DeviceState.FAULTY) else "—"
    return f"{words}, prêté par la préfecture {device.owner.name_of}" if device.is_borrowed else words
