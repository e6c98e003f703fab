"""« Mon soutien »: the person asks, reads, takes back, ties an anonymous slip and unties it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from core import clock
from core.acts import ActRefused, attempt
from core.forms import submitted
from core.journal import Action, record_access
from officials.models import ProtectedPerson
from support.enums.referrals import ConsentKind
from support.forms.referrals import AskForm
from support.forms.ties import TieForm, UntieForm
from support.models import Referral
from support.permissions import OWN_SUPPORT
from support.selectors.consents import consent_in_force
from support.selectors.referrals import associations_for, kinds_open_for, own_referrals, person_behind, place_of
from support.services.referrals import ask_for_support, withdraw_referral
from support.services.tying import OVER, tie_slip_to, untie

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from core.journal import Actor


def _own(request: HttpRequest, referral: UUID) -> Referral:
    queryset = Referral.objects.with_people().select_related("case", "proposed_by", "consent")
    found: Referral = fetch_scoped(request, queryset, see=OWN_SUPPORT, asks_reason=False, pk=referral)
    return found


def _actor(request: HttpRequest, found: Referral) -> Actor:
    return actor_from(request, permission=OWN_SUPPORT, over=found)


def _journal(request: HttpRequest) -> None:
    """The same line for every page of this space: none says what the person looks at, nor that a slip exists."""
    record_access(
        action=Action.CONSULTATION,
        actor=actor_from(request, permission=OWN_SUPPORT),
        object_type="support.referral",
        reason="lecture de ses propres demandes de soutien",
    )


@access(OWN_SUPPORT)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    _journal(request)
    now = clock.now()
    rows = [
        (
            row,
            # The person reads those to come; the past needs no list.
            [one for one in row.appointments.all() if one.cancelled_at is None and one.ends_at > now],
            getattr(row, "tie", None),
        )
        for row in own_referrals(request.user)
    ]
    return render(request, "support/mine.html", {"rows": rows})


@access(OWN_SUPPORT)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    person = person_behind(request.user)
    departement = place_of(person)[1] if person else None
    associations = associations_for(departement) if departement else []
    _journal(request)
    if person is None or departement is None or not associations:
        return render(request, "support/ask_nobody.html", status=200 if request.method == "GET" else 422)
    is_relative = isinstance(person, ProtectedPerson)
    form = AskForm(
        submitted(request),
        associations=associations,
        running=kinds_open_for(person, is_discreet=False) if request.method == "GET" else (),
        is_relative=is_relative,
        initial={"contact": person.telephone},
    )
    if attempt(
        form,
        lambda: ask_for_support(
            facts=form.facts,
            is_discreet=form.cleaned_data.get("is_discreet", False),
            submission=form.cleaned_data["submission"],
            user=request.user,
            actor=actor_from(request, permission=OWN_SUPPORT),
        ),
    ):
        messages.success(request, "Votre demande est envoyée. L'association vous répond sous deux jours ouvrés.")
        return redirect("support:mine")
    consent = consent_in_force(ConsentKind.OWN, on=clock.today(departement.time_zone))
    context = {"form": form, "consent": consent, "is_relative": is_relative}
    return render(request, "support/ask.html", context, status=422 if form.errors else 200)


@access(OWN_SUPPORT)
@require_http_methods(["GET", "POST"])
def withdraw_mine(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = _own(request, referral)
    if request.method == "POST":
        try:
            withdraw_referral(referral=found, user=request.user, actor=_actor(request, found))
        except ActRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Votre accord est retiré. Vos coordonnées sont effacées.")
        return redirect("support:mine")
    _journal(request)
    return render(request, "support/withdraw_mine.html", {"referral": found})


@access(OWN_SUPPORT)
@require_http_methods(["GET", "POST"])
def tie(request: HttpRequest, referral: UUID) -> HttpResponse:
    """The person's own choice, with the code of the slip. The journal has the line of any reading, and no act."""
    found = _own(request, referral)
    if not found.is_open:
        messages.error(request, OVER)
        return redirect("support:mine")
    form = TieForm(submitted(request))
    if form.is_bound and form.is_valid():
        try:
            tie_slip_to(referral=found, code=form.cleaned_data["code"])
        except ActRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request, "Votre fiche est reliée à votre demande. Vous pouvez défaire ce lien à tout moment."
            )
            return redirect("support:mine")
    _journal(request)
    consent = consent_in_force(ConsentKind.TIE, on=clock.today(found.departement.time_zone))
    context = {"referral": found, "form": form, "consent": consent}
    return render(request, "support/tie.html", context, status=422 if form.errors else 200)


@access(OWN_SUPPORT)
@require_http_methods(["GET", "POST"])
def untie_mine(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = _own(request, referral)
    form = UntieForm(submitted(request))
    if form.is_bound and form.is_valid():
        try:
            untie(referral=found, code=form.cleaned_data["code"])
        except ActRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Le lien est défait.")
            return redirect("support:mine")
    _journal(request)
    return render(request, "support/untie.html", {"referral": found, "form": form}, status=422 if form.errors else 200)
