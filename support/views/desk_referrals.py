"""The association's door: the referrals that people agreed to send it, the most pressing first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import gate
from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from core.acts import ActRefused, attempt
from core.forms import submitted
from core.pagination import paginate_keyset
from support.enums.referrals import ReferralOutcome, RefusalReason
from support.forms.referrals import EndForm, HandOverForm, RefuseForm, VersionForm
from support.models import Referral
from support.permissions import HANDLE_REFERRAL
from support.selectors.referrals import FILTERS, WAITING, people_of, referrals_for_desk
from support.services.referrals import accept_referral, end_referral, hand_over_referral, refuse_referral

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

    from core.journal import Actor

PAGE = 30


def get_referral_for(request: HttpRequest, referral: UUID) -> Referral:
    """The referral of the association where the reader works today, or 404. Nothing of a file is shown here."""
    queryset = Referral.objects.with_people().select_related("case", "consent", "handled_by", "proposed_by")
    found: Referral = fetch_scoped(request, queryset, see=HANDLE_REFERRAL, asks_reason=False, pk=referral)
    return found


def desk_actor(request: HttpRequest, found: Referral) -> Actor:
    return actor_from(request, permission=HANDLE_REFERRAL, over=found)


def journal_reading(request: HttpRequest, found: Referral, *, what: str) -> None:
    gate.journal_reading(request, found, see=HANDLE_REFERRAL, label="", what=what)


@access(HANDLE_REFERRAL)
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("voir", WAITING)
    wanted = wanted if wanted in FILTERS else WAITING
    page = paginate_keyset(
        referrals_for_desk(request.user, wanted=wanted),
        order=("urgency", "proposed_at", "pk"),
        cursor=request.GET.get("cursor"),
        size=PAGE,
    )
    context = {"page": page, "filters": FILTERS.items(), "wanted": wanted}
    return render(request, "support/referrals.html", context)


@access(HANDLE_REFERRAL)
@require_GET
def referral(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    colleagues = [one for one in people_of(found.association) if one.pk != found.handled_by_id]
    return _page(request, found, HandOverForm(colleagues=colleagues, initial={"version": found.version}))


def _page(request: HttpRequest, found: Referral, form: HandOverForm, *, status: int = 200) -> HttpResponse:
    journal_reading(request, found, what="lecture d'une orientation")
    context: dict[str, Any] = {
        "referral": found,
        "zone": found.departement.zone,
        "form": form,
        "appointments": list(found.appointments.select_related("host").order_by("starts_at", "pk")),
        "chases": list(found.chases.order_by("number")),
        "is_tied": hasattr(found, "tie"),
    }
    return render(request, "support/referral.html", context, status=status)


@access(HANDLE_REFERRAL)
@require_POST
def accept(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    form = VersionForm(request.POST)
    if attempt(
        form,
        lambda: accept_referral(
            referral=found, version=form.cleaned_data["version"], user=request.user, actor=desk_actor(request, found)
        ),
    ):
        messages.success(request, "Vous prenez en charge cette personne. Appelez-la, puis notez le rendez-vous.")
    else:
        messages.error(request, _said(form))
    return redirect("support:referral", referral=found.pk)


def _said(form: BaseForm) -> str:
    refusals = form.non_field_errors()
    return str(refusals[0]) if refusals else "Relisez la page, puis recommencez."


@access(HANDLE_REFERRAL)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    form = RefuseForm(submitted(request), initial={"version": found.version})
    if attempt(
        form,
        lambda: refuse_referral(
            referral=found,
            version=form.cleaned_data["version"],
            reason=RefusalReason(form.cleaned_data["reason"]),
            text=form.cleaned_data["text"],
            user=request.user,
            actor=desk_actor(request, found),
        ),
    ):
        messages.success(request, "C'est noté. La personne et l'agent qui l'a proposé sont prévenus.")
        return redirect("support:referral", referral=found.pk)
    return _act_page(request, found, form, "Ne pas prendre en charge", closed=not found.is_waiting)


@access(HANDLE_REFERRAL)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    form = EndForm(submitted(request), initial={"version": found.version})
    if attempt(
        form,
        lambda: end_referral(
            referral=found,
            version=form.cleaned_data["version"],
            outcome=ReferralOutcome(form.cleaned_data["outcome"]),
            user=request.user,
            actor=desk_actor(request, found),
        ),
    ):
        messages.success(request, "L'orientation est terminée. Les coordonnées seront effacées dans 30 jours.")
        return redirect("support:referral", referral=found.pk)
    return _act_page(request, found, form, "Terminer l'orientation", closed=not found.is_accepted)


def _act_page(request: HttpRequest, found: Referral, form: VersionForm, title: str, *, closed: bool) -> HttpResponse:
    if closed and not form.is_bound:
        messages.error(request, f"Cette orientation est {found.get_state_display()} : relisez-la.")
        return redirect("support:referral", referral=found.pk)
    journal_reading(request, found, what="réponse à une orientation")
    context = {"referral": found, "form": form, "title": title}
    return render(request, "support/referral_act.html", context, status=422 if form.errors else 200)


@access(HANDLE_REFERRAL)
@require_POST
def hand_over(request: HttpRequest, referral: UUID) -> HttpResponse:
    found = get_referral_for(request, referral)
    form = HandOverForm(request.POST, colleagues=people_of(found.association))
    try:
        done = form.is_valid() and hand_over_referral(
            referral=found,
            version=form.cleaned_data["version"],
            to=form.colleague,
            user=request.user,
            actor=desk_actor(request, found),
        )
    except ActRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        done = False
    if done:
        messages.success(request, f"L'orientation est confiée à {form.colleague.get_full_name()}.")
        return redirect("support:referral", referral=found.pk)
    return _page(request, found, form, status=422)
