"""The device park of a prefecture: stock, devices, loans, census."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from accounts.permissions import has_permission
from accounts.scope import posting_over
from call_buttons.enums import DeviceKind, DeviceState
from call_buttons.forms.devices import DeclareForm, DeviceForm, LendForm, PairForm
from call_buttons.models import CallButtonDevice, CallButtonHandover, CallButtonLoan
from call_buttons.permissions import MANAGE_DEVICES, SEE_STOCK, VIEW_HANDOVER
from call_buttons.selectors.devices import (
    borrowed_loans,
    census,
    device_called,
    devices_held,
    handovers_to_return,
    history_of,
    my_prefectures,
    open_loan_of,
    open_loans,
    owned_devices,
    stock_alerts,
    stocks,
)
from call_buttons.services import (
    ActRefused,
    add_device,
    declare_device,
    lend_device,
    pair_device,
    receive_loan,
    send_loan_back,
    take_loan_back,
)
from core import clock
from core.acts import attempt
from core.forms import submitted
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

TO_RETURN_SHOWN = 50
HANDOVERS_SHOWN = 50


@access(SEE_STOCK)
@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Counts by prefecture; for who manages them, the list, what must come back, the loans. A scan opens a device."""
    context = {
        "stocks": stocks(user=request.user),
        "alerts": stock_alerts(user=request.user),
        "states": DeviceState.choices,
        "manages": has_permission(request.user, MANAGE_DEVICES),
    }
    if not context["manages"]:
        return render(request, "call_buttons/devices.html", context)
    called = request.GET.get("numero", "").strip()[:80]
    if called:
        mine = devices_held(user=request.user)
        found = device_called(called, among=mine)
        found = found or device_called(called, among=owned_devices().visible_to(request.user, MANAGE_DEVICES))
        if found is not None:
            return redirect("call_buttons:device", device=found.pk)
    state, kind = request.GET.get("etat", ""), request.GET.get("modele", "")
    listed = devices_held(
        user=request.user,
        state=state if state in DeviceState.values else "",
        kind=kind if kind in DeviceKind.values else "",
    )
    given, taken = open_loans(user=request.user)
    to_return = handovers_to_return(user=request.user, limit=TO_RETURN_SHOWN)
    context |= {
        "called": called,
        "state": state,
        "kind": kind,
        "kinds": DeviceKind.choices,
        "page": paginate_keyset(listed, order=("owner_id", "number", "pk"), cursor=request.GET.get("cursor"), size=50),
        "given": given,
        "taken": taken,
        "to_return": to_return[:TO_RETURN_SHOWN],
        "more_to_return": len(to_return) > TO_RETURN_SHOWN,
    }
    return render(request, "call_buttons/devices.html", context)


@access(MANAGE_DEVICES)
@require_http_methods(["GET", "POST"])
def new_device(request: HttpRequest) -> HttpResponse:
    """One after the other: the page comes back ready for the next scan."""
    before = {name: request.GET[name] for name in ("departement", "kind") if request.GET.get(name)}
    form = DeviceForm(submitted(request), departements=my_prefectures(user=request.user), initial=before)
    added = attempt(
        form,
        lambda: add_device(
            **form.cleaned_data, user=request.user, actor=actor_from(request, permission=MANAGE_DEVICES)
        ),
    )
    if added:
        # Back to the same page, for the next scan of the box.
        messages.success(request, f"L'appareil {added.label} est entré en stock. Collez-y ce numéro.")
        return redirect(f"{request.path}?{urlencode({'departement': added.owner_id, 'kind': added.kind})}")
    return render(request, "call_buttons/new_device.html", {"form": form}, status=422 if form.errors else 200)


def _get_device(request: HttpRequest, device: UUID, *, act: bool) -> CallButtonDevice:
    """Held by one of my prefectures; or, to be looked at only, lent by one of them."""
    held = CallButtonDevice.objects.select_related("owner", "holder")
    if not act and not held.visible_to(request.user, MANAGE_DEVICES).filter(pk=device).exists():
        held = owned_devices()  # type: ignore[assignment]  # the same rows, by another scope
    found: CallButtonDevice = fetch_scoped(request, held, see=MANAGE_DEVICES, asks_reason=False, pk=device)
    return found


@access(MANAGE_DEVICES)
@require_GET
def device(request: HttpRequest, device: UUID) -> HttpResponse:
    return _page(request, _get_device(request, device, act=False))


