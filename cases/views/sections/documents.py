"""Attachments of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.scope import posting_over
from cases.forms import AttachmentForm
from cases.permissions import ADD_ATTACHMENT
from cases.selectors import SHOWN_ON_CASE, latest_attachments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from cases.models import Case, Threat


def context(request: HttpRequest, case: Case, threats: Iterable[Threat] = ()) -> dict[str, object]:
    """One query. `threats`, when the page has them already, may be chosen in the form."""
    found = latest_attachments(case)
    return {
        "attachments": found[:SHOWN_ON_CASE],
        "more_attachments": len(found) > SHOWN_ON_CASE,
        "may_attach": posting_over(request.user, ADD_ATTACHMENT, case) is not None,
        "attachment_form": AttachmentForm(threats=threats, auto_id="attach_%s"),
    }
