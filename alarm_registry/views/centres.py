"""What an administrator gives the centres of the 17: tokens for their software, and the right to an extract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from alarm_registry.forms import ExtractForm, TokenForm
from alarm_registry.models import CentreToken, ExtractSetting
from alarm_registry.permissions import CONFIGURE_CENTRES
from alarm_registry.selectors.centres import centres, settings_for, tokens_for
from alarm_registry.services import allow_extract, create_token, forbid_extract, revoke_token
from core import clock
from core.acts import ActRefused, attempt
from core.forms import submitted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

SHOWN = 200


@access(CONFIGURE_CENTRES)
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and the form that makes one. It is on the answer to this POST, and nowhere after."""
    form = TokenForm(submitted(request), centres=centres())
    made = attempt(
        form,
        lambda: create_token(
            **form.cleaned_data, user=request.user, actor=actor_from(request, permission=CONFIGURE_CENTRES)
        ),
    )
    if made:
        form = TokenForm(centres=centres())
    found = list(tokens_for(request.user, CONFIGURE_CENTRES)[: SHOWN + 1])
    rows = [(row, row.opens, clock.today(row.departement.time_zone) >= row.expires_on) for row in found[:SHOWN]]
    context = {"form": form, "rows": rows, "more": len(found) > SHOWN, "token": made or ""}
    return render(request, "alarm_registry/tokens.html", context, status=422 if form.errors else 200)


@access(CONFIGURE_CENTRES)
@require_POST
def revoke(request: HttpRequest, token: UUID) -> HttpResponse:
    rows = CentreToken.objects.select_related("departement")
    found = fetch_scoped(request, rows, see=CONFIGURE_CENTRES, asks_reason=False, pk=token)
    try:
        revoke_token(token=found, user=request.user, actor=actor_from(request, permission=CONFIGURE_CENTRES))
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Le jeton « {found.label} » n'ouvre plus rien.")
    return redirect("alarm_registry:tokens")


@access(CONFIGURE_CENTRES)
@require_http_methods(["GET", "POST"])
def extract_settings(request: HttpRequest) -> HttpResponse:
    """The centres that have an extract for when the network is down, and the form that allows one."""
    form = ExtractForm(submitted(request), centres=centres())
    allowed = attempt(
        form,
        lambda: allow_extract(
            **form.cleaned_data, user=request.user, actor=actor_from(request, permission=CONFIGURE_CENTRES)
        ),
    )
    if allowed:
        messages.success(
            request,
            f"L'extrait de secours est permis pour {allowed.departement}. Le superviseur du centre en choisit"
            " maintenant la phrase de passe : sans elle, aucun extrait n'est fait.",
        )
        return redirect("alarm_registry:extract_settings")
    found = list(settings_for(request.user, CONFIGURE_CENTRES)[: SHOWN + 1])
    context = {"form": form, "rows": found[:SHOWN], "more": len(found) > SHOWN}
    return render(request, "alarm_registry/extract_settings.html", context, status=422 if form.errors else 200)


@access(CONFIGURE_CENTRES)
@require_POST
def close_extract(request: HttpRequest, setting: UUID) -> HttpResponse:
    rows = ExtractSetting.objects.select_related("departement")
    found = fetch_scoped(request, rows, see=CONFIGURE_CENTRES, asks_reason=False, pk=setting)
    try:
        forbid_extract(setting=found, user=request.user, actor=actor_from(request, permission=CONFIGURE_CENTRES))
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"L'extrait de secours est fermé pour {found.departement}. Ce qui est déjà téléchargé s'ouvre encore,"
            " 36 heures au plus.",
        )
    return redirect("alarm_registry:extract_settings")
