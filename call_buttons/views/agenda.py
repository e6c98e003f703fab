"""« Mon agenda »: a secret address for one's own diary, and the file that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.actor import actor_from, actor_of, client_address
from accounts.gate import access
from accounts.permissions import PUBLIC, has_permission
from call_buttons.permissions import VIEW_CALL_BUTTON
from call_buttons.selectors.agenda import agenda_at, agenda_of
from call_buttons.services import ActRefused, agenda_file, create_agenda, journal_refused_agenda, revoke_agenda
from core.journal import Action, record_access

if TYPE_CHECKING:
    from django.http import HttpRequest

    from call_buttons.models import CallButtonAgenda


@access(VIEW_CALL_BUTTON)
@require_GET
def my_agenda(request: HttpRequest) -> HttpResponse:
    return _page(request)


@access(VIEW_CALL_BUTTON)
@require_POST
def create_my_agenda(request: HttpRequest) -> HttpResponse:
    """The address is on the answer to this POST, and nowhere after."""
    token = create_agenda(user=request.user, actor=actor_from(request, permission=VIEW_CALL_BUTTON))
    return _page(request, settings.PUBLIC_URL + reverse("call_buttons:agenda_feed", args=[token]))


def _page(request: HttpRequest, address: str = "") -> HttpResponse:
    context = {"agenda": agenda_of(user=request.user), "address": address}
    return render(request, "call_buttons/agenda.html", context)


@access(VIEW_CALL_BUTTON)
@require_POST
def revoke_my_agenda(request: HttpRequest) -> HttpResponse:
    try:
        revoke_agenda(user=request.user, actor=actor_from(request, permission=VIEW_CALL_BUTTON))
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "L'adresse de votre agenda ne donne plus rien.")
    return redirect("call_buttons:my_agenda")


@access(PUBLIC)
@require_safe
def agenda_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The token is the right to ask; what is shown follows the postings of its owner today."""
    agenda = agenda_at(token)
    owner = agenda.user if agenda is not None and agenda.revoked_at is None else None
    if agenda is None or owner is None or not has_permission(owner, VIEW_CALL_BUTTON):
        return _refused(request, agenda)
    record_access(
        action=Action.EXPORT,
        actor=actor_of(owner, permission=VIEW_CALL_BUTTON, address=client_address(request)),
        object_type=agenda._meta.label_lower,
        object_id=str(agenda.pk),
        reason="agenda lu",
    )
    name = "agenda-portail.ics"
    return HttpResponse(
        agenda_file(user=owner),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _refused(request: HttpRequest, agenda: CallButtonAgenda | None) -> HttpResponse:
    """404 for an address that never was; 410 for one that no longer gives anything, so that diaries stop asking."""
    if not journal_refused_agenda(actor=actor_from(request), agenda=agenda):
        status, words = 429, "Trop de demandes : réessayez dans un quart d'heure."
    elif agenda is None:
        status, words = 404, "Cette adresse d'agenda n'existe pas."
    else:
        status, words = 410, "Cette adresse d'agenda ne donne plus rien. Créez-en une autre sur le portail."
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
