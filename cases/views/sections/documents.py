"""Attachments of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cases.models import Case


def context(request: HttpRequest, case: Case) -> dict[str, object]:
    return {}
