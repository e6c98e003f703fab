"""« Mon alarme »: the person reads all that is registered, and decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, journal_reading
from alarm_registry.forms.acts import CorrectionForm
from alarm_registry.permissions import OWN_REGISTRATION
from alarm_registry.selectors.record import record_of
from alarm_registry.selectors.registrations import own_registration
from alarm_registry.services import (
    ask_correction,
    confirm_registration,
    keep_after_mandate,
    withdraw_registration,
)
from core.acts import ActRefused, attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from alarm_registry.models import Registration
    from core.journal import Actor

NOT_REGISTERED = "Vous n'êtes pas inscrit à « Alarme élu »."


def _own(request: HttpRequest) -> Registration | None:
    return own_registration(request.user, OWN_REGISTRATION)


def _actor(request: HttpRequest, found: Registration) -> Actor:
    return actor_from(request, permission=OWN_REGISTRATION, over=found)


@access(OWN_REGISTRATION)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    return _page(request, _own(request))


def _page(request: HttpRequest, found: Registration | None, *, form: CorrectionForm | None = None) -> HttpResponse:
    if found is None:
        return render(request, "alarm_registry/mine_none.html")
    journal_reading(
        request, found, see=OWN_REGISTRATION, label=str(found.official), what="lecture de sa propre inscription"
    )
    context = {
        "registration": found,
        "record": record_of(found),
        "zone": found.departement.time_zone,
        "form": form,
        "correction_form": form or CorrectionForm(),
    }
    return render(request, "alarm_registry/mine.html", context, status=422 if form else 200)


@access(OWN_REGISTRATION)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    found = _own(request)
    if found is None:
        return _not_registered(request)
    form = CorrectionForm(request.POST)
    if attempt(
        form,
        lambda: ask_correction(registration=found, text=form.cleaned_data["text"], actor=_actor(request, found)),
    ):
        messages.success(request, "Votre demande est envoyée. Votre référent vous répond ici.")
        return redirect("alarm_registry:mine")
    return _page(request, found, form=form)


@access(OWN_REGISTRATION)
@require_POST
def confirm_mine(request: HttpRequest) -> HttpResponse:
    return _acted(
        request,
        lambda found: confirm_registration(registration=found, actor=_actor(request, found)),
        done="Merci : votre inscription est confirmée pour six mois.",
    )


@access(OWN_REGISTRATION)
@require_POST
def keep_mine(request: HttpRequest) -> HttpResponse:
    return _acted(
        request,
        lambda found: keep_after_mandate(registration=found, actor=_actor(request, found)),
        done="C'est noté : vous gardez votre inscription.",
    )


@access(OWN_REGISTRATION)
@require_http_methods(["GET", "POST"])
def withdraw_mine(request: HttpRequest) -> HttpResponse:
    """The page says what is destroyed; its button destroys it."""
    if request.method == "POST":
        return _acted(
            request,
            lambda found: withdraw_registration(registration=found, actor=_actor(request, found)),
            done="Votre inscription est retirée. Tout est effacé : le 17 ne vous reconnaît plus.",
        )
    found = _own(request)
    if found is None:
        return _not_registered(request)
    return render(request, "alarm_registry/withdraw_mine.html")


def _acted(request: HttpRequest, act: Callable[[Registration], object], *, done: str) -> HttpResponse:
    found = _own(request)
    if found is None:
        return _not_registered(request)
    try:
        act(found)
    except ActRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("alarm_registry:mine")


def _not_registered(request: HttpRequest) -> HttpResponse:
    messages.info(request, NOT_REGISTERED)
    return redirect("alarm_registry:mine")
