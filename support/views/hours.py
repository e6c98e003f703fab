"""Hours, absences, places, video link and colleagues of those who help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from core import clock
from core.acts import attempt
from core.forms import submitted
from support.forms import AbsenceForm, AvailabilityForm, PlaceForm, ReplacementForm, VideoForm
from support.models import Absence, Availability, Place, Replacement
from support.permissions import KEEP_DESK
from support.selectors.agenda import zone_name, zone_of
from support.services import (
    add_absence,
    add_availability,
    add_place,
    add_replacement,
    close_place,
    remove_absence,
    remove_availability,
    remove_replacement,
    set_video_link,
)
from support.views.belonging import for_members

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from support.models import AssociationMember

SHOWN = 200


@for_members
@require_http_methods(["GET", "POST"])
def availabilities(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    """One's hours, those that are over left out, and the form that adds some."""
    form = AvailabilityForm(submitted(request), member=member)
    actor = actor_from(request, permission=KEEP_DESK)
    if attempt(form, lambda: add_availability(member=member, opening=form.opening, actor=actor)):
        messages.success(request, "Ces heures sont ajoutées.")
        return redirect("support:availabilities")
    today = clock.today(zone_of(member))
    rows = Availability.objects.filter(member=member, period__endswith__gt=today) | Availability.objects.filter(
        member=member, period__upper_inf=True
    )
    found = list(rows.select_related("departement", "place").order_by("weekday", "hours", "pk")[:SHOWN])
    context = {"form": form, "rows": found, "member": member}
    return render(request, "support/availabilities.html", context, status=422 if form.errors else 200)


@access(KEEP_DESK)
@require_POST
def remove_hours(request: HttpRequest, availability: UUID) -> HttpResponse:
    found = fetch_scoped(request, Availability.objects.all(), see=KEEP_DESK, asks_reason=False, pk=availability)
    remove_availability(availability=found, actor=actor_from(request, permission=KEEP_DESK))
    messages.success(request, "Ces heures ne sont plus proposées. Les rendez-vous déjà pris restent dans votre agenda.")
    return redirect("support:availabilities")


@for_members
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    form = AbsenceForm(submitted(request))
    actor = actor_from(request, permission=KEEP_DESK)
    if attempt(form, lambda: add_absence(member=member, **form.cleaned_data, actor=actor)):
        messages.success(request, "L'absence est notée. Rien n'est proposé à ces heures.")
        return redirect("support:absences")
    rows = Absence.objects.filter(member=member, period__endswith__gt=clock.today(zone_of(member)))
    context = {
        "form": form,
        "rows": list(rows.order_by("period", "pk")[:SHOWN]),
        "zone_name": zone_name(zone_of(member)),
    }
    return render(request, "support/absences.html", context, status=422 if form.errors else 200)


@access(KEEP_DESK)
@require_POST
def remove_one_absence(request: HttpRequest, absence: UUID) -> HttpResponse:
    found = fetch_scoped(request, Absence.objects.all(), see=KEEP_DESK, asks_reason=False, pk=absence)
    remove_absence(absence=found, actor=actor_from(request, permission=KEEP_DESK))
    messages.success(request, "L'absence est retirée.")
    return redirect("support:absences")


@for_members
@require_http_methods(["GET", "POST"])
def places(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    form = PlaceForm(submitted(request), member=member)
    actor = actor_from(request, permission=KEEP_DESK)
    if attempt(form, lambda: add_place(member=member, **form.cleaned_data, actor=actor)):
        messages.success(request, "Le lieu est ajouté.")
        return redirect("support:places")
    rows = Place.objects.open().filter(association=member.association_id).select_related("departement")
    context = {"form": form, "rows": list(rows.order_by("departement", "name", "pk")[:SHOWN]), "member": member}
    return render(request, "support/places.html", context, status=422 if form.errors else 200)


@access(KEEP_DESK)
@require_POST
def close_one_place(request: HttpRequest, place: UUID) -> HttpResponse:
    found = fetch_scoped(request, Place.objects.all(), see=KEEP_DESK, asks_reason=False, pk=place)
    close_place(place=found, actor=actor_from(request, permission=KEEP_DESK))
    messages.success(request, f"« {found.name} » n'est plus proposé. Les rendez-vous déjà pris y restent.")
    return redirect("support:places")


@for_members
@require_http_methods(["GET", "POST"])
def video(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    form = VideoForm(submitted(request), initial={"link": member.video_link})
    actor = actor_from(request, permission=KEEP_DESK)
    if saved := attempt(form, lambda: set_video_link(member=member, link=form.cleaned_data["link"], actor=actor)):
        messages.success(request, "Le lien est enregistré." if saved.video_link else "Il n'y a plus de lien de visio.")
        return redirect("support:video")
    return render(request, "support/video.html", {"form": form}, status=422 if form.errors else 200)


@for_members
@require_http_methods(["GET", "POST"])
def replacements(request: HttpRequest, member: AssociationMember) -> HttpResponse:
    """Who keeps whose appointments, in the association: anybody there may write it, for a colleague who is ill too."""
    form = ReplacementForm(submitted(request), member=member)
    actor = actor_from(request, permission=KEEP_DESK)
    if made := attempt(form, lambda: add_replacement(**form.cleaned_data, user=request.user, actor=actor)):
        messages.success(request, f"{made.colleague.user} garde les rendez-vous de {made.member.user} à ces dates.")
        return redirect("support:replacements")
    rows = Replacement.objects.filter(
        member__association=member.association_id, period__endswith__gt=clock.today(zone_of(member))
    ).select_related("member__user", "colleague__user")
    context = {"form": form, "rows": list(rows.order_by("period", "pk")[:SHOWN])}
    return render(request, "support/replacements.html", context, status=422 if form.errors else 200)


@access(KEEP_DESK)
@require_POST
def remove_one_replacement(request: HttpRequest, replacement: UUID) -> HttpResponse:
    rows = Replacement.objects.select_related("member__user", "colleague__user")
    found = fetch_scoped(request, rows, see=KEEP_DESK, asks_reason=False, pk=replacement)
    remove_replacement(replacement=found, actor=actor_from(request, permission=KEEP_DESK))
    messages.success(request, f"{found.member.user} garde de nouveau ses rendez-vous.")
    return redirect("support:replacements")
