"""Breaking the glass of a restricted file, and what the hierarchy says of it; why a file is consulted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.enums import ScopeKind
from accounts.gate import access, fetch_scoped
from accounts.scope import postings_over
from accounts.selectors import functions_of
from cases.forms import ConsultationForm, FindRestrictedForm, GlassForm, GlassReviewForm
from cases.models import Case
from cases.permissions import REVIEW_ACCESS, VIEW_CASE
from cases.selectors import emergency_accesses, repetition_words, restricted_count
from cases.services import break_glass, give_reason, review_access
from cases.views.fetching import get_case_for
from core.acts import attempt
from core.forms import submitted
from core.pagination import paginate_keyset
from core.wording import ordinal_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@access(VIEW_CASE)
@require_GET
def find_restricted(request: HttpRequest) -> HttpResponse:
    """By its reference only: a search by name would say whom a restricted file is about."""
    form = FindRestrictedForm(request.GET if "reference" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("cases:break_glass", reference=form.cleaned_data["reference"].strip().upper())
    context = {"form": form, "restricted": restricted_count(user=request.user)}
    return render(request, "cases/find_restricted.html", context, status=422 if form.errors else 200)


@access(VIEW_CASE)
@require_http_methods(["GET", "POST"])
def open_by_glass(request: HttpRequest, reference: str) -> HttpResponse:
    """Shows nothing of the file but its reference. 404 where there is no glass to break."""
    case = Case.objects.behind_glass_for(request.user, VIEW_CASE).filter(reference=reference).first()
    if case is None:
        # Already open: a second click, or somebody of the list. Unknown, elsewhere or barred: 404, journaled.
        get_case_for(request, reference, asks_reason=False)
        return redirect("cases:detail", reference=reference)
    # An old reference opens the file that holds its facts now: the emergency knows no other.
    case = case.holder
    form = GlassForm(submitted(request))
    actor = actor_from(request, permission=VIEW_CASE)
    if attempt(
        form, lambda: break_glass(case=case, reason=form.cleaned_data["reason"], user=request.user, actor=actor)
    ):
        messages.warning(request, "Le dossier vous est ouvert pour 24 heures. La hiérarchie de l'unité est prévenue.")
        return redirect("cases:detail", reference=reference)
    context = {"reference": reference, "form": form}
    return render(request, "cases/break_glass.html", context, status=422 if form.errors else 200)


class EmergencyAccessView(TemplateView):
    """Accesses by breaking the glass in the territory of a hierarchy, to be reviewed or already."""

    access = REVIEW_ACCESS
    template_name = "cases/emergency_accesses.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accesses = emergency_accesses(user=self.request.user)
        page = paginate_keyset(accesses, order=("-added_at", "-pk"), cursor=self.request.GET.get("cursor"))
        functions = functions_of([one.user for one in page.items])
        rows = [
            (
                one,
                functions[one.user_id],
                f"{ordinal_words(one.rank)} en 24 heures" if repetition_words(one.rank) else "",
            )
            for one in page.items
        ]
        return super().get_context_data(page=page, rows=rows, **kwargs)


@access(REVIEW_ACCESS)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, access_id: UUID) -> HttpResponse:
    found = fetch_scoped(
        request, emergency_accesses(user=request.user), see=REVIEW_ACCESS, asks_reason=False, pk=access_id
    )
    form = GlassReviewForm(submitted(request))
    actor = actor_from(request, permission=REVIEW_ACCESS, over=found)
    if attempt(
        form,
        lambda: review_access(
            access=found,
            justified=form.cleaned_data["justified"] == "yes",
            note=form.cleaned_data["note"],
            user=request.user,
            actor=actor,
        ),
    ):
        messages.success(request, "Le contrôle est enregistré.")
        return redirect("cases:emergency_accesses")
    context = {
        "access": found,
        "form": form,
        "function": functions_of([found.user])[found.user_id],
        "repeated": repetition_words(found.rank),
        "is_own": found.user_id == request.user.pk,
        "zone": found.case.departement.time_zone,
    }
    return render(request, "cases/review_access.html", context, status=422 if form.errors else 200)


@access(VIEW_CASE)
@require_http_methods(["GET", "POST"])
def consultation_reason(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks why a file that is not of one's list is opened, then goes on. Shows its reference only.

    Of a merged file too: the undo of the merge and its old requests are still read under its own reference.
    """
    case = get_case_for(request, reference, asks_reason=False, follow=False)
    national = any(posting.scope == ScopeKind.NATION for posting in postings_over(request.user, VIEW_CASE, case))
    form = ConsultationForm(submitted(request), national=national, initial={"next": request.GET.get("next", "")})
    actor = actor_from(request, permission=VIEW_CASE, over=case)
    if attempt(
        form,
        lambda: give_reason(
            case=case,
            motive=form.cleaned_data["motive"],
            note=form.cleaned_data["note"],
            user=request.user,
            actor=actor,
        ),
    ):
        return redirect(_safe(form.cleaned_data["next"]) or reverse("cases:detail", args=[reference]))
    context = {"reference": reference, "form": form}
    return render(request, "cases/consultation_reason.html", context, status=422 if form.errors else 200)


def _safe(url: str) -> str:
    """A page of the portal, or nothing: an address in a link must not send elsewhere."""
    is_path = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if is_path else ""
