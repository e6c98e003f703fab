"""A device in somebody's hands: the counter, the receipt, tests, activations, the return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import gate
from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from accounts.scope import posting_over
from call_buttons.enums import Truth
from call_buttons.forms.devices import (
    ActivationForm,
    CallTestForm,
    ContactsForm,
    HandoverForm,
    LossForm,
    ReturnForm,
    SettleForm,
    SignatureForm,
    contacts_initial,
)
from call_buttons.models import CallButtonHandover
from call_buttons.permissions import HAND_OVER, TAKE_BACK, VIEW_HANDOVER
from call_buttons.selectors.devices import (
    activation_counts,
    activations_of,
    device_called,
    devices_to_hand_over,
    former_handover_of,
    recipients_of,
    tests_of,
)
from call_buttons.services import (
    UnprintableText,
    change_contacts,
    hand_over_device,
    log_activation,
    lose_device,
    receipt_of,
    record_test,
    report_empty_stock,
    return_device,
    sign_receipt,
    why_not_handed_over,
)
from call_buttons.views.requests import get_request_for, journal_reading
from core import clock
from core.acts import attempt
from core.forms import submitted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpRequest

    from accounts.permissions import Permission
    from call_buttons.models import CallButtonGrant

# On one page of the counter; the others are found by their number.
DEVICES_SHOWN = 30


@access(HAND_OVER)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """At the counter: choose a device (or scan it), then whom it calls and the first test."""
    found = get_request_for(request, request_id, act=HAND_OVER)
    grant = getattr(getattr(found, "decision", None), "grant", None)
    if grant is None:
        messages.error(request, "Aucune protection n'a été accordée sur cette demande.")
        return redirect("call_buttons:request", request_id=request_id)
    stock = devices_to_hand_over(grant.departement_id).select_related("owner", "holder")
    called = request.GET.get("appareil", "").strip()[:80]
    device = device_called(called, among=stock)
    form = HandoverForm(submitted(request), stock=stock, initial=_former_contacts(grant) | {"device": device})
    if request.method == "POST":
        handover, refusal = _handed_over(request, grant, form)
        if handover is not None:
            messages.success(
                request,
                f"L'appareil {handover.device.label} est remis. Imprimez le reçu, puis notez qui l'a signé.",
            )
            return redirect("call_buttons:handover", handover=handover.pk)
    else:
        refusal = why_not_handed_over(grant)
    journal_reading(request, found, what="remise d'un appareil")
    in_stock = list(stock[: DEVICES_SHOWN + 1])
    context = {
        "found": found,
        "case": found.case,
        "grant": grant,
        "refusal": refusal,
        "is_chosen": device is not None or form.is_bound,
        "called": called,
        "devices": in_stock[:DEVICES_SHOWN],
        "more": len(in_stock) > DEVICES_SHOWN,
        "form": form,
    }
    refused = bool(refusal) and form.is_bound
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "call_buttons/hand_over.html", context, status=status)


def _former_contacts(grant: CallButtonGrant) -> dict[str, Any]:
    """Those of the last device of the person: often the same."""
    former = former_handover_of(grant.official)
    if former is None:
        return {}
    return contacts_initial(recipients_of(former), former.safe_contact, former.coverage)


def _handed_over(
    request: HttpRequest, grant: CallButtonGrant, form: HandoverForm
) -> tuple[CallButtonHandover | None, str]:
    """The handover, or why there can be none for this protection. What is wrong in the form stays in the form."""
    if refusal := why_not_handed_over(grant):
        return None, refusal
    if not devices_to_hand_over(grant.departement_id).exists():
        # Nothing typed matters then: the attempt itself is told.
        return None, report_empty_stock(grant=grant)
    made = attempt(
        form,
        lambda: hand_over_device(
            grant=grant,
            device=form.cleaned_data["device"],
            contacts=form.contacts,
            test=form.test_call,
            user=request.user,
            actor=actor_from(request, permission=HAND_OVER, over=grant),
        ),
    )
    return made, ""


def get_handover_for(request: HttpRequest, handover: UUID, *, act: Permission | None = None) -> CallButtonHandover:
    """The handover, or 404 outside my scope, or 403 without the right to `act` there."""
    queryset = CallButtonHandover.objects.with_protection().for_page()
    found: CallButtonHandover = fetch_scoped(request, queryset, see=VIEW_HANDOVER, act=act, pk=handover)
    return found


def _journal(request: HttpRequest, found: CallButtonHandover, *, what: str) -> None:
    gate.journal_reading(request, found, see=VIEW_HANDOVER, label=found.grant.case.reference, what=what)


@access(VIEW_HANDOVER)
@require_GET
def handover(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover)
    _journal(request, found, what="lecture d'une remise d'appareil")
    zone = found.grant.departement.time_zone
    context = {
        "handover": found,
        "case": found.grant.case,
        "device": found.device,
        "recipients": recipients_of(found),
        "tests": tests_of(found),
        "activations": activations_of(found),
        "counts": activation_counts(found),
        "may_act": posting_over(request.user, HAND_OVER, found) is not None,
        "may_take_back": found.is_open and posting_over(request.user, TAKE_BACK, found) is not None,
        "zone": zone,
        "today": clock.today(zone),
        "is_test_late": found.is_test_late(clock.today(zone)),
        "request_id": found.grant.request_id,
    }
    return render(request, "call_buttons/handover.html", context)


@access(VIEW_HANDOVER)
@require_GET
def receipt(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover)
    try:
        document = receipt_of(found)
    except UnprintableText as error:
        messages.error(request, str(error))
        return redirect("call_buttons:handover", handover=found.pk)
    _journal(request, found, what="reçu d'un appareil")
    name = f'inline; filename="recu-{found.device.label}.pdf"'
    return HttpResponse(document.pdf, content_type="application/pdf", headers={"Content-Disposition": name})


def _act(
    request: HttpRequest,
    found: CallButtonHandover,
    form: BaseForm,
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """A page with one form about a handover: what is refused comes back beside its field, with what was typed."""
    if attempt(form, act):
        messages.success(request, done)
        return redirect("call_buttons:handover", handover=found.pk)
    _journal(request, found, what=title.lower())
    context = {
        "handover": found,
        "case": found.grant.case,
        "device": found.device,
        "form": form,
        "title": title,
        "intro": intro,
    }
    return render(request, "call_buttons/handover_act.html", context, status=422 if form.errors else 200)


def _signed(request: HttpRequest, found: CallButtonHandover, permission: Permission) -> dict[str, Any]:
    actor = actor_from(request, permission=permission, over=found)
    return {"handover": found, "user": request.user, "actor": actor}


@access(HAND_OVER)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover, act=HAND_OVER)
    form = SignatureForm(submitted(request), initial={"signer_name": found.official.full_name})
    return _act(
        request,
        found,
        form,
        lambda: sign_receipt(
            name=form.cleaned_data["signer_name"],
            quality=form.cleaned_data["signer_quality"],
            **_signed(request, found, HAND_OVER),
        ),
        title="Signature du reçu",
        done="La signature du reçu est notée.",
        intro="Faites signer le reçu imprimé, gardez-en un exemplaire à l'unité, puis notez qui a signé.",
    )


@access(HAND_OVER)
@require_http_methods(["GET", "POST"])
def test_call(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover, act=HAND_OVER)
    form = CallTestForm(submitted(request))
    return _act(
        request,
        found,
        form,
        lambda: record_test(test=form.test_call, **_signed(request, found, HAND_OVER)),
        title="Essai d'appel",
        done="L'essai est noté. La date du prochain est dans vos tâches.",
        intro="Prévenez d'abord les personnes appelées. La personne appuie, vous comptez les secondes jusqu'à la"
        " réponse.",
    )


def _truth(form: BaseForm) -> dict[str, Truth]:
    return {"truth": Truth(form.cleaned_data["truth"])}


@access(HAND_OVER)
@require_http_methods(["GET", "POST"])
def activation(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover, act=HAND_OVER)
    form = ActivationForm(submitted(request), zone=found.grant.departement.zone)
    return _act(
        request,
        found,
        form,
        lambda: log_activation(**form.cleaned_data | _truth(form), **_signed(request, found, HAND_OVER)),
        title="Déclenchement",
        done="Le déclenchement est noté dans le dossier.",
        intro="L'urgence passe par le 17. Notez ici ce qui s'est passé, vraie ou fausse alerte.",
    )


@access(HAND_OVER)
@require_http_methods(["GET", "POST"])
def settle_activation(request: HttpRequest, handover: UUID, activation: UUID) -> HttpResponse:
    found = get_handover_for(request, handover, act=HAND_OVER)
    unknown = found.activations.filter(pk=activation, settles__isnull=True).select_related("settled_by").first()
    if unknown is None:
        raise Http404
    form = SettleForm(submitted(request))
    return _act(
        request,
        found,
        form,
        lambda: log_activation(
            at=unknown.at,
            settles=unknown,
            **form.cleaned_data | _truth(form),
            **_signed(request, found, HAND_OVER),
        ),
        title="Préciser un déclenchement",
        done="La nature du déclenchement est précisée.",
    )


@access(HAND_OVER)
@require_http_methods(["GET", "POST"])
def contacts(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover, act=HAND_OVER)
    initial = contacts_initial(recipients_of(found), found.safe_contact, found.coverage) | {"version": found.version}
    form = ContactsForm(submitted(request), initial=initial)
    return _act(
        request,
        found,
        form,
        lambda: change_contacts(
            version=form.cleaned_data["version"], contacts=form.contacts, **_signed(request, found, HAND_OVER)
        ),
        title="Destinataires et consignes",
        done="Les destinataires et les consignes sont enregistrés. Réglez aussi l'appareil lui-même.",
        intro="L'appareil appelle dans cet ordre. La liste remplace la précédente.",
    )


@access(TAKE_BACK)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover, act=TAKE_BACK)
    form = ReturnForm(submitted(request))
    return _act(
        request,
        found,
        form,
        lambda: return_device(**form.cleaned_data, **_signed(request, found, TAKE_BACK)),
        title="Retour de l'appareil",
        done="Le retour est noté.",
        intro="Effacez de l'appareil les numéros qui y sont réglés avant de le ranger.",
    )


@access(TAKE_BACK)
@require_http_methods(["GET", "POST"])
def lose(request: HttpRequest, handover: UUID) -> HttpResponse:
    found = get_handover_for(request, handover, act=TAKE_BACK)
    form = LossForm(submitted(request))
    return _act(
        request,
        found,
        form,
        lambda: lose_device(**form.cleaned_data, **_signed(request, found, TAKE_BACK)),
        title="Perte de l'appareil",
        done="La perte est notée. Remettez un autre appareil si la protection court encore.",
        intro="Si l'appareil a pu tomber entre de mauvaises mains, prévenez aussi les personnes qu'il appelle.",
    )
