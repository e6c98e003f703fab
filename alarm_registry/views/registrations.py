"""The counter: the registrations of a unit, and a person who comes to register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access
from accounts.models import Unit
from alarm_registry.forms.registered import ADD_ADDRESS, ADD_NUMBER
from alarm_registry.forms.registering import RegisterForm
from alarm_registry.models import Registration
from alarm_registry.permissions import REGISTER, SEE_REGISTRATION
from alarm_registry.selectors.record import numbers_not_findable
from alarm_registry.selectors.registrations import (
    FILTERS,
    consent_in_force,
    live_registration_of,
    registered_among,
    registrations_listed,
)
from alarm_registry.services import register as register_person
from core import clock
from core.acts import attempt
from core.forms import submitted
from core.pagination import paginate_keyset
from officials.models import Official
from officials.selectors import current_mandates, search_officials

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

OFFICIALS_SHOWN = 20
PAGE = 30


@access(SEE_REGISTRATION)
@require_GET
def registrations(request: HttpRequest) -> HttpResponse:
    wanted, text = request.GET.get("voir", ""), request.GET.get("q", "").strip()[:100]
    wanted = wanted if wanted in FILTERS else ""
    listed = registrations_listed(user=request.user, permission=SEE_REGISTRATION, wanted=wanted, text=text)
    order = ("official__sort_name", "pk")
    context = {
        "page": paginate_keyset(listed, order=order, cursor=request.GET.get("cursor"), size=PAGE),
        "filters": FILTERS.items(),
        "wanted": wanted,
        "text": text,
    }
    return render(request, "alarm_registry/registrations.html", context)


@access(REGISTER)
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Find the person in the directory first: nobody is registered twice, nor under a name typed by hand."""
    text = request.GET.get("q", "").strip()[:100]
    found = search_officials(text, limit=OFFICIALS_SHOWN + 1) if text else []
    officials = found[:OFFICIALS_SHOWN]
    registered = registered_among(officials, user=request.user, permission=SEE_REGISTRATION)
    context = {
        "text": text,
        "officials": [(official, registered.get(official.pk)) for official in officials],
        "more": len(found) > OFFICIALS_SHOWN,
    }
    return render(request, "alarm_registry/new.html", context)


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, official: UUID) -> HttpResponse:
    """The form of the counter. A double click leads to the one registration; a colleague's keeps what was typed."""
    person = get_object_or_404(Official, pk=official)
    known = live_registration_of(person)
    if known is not None and (request.method == "GET" or known.registered_by_id == request.user.pk):
        return _already(request, known)
    units = Unit.objects.active().visible_to(request.user, REGISTER).select_related("departement")
    units = units.order_by("departement_id", "name", "pk")
    first = units.first()
    if first is None:
        raise Http404
    departement = first.departement
    form = RegisterForm(
        submitted(request),
        units=units,
        consent=consent_in_force(),
        departement=departement,
        initial={"consented_on": clock.today(departement.time_zone)},
    )
    if (act := request.POST.get("act")) in (ADD_NUMBER, ADD_ADDRESS):
        return _form(request, person, form.with_one_more(act))
    made = attempt(form, lambda: _register(request, person, form))
    if made:
        messages.success(request, "La personne est inscrite : le 17 la reconnaît dès maintenant. Imprimez son reçu.")
        if numbers_not_findable(made):
            messages.warning(request, "Un numéro n'est pas reconnu : il est gardé, mais le 17 ne le retrouvera pas.")
        return redirect("alarm_registry:registration", registration=made.pk)
    return _form(request, person, form)


def _register(request: HttpRequest, person: Official, form: RegisterForm) -> Registration:
    data = form.cleaned_data
    return register_person(
        official=person,
        unit=data["unit"],
        identity_document=data["identity_document"],
        consent=form.consent,
        consented_on=data["consented_on"],
        ends_on=form.first_day_without,
        facts=form.facts,
        user=request.user,
        actor=actor_from(request, permission=REGISTER, over=data["unit"]),
    )


def _already(request: HttpRequest, known: Registration) -> HttpResponse:
    """To the registration, or, when it is that of another unit, back to the search, without saying where it is."""
    if Registration.objects.visible_to(request.user, SEE_REGISTRATION).filter(pk=known.pk).exists():
        messages.info(request, "Cette personne est inscrite.")
        return redirect("alarm_registry:registration", registration=known.pk)
    messages.error(request, "Cette personne est déjà inscrite par une autre unité : elle seule peut le modifier.")
    return redirect("alarm_registry:new")


def _form(request: HttpRequest, person: Official, form: RegisterForm) -> HttpResponse:
    context = {
        "official": person,
        "mandates": current_mandates(person),
        "consent": form.consent,
        "form": form,
    }
    return render(request, "alarm_registry/register.html", context, status=422 if form.errors else 200)
