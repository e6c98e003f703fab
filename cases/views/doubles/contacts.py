from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from accounts.models import Unit
from cases.forms import SharedIdentifierForm
from cases.models import AuthorIdentifier, ContactRequest, SharedIdentifier
from cases.permissions import ASK_CONTACT, SHARE_IDENTIFIERS
from cases.selectors import case_family_ids
from cases.services import (
    ActRefused,
    answer_contact,
    ask_contact,
    share_identifier,
    unshare_identifier,
    withdraw_contact,
)
from cases.views.fetching import get_case_for
from core.acts import attempt
from core.forms import submitted
from core.pagination import paginate_keyset
from referents.selectors import referents_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@access(ASK_CONTACT)
@require_POST
def ask(request: HttpRequest, reference: str, identifier: UUID) -> HttpResponse:
    """Ask a unit that knows the same author to talk."""
    case = get_case_for(request, reference, act=ASK_CONTACT)
    found = AuthorIdentifier.objects.filter(pk=identifier, threat__case=case).first()
    asked = Unit.objects.filter(code=request.POST.get("unit", "")).first()
    if found is None or asked is None:
        raise Http404
    actor = actor_from(request, permission=ASK_CONTACT, over=case)
    try:
        ask_contact(case=case, identifier=found, unit=asked, user=request.user, actor=actor)
    except ActRefused as error:
        messages.info(request, str(error))
    else:
        messages.success(request, f"La demande est envoyée à l'unité « {asked} ». Elle accepte, ou non.")
    return redirect("cases:detail", reference=case.reference)


@access(ASK_CONTACT)
@require_POST
def withdraw(request: HttpRequest, reference: str, contact: UUID) -> HttpResponse:
    case = get_case_for(request, reference, act=ASK_CONTACT)
    found = ContactRequest.objects.filter(pk=contact, from_case__in=case_family_ids(case)).first()
    if found is None:
        raise Http404
    try:
        withdraw_contact(contact=found, user=request.user, actor=actor_from(request, permission=ASK_CONTACT, over=case))
    except ActRefused as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "La demande de contact est retirée.")
    return redirect("cases:detail", reference=case.reference)


@access(ASK_CONTACT)
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, contact: UUID) -> HttpResponse:
    """What the asked unit reads: who asks, and the nature of what is known on both sides. Nothing of the file."""
    queryset = ContactRequest.objects.select_related("from_case__unit__departement", "to_unit", "asked_by", "to_case")
    found = fetch_scoped(request, queryset, see=ASK_CONTACT, pk=contact)
    if request.method == "POST":
        actor = actor_from(request, permission=ASK_CONTACT, over=found)
        accept = request.POST.get("answer") == "accept"
        try:
            answer_contact(contact=found, accept=accept, user=request.user, actor=actor)
        except ActRefused as error:
            messages.info(request, str(error))
        else:
            messages.success(request, "Votre réponse est envoyée.")
        return redirect("cases:contact", contact=contact)
    unit = found.from_case.unit
    people = referents_of(unit) if found.state == "accepted" else []
    context = {"contact": found, "unit": unit, "people": people, "zone": found.to_unit.departement.time_zone}
    return render(request, "cases/doubles/contact.html", context)


@access(SHARE_IDENTIFIERS)
@require_http_methods(["GET", "POST"])
def shared_identifiers(request: HttpRequest) -> HttpResponse:
    """Numbers that name no author. The list never shows them: their keyed hash is all that is kept."""
    form = SharedIdentifierForm(submitted(request))
    made = attempt(
        form,
        lambda: share_identifier(
            **form.cleaned_data, user=request.user, actor=actor_from(request, permission=SHARE_IDENTIFIERS)
        ),
    )
    if made:
        messages.success(request, f"« {made.label} » est dans la liste : ce numéro ne désigne plus d'auteur.")
        return redirect("cases:shared_identifiers")
    declared = SharedIdentifier.objects.filter(origin="declared").select_related("added_by")
    page = paginate_keyset(declared, order=("-added_at", "-pk"), cursor=request.GET.get("cursor"))
    context = {"form": form, "page": page, "found_count": SharedIdentifier.objects.exclude(origin="declared").count()}
    return render(request, "cases/doubles/shared.html", context, status=422 if form.errors else 200)


@access(SHARE_IDENTIFIERS)
@require_POST
def unshare(request: HttpRequest) -> HttpResponse:
    row = request.POST.get("row", "")
    found = SharedIdentifier.objects.filter(pk=row).first() if row.isdecimal() and len(row) < 10 else None
    if found is None:
        raise Http404
    try:
        unshare_identifier(row=found, user=request.user, actor=actor_from(request, permission=SHARE_IDENTIFIERS))
    except ActRefused as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "Le numéro est retiré de la liste.")
    return redirect("cases:shared_identifiers")
