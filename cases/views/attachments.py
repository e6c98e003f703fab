"""Attachments: the list, the upload, the download, the withdrawal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from accounts.scope import posting_over
from cases.enums import ScanState
from cases.forms import AttachmentForm, ReasonForm
from cases.models import Attachment
from cases.permissions import ADD_ATTACHMENT, READ_ATTACHMENT
from cases.selectors import attachments_of
from cases.services import ActRefused, add_attachment, withdraw_attachment
from cases.views.fetching import get_case_for, journal_reading
from core.acts import attempt
from core.encryption import DecryptionRefused, KeyMissing
from core.journal import Action, record_access
from core.pagination import paginate_keyset
from core.sealed_files import SealedFileError
from core.uploads import seal_uploads
from core.wording import size_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.permissions import Permission
    from cases.models import Case

logger = structlog.get_logger(__name__)
# Fields and boundaries around the files.
AROUND_BYTES = 1024 * 1024
DRAIN_BYTES = 256 * 1024


@csrf_exempt  # the body is read by _upload, which is protected, once the right is known and the handler in place
@access(READ_ATTACHMENT)
@require_http_methods(["GET", "POST"])
def attachments(request: HttpRequest, reference: str) -> HttpResponse:
    if request.method == "GET":
        case = get_case_for(request, reference)
        chosen = {"threat": request.GET.get("menace", "")}
        return _page(request, case, AttachmentForm(threats=_threats(case), initial=chosen))
    case = get_case_for(request, reference, act=ADD_ATTACHMENT)
    if (refusal := _too_heavy(request, case)) is not None:
        return refusal
    seal_uploads(request, limit=settings.ATTACHMENT_MAX_BYTES, place=Attachment.place_of)
    try:
        return _upload(request, case)
    finally:
        # A person who closes the page in the middle leaves nothing behind.
        for handler in request.upload_handlers:
            handler.upload_interrupted()


def _threats(case: Case) -> list:
    only = case.threats.only("nature", "occurred_at", "occurred_zone", "case_id")
    return list(only.order_by("-occurred_at", "-pk")[:100])


def _page(request: HttpRequest, case: Case, form: AttachmentForm, status: int = 200) -> HttpResponse:
    journal_reading(request, case, what="pièces jointes")
    page = paginate_keyset(attachments_of(case), order=("-added_at", "-pk"), cursor=request.GET.get("cursor"), size=25)
    context = {
        "case": case,
        "official": case.official,
        "zone": case.departement.time_zone,
        "page": page,
        "form": form,
        "may_attach": posting_over(request.user, ADD_ATTACHMENT, case) is not None,
    }
    return render(request, "cases/attachments.html", context, status=status)


def _too_heavy(request: HttpRequest, case: Case) -> HttpResponse | None:
    """The refusal of a body that no set of allowed files can make, before any of it is kept."""
    most = settings.ATTACHMENT_MAX_BYTES * settings.ATTACHMENTS_AT_ONCE + AROUND_BYTES
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced <= most:
        return None
    if announced <= 2 * most:
        # Read and dropped: a browser that is cut off while it sends shows its own error and not ours.
        while request.read(DRAIN_BYTES):
            pass
    form = AttachmentForm(data={}, threats=_threats(case))
    form.errors.clear()
    form.add_error(
        "files",
        f"L'ensemble pèse {size_words(announced)}, et rien n'a été joint."
        f" Joignez {settings.ATTACHMENTS_AT_ONCE} fichiers au plus à la fois,"
        f" de {size_words(settings.ATTACHMENT_MAX_BYTES)} chacun.",
    )
    return _page(request, case, form, status=413)


@csrf_protect
def _upload(request: HttpRequest, case: Case) -> HttpResponse:
    form = AttachmentForm(request.POST, request.FILES, threats=_threats(case))
    if not form.is_valid():
        return _page(request, case, form, status=422)
    actor = actor_from(request, permission=ADD_ATTACHMENT, over=case)
    uploads, given = form.cleaned_data["files"], {"threat": form.chosen_threat, "label": form.cleaned_data["label"]}
    added = 0
    for upload in uploads:
        try:
            add_attachment(case=case, upload=upload, user=request.user, actor=actor, **given)
        except ActRefused as error:
            form.add_error("files", f"« {upload.name} » : {error}")
        else:
            added += 1
    if added:
        messages.success(request, _joined(added))
    if form.errors:
        # Those that could be joined are: only the others are to be sent again.
        return _page(request, case, form, status=413 if any(one.too_large for one in uploads) else 422)
    return redirect(f"{reverse('cases:detail', args=[case.reference])}#pieces-jointes")


def _joined(added: int) -> str:
    if added == 1:
        return "Fichier joint. L'antivirus le lit avant tout téléchargement."
    return f"{added} fichiers joints. L'antivirus les lit avant tout téléchargement."


def _attachment_for(
    request: HttpRequest, reference: str, attachment: UUID, *, act: Permission | None = None
) -> Attachment:
    """An attachment of a file that I may see, also from the address it had before a merge."""
    case = get_case_for(request, reference, act=act)
    found = Attachment.objects.visible_to(request.user, READ_ATTACHMENT).filter(case=case, pk=attachment).first()
    if found is None:
        raise Http404
    found.case = case
    return found


@access(READ_ATTACHMENT)
@require_GET
def download(request: HttpRequest, reference: str, attachment: UUID) -> HttpResponse | StreamingHttpResponse:
    """The original, as it was given. Read and verified by pieces; never shown by the browser itself."""
    found = _attachment_for(request, reference, attachment)
    if not found.is_downloadable:
        return _refused(request, found, _why_not(found), 403 if found.scan_state == ScanState.INFECTED else 409)
    try:
        pieces = found.sealed.pieces()
        # A file that is gone or altered from its start is told on a page.
        first = next(pieces)
    except (SealedFileError, DecryptionRefused, KeyMissing):
        logger.exception("attachment_unreadable", attachment=str(found.pk))
        why = "Le fichier gardé par le portail est absent ou abîmé. Prévenez l'administrateur : il peut le restaurer."
        return _refused(request, found, why, 409)
    actor = actor_from(request, permission=READ_ATTACHMENT, over=found)
    record_access(
        action=Action.EXPORT,
        actor=actor,
        object_type="cases.attachment",
        object_id=str(found.pk),
        object_label=found.case.reference,
        reason=f"pièce jointe téléchargée — {actor.posting_label}"[:200],
        details={"sha256": found.sha256},
    )
    return StreamingHttpResponse(
        _sent(found, first, pieces),
        content_type=found.media_type,
        headers={
            "Content-Length": str(found.size),
            "Content-Disposition": disposition(found.name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )


def _sent(found: Attachment, first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    try:
        yield from pieces
    except SealedFileError:
        # The connection ends short of the length announced: the browser says that the download failed.
        logger.exception("attachment_unreadable", attachment=str(found.pk))
        raise


def disposition(name: str) -> str:
    """« attachment », with a plain name for old browsers and the true one beside (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = "".join(sign if sign.isalnum() or sign in "._- ()" else "_" for sign in plain).strip(" .") or "fichier"
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"


def _why_not(found: Attachment) -> str:
    if found.scan_state == ScanState.INFECTED:
        return (
            f"L'antivirus a trouvé un virus dans ce fichier ({found.scan_signature}). Le portail le garde, mais"
            " personne ne peut le télécharger. S'il vous est utile, demandez-en une autre copie, par exemple une photo"
            " d'écran."
        )
    if found.withdrawn_at is not None:
        return "Cette pièce jointe a été retirée. Le portail la garde, mais personne ne peut plus la télécharger."
    if found.fault:
        return "Le fichier gardé par le portail est absent ou abîmé. Prévenez l'administrateur : il peut le restaurer."
    if found.scan_note:
        return "L'antivirus ne répond pas : le fichier attend, il sera analysé dès son retour."
    return "L'antivirus n'a pas encore lu ce fichier. Réessayez dans une minute."


def _waits(found: Attachment) -> bool:
    return found.scan_state == ScanState.QUARANTINE and found.withdrawn_at is None


def _refused(request: HttpRequest, found: Attachment, why: str, status: int) -> HttpResponse:
    journal_reading(request, found.case, what="pièce jointe non téléchargeable")
    return render(
        request,
        "cases/attachment_refused.html",
        {"case": found.case, "attachment": found, "why": why, "may_retry": _waits(found)},
        status=status,
    )


@access(ADD_ATTACHMENT)
@require_POST
def withdraw(request: HttpRequest, reference: str, attachment: UUID) -> HttpResponse:
    found = _attachment_for(request, reference, attachment, act=ADD_ATTACHMENT)
    form = ReasonForm(request.POST, label="Pourquoi retirer ce fichier ?", submit_label="Retirer la pièce jointe")
    actor = actor_from(request, permission=ADD_ATTACHMENT, over=found)
    if attempt(
        form,
        lambda: withdraw_attachment(
            attachment=found, reason=form.cleaned_data["reason"], user=request.user, actor=actor
        ),
    ):
        messages.success(
            request, "La pièce jointe est retirée. Le portail la garde, personne ne peut plus la télécharger."
        )
        return redirect(f"{reverse('cases:detail', args=[reference])}#pieces-jointes")
    context = {"case": found.case, "form": form, "title": "Retirer la pièce jointe"}
    return render(request, "cases/reason.html", context, status=409)
