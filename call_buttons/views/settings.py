"""What an administrator keeps for the prefectures: delegations of signature, letters, rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped, refuse
from accounts.permissions import has_permission
from call_buttons.enums import DocumentKind
from call_buttons.forms import DelegationForm, EndDelegationForm, RulesForm, TemplateForm
from call_buttons.models import CallButtonRules, DocumentTemplate, SignatureDelegation
from call_buttons.permissions import CONFIGURE, SEE_DELEGATIONS
from call_buttons.selectors import deciders, departement_to_configure, departements_to_configure
from call_buttons.services import (
    ActRefused,
    announce_rules,
    end_delegation,
    give_delegations,
    preview_template,
    save_template,
)
from call_buttons.services.documents import shipped, sources_for
from call_buttons.views.letters import pdf
from core import clock
from core.acts import attempt
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from territories.models import Departement

SHOWN = 200


@access(SEE_DELEGATIONS)
@require_http_methods(["GET", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Who signs what in my prefecture, or anywhere for an administrator, who records the arrêtés."""
    may_configure = has_permission(request.user, CONFIGURE)
    form = DelegationForm(
        submitted(request) if may_configure else None,
        departements=departements_to_configure(user=request.user),
        deciders=deciders(),
    )
    if may_configure and attempt(form, lambda: _give(request, form)):
        messages.success(request, "La délégation est enregistrée.")
        return redirect("call_buttons:delegations")
    if request.method == "POST" and not may_configure:
        raise refuse(request, CONFIGURE)
    departements = list(departements_to_configure(user=request.user))
    chosen = _chosen(request, departements)
    queryset = SignatureDelegation.objects.visible_to(request.user, SEE_DELEGATIONS)
    if chosen:
        queryset = queryset.filter(departement=chosen)
    ordered = queryset.select_related("user", "departement").order_by("departement", "user", "signs", "pk")
    found = list(ordered[: SHOWN + 1])
    rows = [(row, clock.today(row.departement.time_zone) in row) for row in found[:SHOWN]]
    context = {"rows": rows, "more": len(found) > SHOWN, "form": form, "may_configure": may_configure}
    context |= {"departements": departements, "chosen": chosen}
    return render(request, "call_buttons/delegations.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, departements: list[Departement]) -> Departement | None:
    return next((one for one in departements if one.pk == request.GET.get("departement")), None)


def _give(request: HttpRequest, form: DelegationForm) -> list[SignatureDelegation]:
    data = dict(form.cleaned_data)
    last_day = data.pop("last_day")
    return give_delegations(
        **data,
        end=last_day + timedelta(days=1) if last_day else None,
        by=request.user,
        actor=actor_from(request, permission=CONFIGURE),
    )


@access(CONFIGURE)
@require_http_methods(["GET", "POST"])
def end_one(request: HttpRequest, delegation: UUID) -> HttpResponse:
    queryset = SignatureDelegation.objects.select_related("user", "departement")
    found = fetch_scoped(request, queryset, see=CONFIGURE, asks_reason=False, pk=delegation)
    form = EndDelegationForm(submitted(request))
    ended = attempt(
        form,
        lambda: end_delegation(
            delegation=found,
            last_day=form.cleaned_data["last_day"],
            actor=actor_from(request, permission=CONFIGURE),
        ),
    )
    if ended:
        messages.success(request, "La fin de la délégation est enregistrée.")
        return redirect("call_buttons:delegations")
    return render(
        request,
        "call_buttons/end_delegation.html",
        {"delegation": found, "form": form},
        status=422 if form.errors else 200,
    )


@access(CONFIGURE)
@require_http_methods(["GET"])
def templates(request: HttpRequest) -> HttpResponse:
    """The letters of each prefecture, and which ones are its own."""
    departements = list(departements_to_configure(user=request.user))
    chosen = _chosen(request, departements)
    own = {}
    if chosen:
        rows = DocumentTemplate.objects.visible_to(request.user, CONFIGURE).filter(departement=chosen)
        own = {row.kind: row for row in rows.select_related("saved_by").order_by("version")}
    kinds = [(kind, own.get(kind)) for kind in DocumentKind]
    return render(
        request, "call_buttons/templates.html", {"departements": departements, "chosen": chosen, "kinds": kinds}
    )


def _letter(request: HttpRequest, code: str, kind: str) -> tuple[Departement, DocumentKind]:
    if kind not in DocumentKind.values:
        raise Http404
    return departement_to_configure(user=request.user, code=code), DocumentKind(kind)


@access(CONFIGURE)
@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Edit one letter of a prefecture: its source, its versions, a preview."""
    departement, letter = _letter(request, code, kind)
    sources = sources_for(departement, letter)
    current = sources.letterhead if letter == DocumentKind.LETTERHEAD else sources.letter
    form = TemplateForm(submitted(request), initial={"source": current})
    saved = attempt(
        form,
        lambda: save_template(
            departement=departement,
            kind=letter,
            **form.cleaned_data,
            user=request.user,
            actor=actor_from(request, permission=CONFIGURE),
        ),
    )
    if saved:
        messages.success(request, f"La version {saved.version} sert désormais aux décisions {departement.name_of}.")
        return redirect("call_buttons:template", code=code, kind=kind)
    versions = DocumentTemplate.objects.visible_to(request.user, CONFIGURE).filter(departement=departement, kind=letter)
    context = {
        "departement": departement,
        "kind": letter,
        "form": form,
        "versions": versions.select_related("saved_by").order_by("-version")[:50],
        "is_shipped": current == shipped(letter),
    }
    return render(request, "call_buttons/template.html", context, status=422 if form.errors else 200)


@access(CONFIGURE)
@require_POST
def template_preview(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The letter that the typed source gives, for an invented person."""
    departement, letter = _letter(request, code, kind)
    try:
        document = preview_template(departement=departement, kind=letter, source=request.POST.get("source", ""))
    except ActRefused as error:
        form = TemplateForm(request.POST)
        form.is_valid()
        form.add_error("source", str(error))
        context = {"departement": departement, "kind": letter, "form": form, "versions": [], "is_shipped": False}
        return render(request, "call_buttons/template.html", context, status=422)
    return pdf(document.pdf, f"modele-{code}-{kind}.pdf")


@access(CONFIGURE)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The dated parameters of the doctrine; new ones are announced, none is rewritten."""
    today = clock.today("Europe/Paris")
    current = CallButtonRules.on(today)
    kept = ("evaluation_max_age_days", "extension_max_days", "escalation_hours", "remedy_months", "remedy")
    form = RulesForm(submitted(request), initial={name: getattr(current, name) for name in kept})
    made = attempt(form, lambda: announce_rules(**form.cleaned_data, actor=actor_from(request, permission=CONFIGURE)))
    if made:
        messages.success(request, f"Ces règles s'appliquent à partir du {made.in_force_from:%d/%m/%Y}.")
        return redirect("call_buttons:rules")
    context = {"form": form, "rules": CallButtonRules.objects.order_by("-in_force_from")[:20], "current": current}
    return render(request, "call_buttons/rules.html", context, status=422 if form.errors else 200)