def _page(request: HttpRequest, found: CallButtonDevice, failed: BaseForm | None = None) -> HttpResponse:
    """The device, its history and what may be done with it. `failed` takes the place of its kind, with its errors."""
    may_act = posting_over(request.user, MANAGE_DEVICES, found) is not None
    # A file that is hidden from the person stays hidden: then the page says that somebody has it, and no more.
    seen = CallButtonHandover.objects.visible_to(request.user, VIEW_HANDOVER).filter(device=found)
    handovers = list(seen.select_related("grant__case", "grant__departement").order_by("-handed_at")[:HANDOVERS_SHOWN])
    free = found.state not in (DeviceState.HANDED_OVER, DeviceState.RETIRED)
    forms: dict[str, BaseForm] = {}
    if may_act:
        forms["pair"] = PairForm(initial={"paired_with": found.paired_with}, auto_id="pair_%s")
        if free:
            forms["declare"] = DeclareForm(device=found, auto_id="declare_%s")
        if found.state == DeviceState.IN_STOCK and not found.is_borrowed:
            forms["lend"] = LendForm(owner=found.owner_id, auto_id="lend_%s")
    if failed is not None:
        forms[failed.auto_id.partition("_")[0]] = failed  # type: ignore[union-attr]  # given above
    context = {
        "device": found,
        "history": history_of(found),
        "loan": open_loan_of(found),
        "handovers": handovers,
        "handover": next((one for one in handovers if one.is_open), None),
        "forms": forms,
        "zone": found.holder.time_zone,
    }
    return render(request, "call_buttons/device.html", context, status=422 if failed else 200)


def _act(
    request: HttpRequest, found: CallButtonDevice, form: BaseForm, act: Callable[[], object], done: str
) -> HttpResponse:
    if attempt(form, act):
        messages.success(request, done)
        return redirect("call_buttons:device", device=found.pk)
    return _page(request, _get_device(request, found.pk, act=True), form)


@access(MANAGE_DEVICES)
@require_POST
def declare(request: HttpRequest, device: UUID) -> HttpResponse:
    found = _get_device(request, device, act=True)
    form = DeclareForm(request.POST, device=found, auto_id="declare_%s")
    actor = actor_from(request, permission=MANAGE_DEVICES, over=found)
    return _act(
        request,
        found,
        form,
        lambda: declare_device(device=found, **form.cleaned_data, user=request.user, actor=actor),
        "Le nouvel état est noté.",
    )


@access(MANAGE_DEVICES)
@require_POST
def pair(request: HttpRequest, device: UUID) -> HttpResponse:
    found = _get_device(request, device, act=True)
    form = PairForm(request.POST, auto_id="pair_%s")
    actor = actor_from(request, permission=MANAGE_DEVICES, over=found)
    return _act(
        request,
        found,
        form,
        lambda: pair_device(device=found, **form.cleaned_data, user=request.user, actor=actor),
        "L'appairage est noté.",
    )


@access(MANAGE_DEVICES)
@require_POST
def lend(request: HttpRequest, device: UUID) -> HttpResponse:
    found = _get_device(request, device, act=True)
    form = LendForm(request.POST, owner=found.owner_id, auto_id="lend_%s")
    actor = actor_from(request, permission=MANAGE_DEVICES, over=found)
    return _act(
        request,
        found,
        form,
        lambda: lend_device(device=found, **form.cleaned_data, user=request.user, actor=actor),
        "Le prêt est noté : l'appareil est en route, l'autre préfecture est prévenue.",
    )


@access(MANAGE_DEVICES)
@require_POST
def loan_step(request: HttpRequest, loan: UUID) -> HttpResponse:
    """A step of a loan: « arrived » and « sent_back » by who borrows, « back » and « broken » by who lends."""
    step = request.POST.get("act", "")
    by_borrower = {"arrived": receive_loan, "sent_back": send_loan_back}
    queryset = borrowed_loans() if step in by_borrower else CallButtonLoan.objects.all()
    found: CallButtonLoan = fetch_scoped(request, queryset, see=MANAGE_DEVICES, asks_reason=False, pk=loan)
    signed = {"user": request.user, "actor": actor_from(request, permission=MANAGE_DEVICES)}
    acts = by_borrower | {
        "back": partial(take_loan_back, works=True),
        "broken": partial(take_loan_back, works=False),
    }
    if step not in acts:
        messages.error(request, "Choisissez ce que vous notez de ce prêt.")
        return redirect("call_buttons:devices")
    try:
        acts[step](loan=found, **signed)
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "C'est noté dans l'historique de l'appareil.")
    return redirect("call_buttons:devices")


@access(MANAGE_DEVICES)
@require_GET
def device_census(request: HttpRequest) -> HttpResponse:
    """Every device of a prefecture on paper, with a column to sign. Dated by the day it is printed."""
    mine = list(my_prefectures(user=request.user))
    asked = request.GET.get("departement", "")
    chosen = next((one for one in mine if one.pk == asked), None) if asked else mine[0]
    if chosen is None:
        raise Http404
    rows, more = census(user=request.user, departement=chosen)
    context = {
        "departement": chosen,
        "prefectures": mine,
        "rows": rows,
        "more": more,
        "today": clock.today(chosen.time_zone),
    }
    return render(request, "call_buttons/census.html", context)
