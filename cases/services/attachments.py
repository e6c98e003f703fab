"""Files joined to a case: added once, withdrawn with a reason, never deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError as BrokerAway

from cases.enums import CaseState, EventKind, ScanState
from cases.models import Attachment
from cases.services.errors import ActRefused
from cases.services.evaluations import lock_case
from cases.services.timeline import add_event
from core import clock
from core.file_notes import read_notes
from core.file_types import FileRefused, detect_type
from core.sealed_files import discard
from core.wording import day_words, size_words

if TYPE_CHECKING:
    from accounts.models import User
    from cases.models import Case, Threat
    from core.file_types import FileType
    from core.journal import Actor
    from core.uploads import SealedUpload

logger = structlog.get_logger(__name__)
SCAN_TASK = "cases.tasks.scan_attachment"


class AlreadyAttached(ActRefused):
    """The same file is in this case already."""


def add_attachment(
    *, case: Case, upload: SealedUpload, user: User, actor: Actor, threat: Threat | None = None, label: str = ""
) -> Attachment:
    """Join a received file to an open case. It waits in quarantine for the antivirus.

    Raises ActRefused with the reason: a type that is not accepted, a file too large, a closed case; AlreadyAttached
    when the case has it.
    """
    if upload.too_large:
        raise ActRefused(
            f"ce fichier pèse {size_words(upload.size or 0)}, la limite est de"
            f" {size_words(settings.ATTACHMENT_MAX_BYTES)}. Découpez l'enregistrement, ou gardez-le sur un support."
        )
    _refuse_known(case, upload.writer.sha256)
    with upload.writer.open() as reader:
        stream = cast("BinaryIO", reader)
        try:
            found = detect_type(stream, name=upload.name or "")
        except FileRefused as error:
            raise ActRefused(str(error)) from error
        notes = read_notes(stream, found=found, zone=case.departement.time_zone)
    sealed = upload.writer.keep()
    attachment = Attachment(
        pk=upload.row_id,
        case=case,
        joined_to=case,
        threat=threat,
        name=upload.name,
        label=label.strip() or None,
        kind=found.kind,
        media_type=found.media_type,
        size=sealed.size,
        sha256=upload.writer.sha256,
        captured_at=notes.captured_at,
        captured_note=notes.zone_note,
        notes=json.dumps(notes.words, ensure_ascii=False) if notes.words else None,
        added_by=user,
        data_key=sealed.key,
        storage_key=sealed.storage_key,
    )
    try:
        _write(attachment, found, user, actor)
    except IntegrityError:
        discard(sealed)
        # Sent twice at once: the other one has it.
        _refuse_known(case, attachment.sha256)
        raise
    except BaseException:
        discard(sealed)
        raise
    return attachment


@transaction.atomic
def _write(attachment: Attachment, found: FileType, user: User, actor: Actor) -> None:
    case = lock_case(attachment.case_id)
    if case.state != CaseState.OPEN:
        raise ActRefused("Ce dossier est clos : rouvrez-le pour joindre un fichier.")
    attachment.added_at = clock.now()
    attachment.save(force_insert=True)
    add_event(
        case=case,
        kind=EventKind.ATTACHMENT_ADDED,
        # Never the name of the file: people write facts in it.
        sentence=f"Pièce jointe ajoutée : {found.label}.",
        user=user,
        actor=actor,
        changes=[
            {"label": "empreinte SHA-256", "before": "", "after": attachment.sha256, "attachment": str(attachment.pk)}
        ],
    )
    transaction.on_commit(lambda: _wake_scanner(attachment.pk))


def _wake_scanner(attachment_id: UUID) -> None:
    try:
        current_app.send_task(SCAN_TASK, kwargs={"attachment_id": str(attachment_id)})
    except BrokerAway:
        # The row is committed: the sweep scans it when the queue is back.
        logger.warning("broker_away")


def _refuse_known(case: Case, sha256: str) -> None:
    known = case.attachments.kept().filter(sha256=sha256).first()
    if known is None:
        return
    when = day_words(known.added_at, case.departement.time_zone)
    if known.scan_state == ScanState.INFECTED:
        raise AlreadyAttached(f"Déjà joint le {when} : l'antivirus y a trouvé un virus.")
    raise AlreadyAttached(f"Déjà joint le {when}, sous le nom « {known.name} ».")


@transaction.atomic
def withdraw_attachment(*, attachment: Attachment, reason: str, user: User, actor: Actor) -> Attachment:
    """Withdraw a file that should not be there. It is kept, and no longer leaves.

    Raises ActRefused when no reason is written, or when it is withdrawn already.
    """
    found = Attachment.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=attachment.pk)
    if found.withdrawn_at is not None:
        raise ActRefused("Cette pièce jointe est déjà retirée.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous retirez cette pièce jointe.")
    found.withdrawn_at = clock.now()
    found.withdrawn_by = user
    found.withdrawn_reason = reason.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    add_event(
        case=found.case,
        kind=EventKind.ATTACHMENT_WITHDRAWN,
        sentence=f"Pièce jointe retirée : {found.get_kind_display()} du {day_words(found.added_at)}.",
        user=user,
        actor=actor,
    )
    return found
