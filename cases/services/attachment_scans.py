"""What happens to attachments without anybody: the antivirus, the nightly verification, the sweep of orphans."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.enums import Role
from cases.enums import AttachmentFault, EventKind, ScanState
from cases.models import Attachment
from cases.services.tasks import notify_over
from cases.services.timeline import add_event
from core import clock
from core.encryption import DecryptionRefused, KeyMissing
from core.journal import SYSTEM
from core.scanning import ScanFailed, ScannerAway, scanner
from core.sealed_files import SealedFileAltered, SealedFileError, SealedFileMissing, Sweep, sweep_orphans

if TYPE_CHECKING:
    from uuid import UUID

    from core.scanning import Verdict

logger = structlog.get_logger(__name__)
# A batch ends before the task's own limit; what is left waits for the next one.
BATCH_SECONDS = 240
VERIFY_SECONDS = 900
AWAY = "away"


def scan_attachment(*, attachment_id: UUID) -> str:
    """Give a quarantined file to the antivirus; its new state, or AWAY. Twice is harmless: the first verdict stands."""
    attachment = Attachment.objects.filter(pk=attachment_id).select_related("case__unit").first()
    if attachment is None or attachment.scan_state != ScanState.QUARANTINE:
        return "" if attachment is None else attachment.scan_state
    try:
        verdict = scanner().scan(attachment.sealed.pieces())
    except (ScannerAway, ScanFailed) as error:
        Attachment.objects.filter(pk=attachment_id, scan_state=ScanState.QUARANTINE).update(
            scan_tried_at=clock.now(), scan_note=str(error)[:200]
        )
        logger.warning("scanner_away", attachment=str(attachment_id), error=str(error))
        return AWAY if isinstance(error, ScannerAway) else ScanState.QUARANTINE
    except (SealedFileError, DecryptionRefused, KeyMissing) as error:
        _note_fault(attachment, error)
        return ScanState.QUARANTINE
    return _conclude(attachment, verdict)


@transaction.atomic
def _conclude(attachment: Attachment, verdict: Verdict) -> str:
    state = ScanState.CLEAN if verdict.is_clean else ScanState.INFECTED
    now = clock.now()
    concluded = Attachment.objects.filter(pk=attachment.pk, scan_state=ScanState.QUARANTINE).update(
        scan_state=state,
        scanned_at=now,
        scan_tried_at=now,
        scan_note="",
        scan_engine=verdict.engine[:120],
        scan_signature="" if verdict.is_clean else (verdict.signature or "sans nom")[:200],
    )
    if not concluded:
        return Attachment.objects.values_list("scan_state", flat=True).get(pk=attachment.pk)
    what = f"{attachment.get_kind_display()} du {attachment.added_at:%d/%m/%Y}"
    sentence = (
        f"Antivirus : aucun virus trouvé ({what})."
        if verdict.is_clean
        else f"Antivirus : un virus a été trouvé, le fichier ne peut pas être téléchargé ({what})."
    )
    add_event(case=attachment.case, kind=EventKind.ATTACHMENT_SCANNED, sentence=sentence, user=None, actor=SYSTEM)
    if not verdict.is_clean:
        notify_over(
            case=attachment.case,
            roles=[Role.REFERENT, Role.UNIT_HEAD],
            text="une pièce jointe est bloquée par l'antivirus.",
            path=reverse("cases:attachments", args=[attachment.case.reference]),
            dedupe_key=f"attachment-infected:{attachment.pk}",
        )
    return state


def _note_fault(attachment: Attachment, error: Exception) -> None:
    fault = AttachmentFault.MISSING if isinstance(error, SealedFileMissing) else AttachmentFault.ALTERED
    Attachment.objects.filter(pk=attachment.pk).update(fault=fault, verified_at=clock.now(), scan_tried_at=clock.now())
    logger.error("attachment_unreadable", attachment=str(attachment.pk), fault=fault, error=str(error))


def scan_waiting() -> Counter[str]:
    """Scan what waits, the longest untried first. Stops at the first silence of the antivirus: all would time out."""
    limit = time.monotonic() + BATCH_SECONDS
    done: Counter[str] = Counter()
    waiting = Attachment.objects.in_quarantine().filter(fault="")
    ids = list(waiting.order_by(F("scan_tried_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:500])
    for attachment_id in ids:
        state = scan_attachment(attachment_id=attachment_id)
        done[state] += 1
        if state == AWAY or time.monotonic() > limit:
            break
    return done


@dataclass
class Verification:
    read: int = 0
    faults: list[UUID] = field(default_factory=list)


def verify_attachments(*, seconds: float = VERIFY_SECONDS) -> Verification:
    """Read kept files again, the longest unread first, and compare each with its fingerprint."""
    limit = time.monotonic() + seconds
    result = Verification()
    rows = Attachment.objects.order_by(F("verified_at").asc(nulls_first=True), "pk")
    for attachment in rows.iterator(chunk_size=100):
        if time.monotonic() > limit:
            break
        result.read += 1
        digest = hashlib.sha256()
        try:
            for piece in attachment.sealed.pieces():
                digest.update(piece)
            if digest.hexdigest() != attachment.sha256:
                raise SealedFileAltered("the fingerprint differs")
        except (SealedFileError, DecryptionRefused, KeyMissing) as error:
            result.faults.append(attachment.pk)
            _note_fault(attachment, error)
        else:
            # A file put back from a backup is well again.
            Attachment.objects.filter(pk=attachment.pk).update(fault="", verified_at=clock.now())
    return result


def sweep_attachments() -> Sweep:
    """Forget what no row claims."""
    return sweep_orphans(Attachment.objects.values_list("storage_key", flat=True).iterator(chunk_size=5000))
