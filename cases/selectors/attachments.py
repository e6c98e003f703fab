"""Reads of attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.models import Attachment

if TYPE_CHECKING:
    from cases.models import Case
    from cases.models.attachment import AttachmentQuerySet

# What the page of a file shows before it sends to the whole list.
SHOWN_ON_CASE = 10


def attachments_of(case: Case) -> AttachmentQuerySet:
    return Attachment.objects.for_list().filter(case=case)


def latest_attachments(case: Case) -> list[Attachment]:
    """The latest ones, one more than what is shown. One query."""
    return list(attachments_of(case).order_by("-added_at", "-pk")[: SHOWN_ON_CASE + 1])


def stuck_attachments() -> int:
    """How many wait although the antivirus was asked."""
    return Attachment.objects.in_quarantine().exclude(scan_note="").count()


def faulty_attachments() -> int:
    return Attachment.objects.exclude(fault="").count()
