from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.gate import access
from cases.forms import ReasonForm
from cases.models import Case, DuplicateHint
from cases.permissions import MERGE_CASES
from cases.selectors import open_hints
from cases.services import dismiss_hint
from cases.views.fetching import journal_reading
from core.acts import attempt
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


class HintListView(TemplateView):
    """« Doublons à vérifier » of my scope, the oldest first."""

    access = MERGE_CASES
    template_name = "cases/doubles/hints.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cursor = self.request.GET.get("cursor")
        page = paginate_keyset(open_hints(user=self.request.user), order=("created_at", "pk"), cursor=cursor)
        return super().get_context_data(page=page, **kwargs)


def _hint_for(request: HttpRequest, pk: UUID) -> DuplicateHint:
    """The hint when both of its files are in my scope; else it does not exist for me."""
    mine = Case.objects.visible_to(request.user, MERGE_CASES)
    related = ("official", "unit", "departement", "merged_into")
    found = (
        DuplicateHint.objects.filter(pk=pk, first__in=mine, second__in=mine)
        .select_related("decided_by", *[f"{side}__{name}" for side in ("first", "second") for name in related])
        .first()
    )
    if found is None:
        raise Http404
    return found


def _form(data: Any = None) -> ReasonForm:
    return ReasonForm(
        data, label="Pourquoi ce ne sont pas les mêmes faits", submit_label="Ce sont des faits différents"
    )


def _page(request: HttpRequest, found: DuplicateHint, form: ReasonForm) -> HttpResponse:
    for case in (found.first, found.second):
        journal_reading(request, case, what="comparaison de deux dossiers")
    older, newer = sorted((found.first, found.second), key=lambda case: (case.opened_at, case.reference))
    files = [
        (case, case.threats.select_related("commune").order_by("-occurred_at", "pk")[:20]) for case in (older, newer)
    ]
    context = {"hint": found, "files": files, "older": older, "newer": newer, "form": form}
    return render(request, "cases/doubles/hint.html", context, status=409 if form.errors else 200)


@access(MERGE_CASES)
@require_GET
def hint(request: HttpRequest, hint: UUID) -> HttpResponse:
    return _page(request, _hint_for(request, hint), _form())


@access(MERGE_CASES)
@require_POST
def dismiss(request: HttpRequest, hint: UUID) -> HttpResponse:
    found = _hint_for(request, hint)
    form = _form(request.POST)
    actor = actor_from(request, permission=MERGE_CASES, over=found.first)
    reason = "reason"
    if attempt(
        form, lambda: dismiss_hint(hint=found, reason=form.cleaned_data[reason], user=request.user, actor=actor)
    ):
        messages.success(request, "C'est noté : les deux dossiers restent à part.")
        return redirect("cases:hints")
    return _page(request, found, form)
