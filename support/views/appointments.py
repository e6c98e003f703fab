"""Appointments of a referral: taken, moved, cancelled by the association."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gate import access
from core.acts import ActRefused, attempt
from core.forms import submitted
from support.forms.appointments import AppointmentForm
from support.permissions import HANDLE_REFERRAL
from support.selectors.agenda import busy_at
from support.selectors.associations import association_of
from support.selectors.referrals import people_of
from support.services.appointments import cancel_appointment, make_appointment, move_appointment
from support.views.desk_referrals import desk_actor, get_referral_for, journal_reading

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from support.models import Referral, ReferralAppointment
    from support.services.appointments import AppointmentFacts


def _form(request: HttpRequest, found: Referral, appointment: ReferralAppointment | None) -> AppointmentForm:
    member = association_of(request.user)
    initial = {"host": str(found.handled_by_id or ""), "link": member.video_link or "" if member else ""}
    if appointment is not None:
        local = appointment.starts_at.astimezone(found.departement.zone)
        initial = {
            "host": str(appointment.host_id), "day": local.date(), "hour": local.time(),
            "minutes": appointment.minutes, "mode": appointment.mode, "link": appointment.link,
            "version": appointment.version,
        }  # fmt: skip
    return AppointmentForm(
        submitted(request), hosts=people_of(found.association), zone=found.departement.zone, initial=initial
    )


def _page(
    request: HttpRequest, found: Referral, form: AppointmentForm, appointment: ReferralAppointment | None = None
) -> HttpResponse:
    journal_reading(request, found, what="rendez-vous d'une orientation")
    context = {"referral": found, "form": form, "appointment": appointment, "zone": found.departement.zone}
    return render(request, "support/appointment.html", context, status=422 if form.errors else 200)


@access(HANDLE_REFERRAL)
@require_http_methods(["GET", "POST"])
def new_appointment(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    if not found.is_accepted and request.method == "GET":
        return _not_running(request, found)
    form = _form(request, found, None)
    if attempt(
        form,
        lambda: make_appointment(
            referral=found,
            facts=form.facts,
            submission=form.cleaned_data["submission"],
            user=request.user,
            actor=desk_actor(request, found),
        ),
    ):
        messages.success(request, "Le rendez-vous est noté. La personne le lit dans son espace, si elle en a un.")
        _warn_of_busy_time(request, found, form.facts)
        return redirect("support:referral", referral=found.pk)
    return _page(request, found, form)


def _warn_of_busy_time(request: HttpRequest, found: Referral, facts: AppointmentFacts) -> None:
    """What the host's agenda says of that time. It stays possible: people know their days better than the portal."""
    member = association_of(facts.host)
    page = reverse("support:referral", args=[found.pk])
    for reason in busy_at(member, facts.starts_at, facts.minutes, but=page) if member else []:
        messages.warning(request, f"Pour {facts.host.get_full_name()}, {reason}.")


def _not_running(request: HttpRequest, found: Referral) -> HttpResponse:
    messages.error(request, "Un rendez-vous se prend pour une orientation prise en charge.")
    return redirect("support:referral", referral=found.pk)


def _appointment(found: Referral, appointment: UUID) -> ReferralAppointment:
    row = found.appointments.filter(pk=appointment).first()
    if row is None:
        raise Http404
    row.referral = found
    return row


@access(HANDLE_REFERRAL)
@require_http_methods(["GET", "POST"])
def change_appointment(request: HttpRequest, referral: UUID, appointment: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    row = _appointment(found, appointment)
    if (not found.is_accepted or row.cancelled_at is not None) and request.method == "GET":
        return _not_running(request, found)
    form = _form(request, found, row)
    if attempt(
        form,
        lambda: move_appointment(
            appointment=row,
            version=form.cleaned_data["version"] or 0,
            facts=form.facts,
            user=request.user,
            actor=desk_actor(request, found),
        ),
    ):
        messages.success(request, "Le rendez-vous est changé.")
        _warn_of_busy_time(request, found, form.facts)
        return redirect("support:referral", referral=found.pk)
    return _page(request, found, form, row)


@access(HANDLE_REFERRAL)
@require_POST
def drop_appointment(request: HttpRequest, referral: UUID, appointment: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    row = _appointment(found, appointment)
    try:
        cancel_appointment(appointment=row, user=request.user, actor=desk_actor(request, found))
    except ActRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le rendez-vous est annulé.")
    return redirect("support:referral", referral=found.pk)
