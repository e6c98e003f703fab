"""The supervisor of a 17: what was searched in his centre, what is to be looked at, what he answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from alarm_registry.forms import AnswerForm, LimitsForm, SampleForm, SearchFilterForm
from alarm_registry.models import LookupLimits
from alarm_registry.permissions import CONFIGURE_CENTRES, SUPERVISE
from alarm_registry.selectors.supervision import (
    alerts_of,
    centres_of,
    counts_of,
    narrowed,
    operators_of,
    samples_of,
    searches_about,
    searches_of,
    unwatched_centres,
)
from alarm_registry.services import announce_limits, answer_alert, limits_in_force, review_sample
from core.acts import attempt
from core.forms import submitted
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from territories.models import Departement

ALERTS_SHOWN = 50
ANSWERED_SHOWN = 20
# Two years of samples of a centre are 240; those of three months are on the page.
SAMPLES_SHOWN = 30
SEARCHES_OF_AN_ALERT = 100


@access(SUPERVISE)
@require_GET
def supervision(request: HttpRequest) -> HttpResponse:
    """One centre: open alerts, consultations to confirm, counts of the week, every search."""
    centres = centres_of(request.user)
    centre = _chosen(request, centres)
    form = SearchFilterForm(request.GET or None, operators=operators_of(centre))
    searches = searches_of(user=request.user).filter(departement=centre)
    filtered = form.is_bound and form.is_valid()
    if filtered:
        searches = narrowed(searches, form.cleaned_data)
    alerts = alerts_of(user=request.user).filter(departement=centre)
    samples = samples_of(user=request.user).filter(departement=centre)
    opened = list(alerts.open()[: ALERTS_SHOWN + 1])
    context: dict[str, Any] = {
        "centres": centres,
        "centre": centre,
        "form": form,
        "page": paginate_keyset(searches, order=("-at", "-pk"), cursor=request.GET.get("cursor"), size=50),
        "filtered": filtered and any(form.cleaned_data.values()),
        "alerts": opened[:ALERTS_SHOWN],
        "more_alerts": len(opened) > ALERTS_SHOWN,
        "answered": alerts.exclude(seen_at=None).order_by("-seen_at", "pk")[:ANSWERED_SHOWN],
        "samples": samples[:SAMPLES_SHOWN],
        "counts": counts_of(centre, user=request.user),
    }
    return render(request, "alarm_registry/supervision.html", context)


def _chosen(request: HttpRequest, centres: list[Departement]) -> Departement:
    if not centres:
        raise Http404
    return next((one for one in centres if one.pk == request.GET.get("centre")), centres[0])


@access(SUPERVISE)
@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, alert: UUID) -> HttpResponse:
    """One alert, the searches it is about, and the answer of the supervisor."""
    found = fetch_scoped(request, alerts_of(user=request.user), see=SUPERVISE, asks_reason=False, pk=alert)
    form = AnswerForm(submitted(request))
    actor = actor_from(request, permission=SUPERVISE, over=found)
    if attempt(
        form,
        lambda: answer_alert(alert=found, answer=form.cleaned_data["answer"], user=request.user, actor=actor),
    ):
        messages.success(request, "L'alerte est close. Votre réponse reste ici.")
        return redirect(_page_of(found.departement, "alertes"))
    searches = list(searches_about(found, user=request.user)[: SEARCHES_OF_AN_ALERT + 1])
    context = {
        "alert": found,
        "form": form,
        "is_own": found.operator_id == request.user.pk,
        "searches": searches[:SEARCHES_OF_AN_ALERT],
        "more": len(searches) > SEARCHES_OF_AN_ALERT,
    }
    return render(request, "alarm_registry/alert.html", context, status=422 if form.errors else 200)


@access(SUPERVISE)
@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest, sample: UUID) -> HttpResponse:
    """One consultation drawn at random, and the verdict of the supervisor."""
    found = fetch_scoped(request, samples_of(user=request.user), see=SUPERVISE, asks_reason=False, pk=sample)
    form = SampleForm(submitted(request))
    actor = actor_from(request, permission=SUPERVISE, over=found)
    if attempt(form, lambda: review_sample(sample=found, **form.cleaned_data, user=request.user, actor=actor)):
        messages.success(request, "Le contrôle est enregistré.")
        return redirect(_page_of(found.departement, "consultations"))
    is_own = found.lookup.operator_id == request.user.pk
    context = {"sample": found, "searches": [found.lookup], "form": form, "is_own": is_own}
    return render(request, "alarm_registry/sample.html", context, status=422 if form.errors else 200)


def _page_of(centre: Departement, anchor: str) -> str:
    return f"{reverse('alarm_registry:supervision')}?centre={centre.pk}#{anchor}"


@access(CONFIGURE_CENTRES)
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """The dated limits of every centre: new ones are announced, none is rewritten."""
    current = limits_in_force()
    names = [name for name in LimitsForm.base_fields if name != "in_force_from"]
    form = LimitsForm(submitted(request), initial={name: getattr(current, name) for name in names})
    made = attempt(
        form, lambda: announce_limits(**form.cleaned_data, actor=actor_from(request, permission=CONFIGURE_CENTRES))
    )
    if made:
        messages.success(request, f"Ces limites s'appliquent à partir du {made.in_force_from:%d/%m/%Y}.")
        return redirect("alarm_registry:limits")
    context = {
        "form": form,
        "limits": LookupLimits.objects.order_by("-in_force_from")[:20],
        "current": current,
        "unwatched": unwatched_centres(),
    }
    return render(request, "alarm_registry/limits.html", context, status=422 if form.errors else 200)
