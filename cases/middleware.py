from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from cases.views.fetching import CaseMoved
from core.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class MergedCaseMiddleware:
    """An old reference leads to the file that holds its facts now, from any page of the file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, CaseMoved):
            return None
        case, survivor = exception.case, exception.survivor
        if survivor is None:
            # Nothing of the other file: its unit, as for any file outside of one's scope.
            context = {"case": case, "unit": case.holder.unit}
            return render(
                request, "cases/merged_elsewhere.html", context, status=200 if request.method == "GET" else 409
            )
        when = day_words(case.closed_at.astimezone(case.departement.zone).date()) if case.closed_at else ""
        messages.info(request, f"Le dossier {case.reference} est fusionné dans {survivor.reference} le {when}.")
        return redirect(request.get_full_path().replace(case.reference, survivor.reference))
