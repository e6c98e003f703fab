"""« Extrait de secours »: the supervisor chooses the passphrase, then takes the file of the night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from alarm_registry.forms import PassphraseForm
from alarm_registry.models import Extract, ExtractSetting
from alarm_registry.permissions import SUPERVISE
from alarm_registry.selectors.centres import extract_in_service, settings_for
from alarm_registry.services import choose_passphrase, file_of
from core.acts import ActRefused, attempt
from core.forms import submitted
from core.journal import Action, record_access

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

SHOWN = 50
# What opens an extract on a machine without network. They run there, never from the portal: given as downloads.
TOOLS = {"page": "ouvrir.html", "programme": "ouvrir.py"}
FOLDER = settings.BASE_DIR / "docs" / "extrait-17"


@access(SUPERVISE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    rows = [(row, extract_in_service(row)) for row in settings_for(request.user, SUPERVISE)[:SHOWN]]
    return render(request, "alarm_registry/extracts.html", {"rows": rows})


@access(SUPERVISE)
@require_http_methods(["GET", "POST"])
def passphrase(request: HttpRequest, setting: UUID) -> HttpResponse:
    rows = ExtractSetting.objects.select_related("departement")
    found = fetch_scoped(request, rows, see=SUPERVISE, asks_reason=False, pk=setting)
    form = PassphraseForm(submitted(request))
    chosen = attempt(
        form,
        lambda: choose_passphrase(
            setting=found,
            passphrase=form.cleaned_data["passphrase"],
            user=request.user,
            actor=actor_from(request, permission=SUPERVISE, over=found),
        ),
    )
    if chosen:
        messages.success(request, "La phrase de passe est choisie. Le premier extrait se prépare : quelques minutes.")
        return redirect("alarm_registry:extracts")
    context = {"form": form, "setting": found}
    return render(request, "alarm_registry/extract_passphrase.html", context, status=422 if form.errors else 200)


@access(SUPERVISE)
@require_POST
def download(request: HttpRequest, extract: UUID) -> HttpResponse:
    """The file, journaled before it leaves."""
    rows = Extract.objects.select_related("setting__departement")
    found = fetch_scoped(request, rows, see=SUPERVISE, asks_reason=False, pk=extract)
    try:
        content = file_of(found, found.setting)
    except ActRefused as error:
        messages.error(request, str(error))
        return redirect("alarm_registry:extracts")
    record_access(
        action=Action.EXPORT,
        actor=actor_from(request, permission=SUPERVISE, over=found),
        object_type=found._meta.label_lower,
        object_id=str(found.pk),
        object_label=str(found.setting),
        reason="extrait de secours téléchargé",
        details={"destinataire": found.recipient, "inscriptions": found.registrations, "sha256": found.sha256},
    )
    name = f"extrait-17-{found.setting.departement_id}-{found.made_at:%Y-%m-%d-%Hh%M}.alarme17"
    return _attachment(content, name)


@access(SUPERVISE)
@require_GET
def opener(request: HttpRequest, tool: str) -> HttpResponse:
    if tool not in TOOLS:
        raise Http404
    return _attachment((FOLDER / TOOLS[tool]).read_bytes(), TOOLS[tool])


def _attachment(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
