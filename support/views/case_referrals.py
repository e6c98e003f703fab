"""The file's door: what is proposed to the people of a file, and whether somebody takes charge. Nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import gate
from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from accounts.scope import posting_over
from cases.models import Case
from cases.permissions import VIEW_CASE
from core import clock
from core.acts import ActRefused, attempt
from core.forms import submitted
from officials.models import ProtectedPerson
from support.enums.referrals import ConsentKind, Origin
from support.forms.referrals import ProposeForm
from support.models import Referral
from support.permissions import PROPOSE_REFERRAL
from support.selectors.consents import consent_in_force
from support.selectors.referrals import (
    associations_for,
    file_lines,
    key_of,
    kinds_open_for,
    people_to_refer,
    person_named,
)
from support.services.referrals import propose_referrals, withdraw_referral

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.permissions import Permission
    from officials.models import Official

OF_A_FILE = ("official", "departement", "unit")


def _case(request: HttpRequest, reference: str, act: Permission | None = None) -> Case:
    queryset = Case.objects.select_related(*OF_A_FILE)
    found: Case = fetch_scoped(request, queryset, see=VIEW_CASE, act=act, reference=reference)
    return found


def _journal(request: HttpRequest, case: Case, what: str) -> None:
    gate.journal_reading(request, case, see=VIEW_CASE, label=case.reference, what=what)


@access(VIEW_CASE)
@require_GET
def case_panel(request: HttpRequest, reference: str) -> HttpResponse:
    """Support in a file: a page, and the panel that the file's page loads. The number is there for every reader."""
    case = _case(request, reference)
    lines = file_lines(case, user=request.user)
    may_propose = not case.is_merged and posting_over(request.user, PROPOSE_REFERRAL, case) is not None
    context = {"case": case, "lines": lines, "may_propose": may_propose}
    _journal(request, case, "soutien proposé dans un dossier")
    return render(request, "support/_case_panel.html" if request.htmx else "support/case_panel.html", context)


@access(PROPOSE_REFERRAL)
@require_GET
def new_referral(request: HttpRequest, reference: str) -> HttpResponse:
    """To whom support is proposed: the élu, or an adult around him."""
    case = _case(request, reference, PROPOSE_REFERRAL)
    _journal(request, case, "proposition d'un soutien")
    people = [(key_of(person), person) for person in people_to_refer(case)]
    return render(request, "support/new_referral.html", {"case": case, "people": people})


@access(PROPOSE_REFERRAL)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, reference: str, person: str) -> HttpResponse:
    case = _case(request, reference, PROPOSE_REFERRAL)
    found = person_named(case, person)
    if found is None:
        raise Http404
    today = clock.today(case.departement.time_zone)
    consent = consent_in_force(ConsentKind.REFERRED, on=today)
    form = ProposeForm(
        submitted(request),
        associations=associations_for(case.departement),
        running=kinds_open_for(found, is_discreet=False) if request.method == "GET" else (),
        initial={"consented_on": today, **_known_contact(found)},
    )
    if attempt(
        form,
        lambda: propose_referrals(
            case=case,
            person=found,
            facts=form.facts,
            consented_on=form.cleaned_data["consented_on"],
            submission=form.cleaned_data["submission"],
            user=request.user,
            actor=actor_from(request, permission=PROPOSE_REFERRAL, over=case),
        ),
    ):
        messages.success(request, "L'association est prévenue. Elle répond sous deux jours ouvrés.")
        return redirect("support:case_panel", reference=case.reference)
    _journal(request, case, "proposition d'un soutien")
    context = {"case": case, "person": found, "form": form, "consent": consent}
    return render(request, "support/propose.html", context, status=422 if form.errors else 200)


def _known_contact(person: Official | ProtectedPerson) -> dict[str, str]:
    """What the file knows of how to call the person without danger."""
    if isinstance(person, ProtectedPerson):
        return {"contact": person.telephone, "when_to_call": person.safe_contact[:200]}
    return {"contact": person.telephone}


@access(PROPOSE_REFERRAL)
@require_http_methods(["GET", "POST"])
def withdraw_for(request: HttpRequest, referral: UUID) -> HttpResponse:
    """The person says to the agent that the agreement is over: erased at once."""
    queryset = Referral.objects.with_people().select_related("case")
    found: Referral = fetch_scoped(request, queryset, see=PROPOSE_REFERRAL, pk=referral)
    if found.origin != Origin.REFERRED or found.case is None:
        raise Http404
    if request.method == "POST":
        actor = actor_from(request, permission=PROPOSE_REFERRAL, over=found)
        try:
            withdraw_referral(referral=found, user=request.user, actor=actor)
        except ActRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "L'accord est retiré. Les coordonnées sont effacées, l'association est prévenue.")
        return redirect("support:case_panel", reference=found.case.reference)
    _journal(request, found.case, "retrait d'un soutien proposé")
    return render(request, "support/withdraw_for.html", {"referral": found, "case": found.case})
