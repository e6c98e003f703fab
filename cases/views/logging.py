from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.enums import Role
from accounts.gate import access
from cases.forms import CorrectThreatForm, NewThreatForm, form_values
from cases.models import Threat
from cases.permissions import EVALUATE, LOG_THREAT
from cases.selectors import open_cases_by_official, open_cases_of, units_with_open_cases
from cases.services import ActRefused, Conflict, correct_threat, log_threat
from cases.views.duplicates import duplicates_context
from cases.views.fetching import get_case_for, get_threat_for, journal_reading
from core.acts import attempt
from core.forms import submitted
from officials.models import Official
from officials.selectors import current_mandates, search_officials

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Unit, User
    from cases.models import Case


class OfficialSearchView(TemplateView):
    """First step: find the élu, and see the open files before creating another."""

    access = LOG_THREAT
    template_name = "cases/search_official.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:100]
        officials = search_officials(text, limit=20) if text else []
        known = open_cases_by_official(user=self.request.user, official_ids=[found.pk for found in officials])
        elsewhere = units_with_open_cases(user=self.request.user, official_ids=[found.pk for found in officials])
        results = [(official, known.get(official.pk, []), elsewhere.get(official.pk, [])) for official in officials]
        return super().get_context_data(text=text, results=results, **kwargs)


def _unit_of(user: User) -> Unit:
    """The unit where `user` logs: that of his posting as référent."""
    return next(posting.unit for posting in user.active_postings if posting.role == Role.REFERENT)


@access(LOG_THREAT)
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest, official: UUID) -> HttpResponse:
    person = Official.objects.filter(pk=official).first()
    if person is None:
        raise Http404
    return _log(request, person, case=None, unit=_unit_of(request.user))


@access(LOG_THREAT)
@require_http_methods(["GET", "POST"])
def add_threat(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=LOG_THREAT)
    return _log(request, case.official, case=case, unit=case.unit)


def _log(request: HttpRequest, official: Official, *, case: Case | None, unit: Unit) -> HttpResponse:
    mandates = current_mandates(official)
    initial = {"mandate": mandates[0], "commune": mandates[0].commune} if len(mandates) == 1 else {}
    form = NewThreatForm(submitted(request), official=official, initial=initial)
    actor = actor_from(request, permission=LOG_THREAT)
    resembling = _resembling(request.user, official, form)
    threat = (
        None
        if resembling
        else attempt(
            form,
            lambda: log_threat(
                official=official,
                unit=unit,
                facts=form.facts,
                user=request.user,
                actor=actor,
                case=case,
                submission=form.cleaned_data["submission"],
            ),
        )
    )
    if threat:
        messages.success(
            request, f"Menace enregistrée dans le dossier {threat.case.reference}. Évaluez-la dès maintenant."
        )
        return redirect("cases:detail", reference=threat.case.reference)
    context = {
        "form": form,
        "official": official,
        "mandates": mandates,
        "case": case,
        "unit": unit,
        **resembling,
        "open_cases": [] if case else open_cases_of(user=request.user, official_id=official.pk),
    }
    return render(request, "cases/threat_form.html", context, status=422 if form.errors else 200)


def _resembling(user: User, official: Official, form: NewThreatForm) -> dict[str, object]:
    """Known facts that this one resembles, shown once before it is logged; nothing the second time."""
    if not form.is_bound or not form.is_valid() or form.cleaned_data["resemblances_read"]:
        return {}
    if Threat.objects.filter(pk=form.cleaned_data["submission"]).exists():
        return {}
    context = duplicates_context(user=user, officials=[official], facts=form.facts)
    if not context["duplicates"].candidates:  # type: ignore[attr-defined]  # cases.selectors.Duplicates
        return {}
    form.data = form.data.copy()
    form.data["resemblances_read"] = "on"
    return context


@access(EVALUATE)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, reference: str, threat: UUID) -> HttpResponse:
    found = get_threat_for(request, reference, threat, act=EVALUATE)
    case = found.case
    form = CorrectThreatForm(
        submitted(request),
        official=case.official,
        initial=form_values(found) | {"version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_threat(
                threat=found,
                version=form.cleaned_data["version"],
                facts=form.facts,
                user=request.user,
                actor=actor_from(request, permission=EVALUATE, over=case),
            )
        except Conflict as conflict:
            fresh = get_threat_for(request, reference, threat, act=EVALUATE)
            form.show_conflict(
                who=conflict.who,
                at=conflict.at,
                version=conflict.version,
                stored=form_values(fresh),
                zone=case.departement.time_zone,
            )
        except ActRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La correction est enregistrée.")
            return redirect("cases:detail", reference=reference)
    # Also when the form comes back: a conflict shows what is stored.
    journal_reading(request, case, what="correction d'une menace")
    context = {"form": form, "case": case, "official": case.official, "threat": found}
    return render(request, "cases/threat_correct.html", context, status=422 if form.errors else 200)
