"""« Opération tranquillité vacances », for the unit and for the person: the same form, under the same rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from alarm_registry.forms.acts import AbsenceForm
from alarm_registry.permissions import OWN_REGISTRATION, REGISTER
from alarm_registry.selectors.registrations import own_registration
from alarm_registry.services import absence_rule_of, cancel_absence, declare_absence
from alarm_registry.views.registration import get_registration_for, journal_reading, registrar
from core.acts import ActRefused, attempt
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from alarm_registry.models import Absence, Registration
    from core.journal import Actor

DECLARED = "L'absence est déclarée. Le 17 lit ces dates si l'on appelle."
CANCELLED = "L'absence est annulée."
OVER = "Il n'y a pas d'inscription en cours."


def _declared(request: HttpRequest, found: Registration, form: AbsenceForm, actor: Actor) -> Absence | None:
    return attempt(
        form,
        lambda: declare_absence(
            registration=found, address=form.cleaned_data["address"], facts=form.facts, actor=actor
        ),
    )


def _form(request: HttpRequest, found: Registration, form: AbsenceForm, *, is_own: bool) -> HttpResponse:
    context = {
        "registration": found,
        "form": form,
        "is_own": is_own,
        "rule": absence_rule_of(found.unit),
        "has_home": form.fields["address"].queryset.exists(),
    }
    return render(request, "alarm_registry/absence.html", context, status=422 if form.errors else 200)


def _cancelled(request: HttpRequest, found: Registration, absence: UUID, actor: Actor) -> None:
    row = found.absences.filter(pk=absence).first()
    if row is None:
        raise Http404
    row.registration = found
    try:
        cancel_absence(absence=row, actor=actor)
    except ActRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, CANCELLED)


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def declare_at_counter(request: HttpRequest, registration: UUID) -> HttpResponse:
    found = get_registration_for(request, registration, act=REGISTER)
    if found.ended_at is not None:
        messages.error(request, OVER)
        return redirect("alarm_registry:registration", registration=found.pk)
    form = AbsenceForm(submitted(request), registration=found)
    if _declared(request, found, form, registrar(request, found)):
        messages.success(request, DECLARED)
        return redirect("alarm_registry:registration", registration=found.pk)
    journal_reading(request, found, what="absence d'une personne inscrite à « Alarme élu »")
    return _form(request, found, form, is_own=False)


@access(REGISTER)
@require_POST
def cancel_at_counter(request: HttpRequest, registration: UUID, absence: UUID) -> HttpResponse:
    found = get_registration_for(request, registration, act=REGISTER)
    _cancelled(request, found, absence, registrar(request, found))
    return redirect("alarm_registry:registration", registration=found.pk)


@access(OWN_REGISTRATION)
@require_http_methods(["GET", "POST"])
def declare_mine(request: HttpRequest) -> HttpResponse:
    found = own_registration(request.user, OWN_REGISTRATION)
    if found is None:
        messages.error(request, OVER)
        return redirect("alarm_registry:mine")
    form = AbsenceForm(submitted(request), registration=found)
    if _declared(request, found, form, actor_from(request, permission=OWN_REGISTRATION, over=found)):
        messages.success(request, DECLARED)
        return redirect("alarm_registry:mine")
    return _form(request, found, form, is_own=True)


@access(OWN_REGISTRATION)
@require_POST
def cancel_mine(request: HttpRequest, absence: UUID) -> HttpResponse:
    found = own_registration(request.user, OWN_REGISTRATION)
    if found is None:
        messages.error(request, OVER)
    else:
        _cancelled(request, found, absence, actor_from(request, permission=OWN_REGISTRATION, over=found))
    return redirect("alarm_registry:mine")
