"""Who may open a file: its list, its restriction, the agents whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from accounts.scope import posting_over
from accounts.selectors import functions_of
from cases.forms import AddAccessForm, PartyForm, ReasonForm, RestrictForm
from cases.permissions import DECLARE_PARTY, RESTRICT_CASE, VIEW_CASE
from cases.selectors import accesses_of, is_listed, parties_of, people_to_declare, people_to_list
from cases.services import (
    ActRefused,
    add_to_list,
    declare_party,
    end_party,
    lift_restriction,
    remove_from_list,
    restrict_case,
)
from cases.views.fetching import get_case_for, journal_reading
from core.acts import attempt
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from cases.models import Case
    from core.forms import PortalForm

RESTRICTION = "Seules les personnes de la liste ouvriront ce dossier. Les autres ne verront ni son nom ni son contenu."
LISTING = "Cette personne en est prévenue, et ouvre le dossier aussitôt."
LIFTING = (
    "Le dossier s'ouvrira à nouveau à l'unité, à sa hiérarchie, à la préfecture et au CALAE. La liste actuelle prend"
    " fin : pour restreindre à nouveau, il faudra la refaire."
)
PEOPLE = "Personne|Depuis|Jusqu'à|Nature"
CONCERNED = (
    "Pour l'agent déclaré, ce dossier n'existe plus : il ne le voit dans aucune page. La déclaration reste au fil du"
    " dossier."
)


@access(VIEW_CASE)
@require_GET
def access_page(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference)
    journal_reading(request, case, what="lecture de la liste d'accès")
    manages = posting_over(request.user, RESTRICT_CASE, case) is not None
    accesses = accesses_of(case) if case.is_restricted else []
    functions = functions_of([one.user for one in accesses]) if accesses else {}
    may_manage = manages and case.is_restricted and is_listed(case, user=request.user)
    context = {
        "case": case,
        "zone": case.departement.time_zone,
        "me": request.user.pk,
        "headers": PEOPLE + ("|Acte" if may_manage else ""),
        "accesses": [(one, functions[one.user_id]) for one in accesses],
        "parties": parties_of(case),
        "may_restrict": manages and not case.is_restricted,
        "may_manage": may_manage,
        "may_declare": posting_over(request.user, DECLARE_PARTY, case) is not None,
        "end_form": ReasonForm(label="Pourquoi lever cette déclaration ?", submit_label="Lever la déclaration"),
    }
    return render(request, "cases/access.html", context)


def _form_page(
    request: HttpRequest, case: Case, form: PortalForm, title: str, intro: str = "", status: int = 422
) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "intro": intro}
    return render(request, "cases/access_form.html", context, status=status if form.errors else 200)


@access(RESTRICT_CASE)
@require_http_methods(["GET", "POST"])
def restrict(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=RESTRICT_CASE)
    people = [one for one in people_to_list(case) if one.pk != request.user.pk]
    form = RestrictForm(submitted(request), people=people, functions=functions_of(people))
    actor = actor_from(request, permission=RESTRICT_CASE, over=case)
    if attempt(
        form,
        lambda: restrict_case(
            case=case, people=form.chosen, reason=form.cleaned_data["reason"], user=request.user, actor=actor
        ),
    ):
        messages.success(request, "L'accès au dossier est restreint.")
        return redirect("cases:access", reference=reference)
    return _form_page(request, case, form, "Restreindre l'accès", RESTRICTION)


@access(RESTRICT_CASE)
@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=RESTRICT_CASE)
    form = ReasonForm(submitted(request), label="Pourquoi lever la restriction ?", submit_label="Lever la restriction")
    actor = actor_from(request, permission=RESTRICT_CASE, over=case)
    if attempt(
        form, lambda: lift_restriction(case=case, reason=form.cleaned_data["reason"], user=request.user, actor=actor)
    ):
        messages.success(request, "La restriction est levée.")
        return redirect("cases:access", reference=reference)
    return _form_page(request, case, form, "Lever la restriction", LIFTING)


@access(RESTRICT_CASE)
@require_http_methods(["GET", "POST"])
def add_access(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=RESTRICT_CASE)
    people = people_to_list(case)
    form = AddAccessForm(submitted(request), people=people, functions=functions_of(people))
    actor = actor_from(request, permission=RESTRICT_CASE, over=case)
    if attempt(
        form,
        lambda: add_to_list(
            case=case,
            person=form.people[form.cleaned_data["person"]],
            until=form.cleaned_data["until"],
            user=request.user,
            actor=actor,
        ),
    ):
        messages.success(request, "La personne est sur la liste.")
        return redirect("cases:access", reference=reference)
    return _form_page(request, case, form, "Ajouter une personne à la liste", LISTING)


@access(RESTRICT_CASE)
@require_POST
def remove_access(request: HttpRequest, reference: str, access_id: UUID) -> HttpResponse:
    case = get_case_for(request, reference, act=RESTRICT_CASE)
    found = case.accesses.filter(pk=access_id).first()
    if found is None:
        raise Http404
    actor = actor_from(request, permission=RESTRICT_CASE, over=case)
    try:
        remove_from_list(access=found, user=request.user, actor=actor)
    except ActRefused as error:
        messages.error(request, str(error))
        return redirect("cases:access", reference=reference)
    messages.success(request, "La personne n'est plus sur la liste.")
    if found.user_id == request.user.pk:
        # Who takes his own name off no longer opens the page he came from.
        return redirect("cases:list")
    return redirect("cases:access", reference=reference)


@access(DECLARE_PARTY)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=DECLARE_PARTY)
    people = people_to_declare(case, user=request.user)
    form = PartyForm(submitted(request), people=people, functions=functions_of(people))
    actor = actor_from(request, permission=DECLARE_PARTY, over=case)
    if attempt(
        form,
        lambda: declare_party(
            case=case,
            person=form.people[form.cleaned_data["person"]],
            role=form.cleaned_data["role"],
            reason=form.cleaned_data["reason"],
            user=request.user,
            actor=actor,
        ),
    ):
        messages.success(request, "La déclaration est enregistrée : cet agent n'a plus accès au dossier.")
        return redirect("cases:access", reference=reference)
    return _form_page(request, case, form, "Déclarer un agent concerné", CONCERNED)


@access(DECLARE_PARTY)
@require_POST
def end_declaration(request: HttpRequest, reference: str, party: UUID) -> HttpResponse:
    case = get_case_for(request, reference, act=DECLARE_PARTY)
    found = case.parties.filter(pk=party).first()
    if found is None:
        raise Http404
    form = ReasonForm(request.POST, label="Pourquoi lever cette déclaration ?", submit_label="Lever la déclaration")
    actor = actor_from(request, permission=DECLARE_PARTY, over=case)
    if attempt(
        form, lambda: end_party(party=found, reason=form.cleaned_data["reason"], user=request.user, actor=actor)
    ):
        messages.success(request, "La déclaration est levée.")
        return redirect("cases:access", reference=reference)
    return _form_page(request, case, form, "Lever une déclaration")
