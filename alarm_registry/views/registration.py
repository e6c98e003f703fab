"""One registration, for the unit that follows it: what it holds, its receipt, what is done to it at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import gate
from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from alarm_registry.forms.acts import AnswerForm, WithdrawForm
from alarm_registry.forms.registered import ADD_ADDRESS, ADD_NUMBER, values_of
from alarm_registry.forms.registering import ChangeForm
from alarm_registry.models import Registration
from alarm_registry.permissions import REGISTER, SEE_REGISTRATION
from alarm_registry.selectors.record import last_saved, numbers_not_findable, record_of
from alarm_registry.services import (
    RegistrationChanged,
    answer_correction,
    change_registration,
    confirm_registration,
    keep_after_mandate,
    receipt_of,
    withdraw_registration,
)
from core.acts import ActRefused, attempt
from core.documents import UnprintableText
from core.forms import submitted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.permissions import Permission
    from core.journal import Actor


def get_registration_for(request: HttpRequest, registration: UUID, *, act: Permission | None = None) -> Registration:
    """The registration, or 404 outside my scope, or 403 without the right to `act` there."""
    queryset = Registration.objects.select_related(
        "key", "official", "unit__departement", "departement", "consent", "registered_by"
    )
    found: Registration = fetch_scoped(request, queryset, see=SEE_REGISTRATION, act=act, pk=registration)
    return found


def journal_reading(request: HttpRequest, found: Registration, *, what: str) -> None:
    gate.journal_reading(request, found, see=SEE_REGISTRATION, label=str(found.official), what=what)


def registrar(request: HttpRequest, found: Registration) -> Actor:
    return actor_from(request, permission=REGISTER, over=found)


@access(SEE_REGISTRATION)
@require_GET
def registration(request: HttpRequest, registration: UUID) -> HttpResponse:
    return _page(request, get_registration_for(request, registration))


def _page(request: HttpRequest, found: Registration, *, form: AnswerForm | None = None) -> HttpResponse:
    journal_reading(request, found, what="lecture d'une inscription « Alarme élu »")
    context: dict[str, Any] = {"registration": found, "zone": found.departement.time_zone, "form": form}
    if found.ended_at is not None:
        return render(request, "alarm_registry/registration_ended.html", context)
    context |= {"record": record_of(found), "answer_form": form or AnswerForm()}
    return render(request, "alarm_registry/registration.html", context, status=422 if form else 200)


@access(SEE_REGISTRATION)
@require_GET
def receipt(request: HttpRequest, registration: UUID) -> HttpResponse:
    found = get_registration_for(request, registration)
    if found.ended_at is not None:
        raise Http404
    try:
        document = receipt_of(found)
    except UnprintableText as error:
        messages.error(request, str(error))
        return redirect("alarm_registry:registration", registration=found.pk)
    journal_reading(request, found, what="reçu d'une inscription « Alarme élu »")
    return HttpResponse(
        document.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="recu-alarme-elu.pdf"'},
    )


def _refused_when_over(request: HttpRequest, found: Registration) -> HttpResponse | None:
    if found.ended_at is None:
        return None
    messages.error(request, "Cette inscription est terminée : tout en est effacé.")
    return redirect("alarm_registry:registration", registration=found.pk)


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, registration: UUID) -> HttpResponse:
    """With the person, or at the person's request: what is saved is thereby confirmed."""
    found = get_registration_for(request, registration, act=REGISTER)
    if (over := _refused_when_over(request, found)) is not None:
        return over
    form = ChangeForm(
        submitted(request), departement=found.departement, initial=values_of(found) | {"version": found.version}
    )
    if (act := request.POST.get("act")) in (ADD_NUMBER, ADD_ADDRESS):
        return _change_form(request, found, form.with_one_more(act))
    try:
        changed = attempt(
            form,
            lambda: change_registration(
                registration=found,
                version=form.cleaned_data["version"],
                facts=form.facts,
                actor=registrar(request, found),
            ),
        )
    except RegistrationChanged as conflict:
        who, at = last_saved(conflict.registration)
        form = form.beside(conflict.registration, who=who, at=at)
        return _change_form(request, found, form, status=409)
    if changed:
        messages.success(request, "L'inscription est modifiée et confirmée. Le 17 lit la nouvelle dès maintenant.")
        if numbers_not_findable(changed):
            messages.warning(request, "Un numéro n'est pas reconnu : il est gardé, mais le 17 ne le retrouvera pas.")
        return redirect("alarm_registry:registration", registration=found.pk)
    return _change_form(request, found, form)


def _change_form(request: HttpRequest, found: Registration, form: ChangeForm, *, status: int = 200) -> HttpResponse:
    journal_reading(request, found, what="modification d'une inscription « Alarme élu »")
    context = {"registration": found, "form": form}
    return render(request, "alarm_registry/change.html", context, status=422 if form.errors else status)


@access(REGISTER)
@require_POST
def confirm(request: HttpRequest, registration: UUID) -> HttpResponse:
    found = get_registration_for(request, registration, act=REGISTER)
    return _acted(
        request,
        found,
        lambda: confirm_registration(registration=found, actor=registrar(request, found)),
        done="C'est confirmé pour six mois.",
    )


@access(REGISTER)
@require_POST
def keep(request: HttpRequest, registration: UUID) -> HttpResponse:
    found = get_registration_for(request, registration, act=REGISTER)
    return _acted(
        request,
        found,
        lambda: keep_after_mandate(registration=found, actor=registrar(request, found)),
        done="C'est noté : l'inscription est gardée après le mandat.",
    )


def _acted(request: HttpRequest, found: Registration, act: Callable[[], object], *, done: str) -> HttpResponse:
    try:
        act()
    except ActRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("alarm_registry:registration", registration=found.pk)


@access(REGISTER)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, registration: UUID) -> HttpResponse:
    found = get_registration_for(request, registration, act=REGISTER)
    if (over := _refused_when_over(request, found)) is not None:
        return over
    form = WithdrawForm(submitted(request))
    if attempt(form, lambda: withdraw_registration(registration=found, actor=registrar(request, found))):
        messages.success(request, "L'inscription est retirée. Tout en est effacé : le 17 ne la trouve plus.")
        return redirect("alarm_registry:registration", registration=found.pk)
    journal_reading(request, found, what="retrait d'une inscription « Alarme élu »")
    context = {"registration": found, "form": form}
    return render(request, "alarm_registry/withdraw.html", context, status=422 if form.errors else 200)


@access(REGISTER)
@require_POST
def answer(request: HttpRequest, registration: UUID, correction: UUID) -> HttpResponse:
    found = get_registration_for(request, registration, act=REGISTER)
    asked = found.corrections.filter(pk=correction).first()
    if asked is None:
        raise Http404
    asked.registration = found
    form = AnswerForm(request.POST)
    if attempt(
        form,
        lambda: answer_correction(
            correction=asked,
            answer=form.cleaned_data["answer"],
            user=request.user,
            actor=registrar(request, found),
        ),
    ):
        messages.success(request, "La réponse est envoyée à la personne.")
        return redirect("alarm_registry:registration", registration=found.pk)
    return _page(request, found, form=form)
