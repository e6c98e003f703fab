"""« Personnes protégées » : the household of the élu, as a file knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access
from accounts.scope import posting_over
from cases.forms import ActivationCodeForm, PersonForm
from cases.permissions import PROTECT_PERSON, VIEW_CASE
from cases.selectors import name_of_person, reads_minors_names
from cases.services import change_person, give_code, protect_person
from cases.views.fetching import get_case_for, journal_reading
from core import clock
from core.acts import attempt
from core.forms import submitted
from officials.models import ProtectedPerson
from officials.selectors import household_of, shares_email
from officials.services import PersonChanged, PersonFacts

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from cases.models import Case


@access(VIEW_CASE)
@require_GET
def household(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference)
    journal_reading(request, case, what="lecture des personnes protégées")
    whole = reads_minors_names(request.user, case)
    context = {
        "case": case,
        "official": case.official,
        "people": [(name_of_person(person, whole=whole), person) for person in household_of(case.official)],
        "may_protect": case.is_open and posting_over(request.user, PROTECT_PERSON, case) is not None,
        "shared_email": shares_email(case.official),
    }
    return render(request, "cases/household.html", context)


@access(PROTECT_PERSON)
@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=PROTECT_PERSON)
    form = PersonForm(submitted(request), initial={"version": 0})
    actor = actor_from(request, permission=PROTECT_PERSON, over=case)
    person = attempt(form, lambda: protect_person(case=case, facts=form.facts, user=request.user, actor=actor))
    if person:
        messages.success(request, "La personne est inscrite parmi les personnes protégées.")
        return redirect("cases:household", reference=reference)
    return _form(request, case, form, "Ajouter une personne protégée")


@access(PROTECT_PERSON)
@require_http_methods(["GET", "POST"])
def edit_person(request: HttpRequest, reference: str, person: UUID) -> HttpResponse:
    case, found = _person(request, reference, person)
    form = PersonForm(submitted(request), initial=_values(found) | {"version": found.version})
    actor = actor_from(request, permission=PROTECT_PERSON, over=case)

    def change() -> ProtectedPerson:
        version = form.cleaned_data["version"]
        return change_person(case=case, person=found, version=version, facts=form.facts, user=request.user, actor=actor)

    try:
        if attempt(form, change):
            messages.success(request, "La modification est enregistrée.")
            return redirect("cases:household", reference=reference)
    except PersonChanged as changed:
        fresh = changed.person
        form.show_conflict(who="Quelqu'un", at=clock.now(), version=fresh.version, stored=_values(fresh))
    return _form(request, case, form, "Modifier une personne protégée")


@access(PROTECT_PERSON)
@require_http_methods(["GET", "POST"])
def activation_code(request: HttpRequest, reference: str, person: UUID) -> HttpResponse:
    """The code is on the answer to the POST, once, to be read or printed at the counter."""
    case, found = _person(request, reference, person)
    form = ActivationCodeForm(submitted(request))
    actor = actor_from(request, permission=PROTECT_PERSON, over=case)
    code = attempt(
        form,
        lambda: give_code(case=case, person=found, email=form.cleaned_data["email"], user=request.user, actor=actor),
    )
    journal_reading(request, case, what="code d'activation d'une personne protégée")
    context = {"case": case, "person": found, "name": found.full_name, "form": form, "code": code or ""}
    return render(request, "cases/activation_code.html", context, status=422 if form.errors else 200)


def _person(request: HttpRequest, reference: str, person: UUID) -> tuple[Case, ProtectedPerson]:
    case = get_case_for(request, reference, act=PROTECT_PERSON)
    found = ProtectedPerson.objects.filter(pk=person, official=case.official_id).first()
    if found is None:
        raise Http404
    return case, found


def _values(person: ProtectedPerson) -> dict[str, object]:
    return {name: getattr(person, name) for name in PersonFacts.__dataclass_fields__}


def _form(request: HttpRequest, case: Case, form: PersonForm, title: str) -> HttpResponse:
    journal_reading(request, case, what="saisie d'une personne protégée")
    context = {"case": case, "form": form, "title": title}
    return render(request, "cases/person_form.html", context, status=422 if form.errors else 200)
