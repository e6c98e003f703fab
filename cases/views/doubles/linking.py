from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from accounts.scope import posting_over
from cases.enums import LinkKind
from cases.forms import LinkForm
from cases.models import CaseLink
from cases.permissions import ASK_CONTACT, LINK_CASES, MERGE_CASES, VIEW_CASE
from cases.selectors import author_hits, case_family_ids, contacts_asked, hints_of, links_of, merges_into
from cases.services import ActRefused, find_to_link, link_cases, unlink_cases
from cases.views.fetching import get_case_for, journal_reading
from core import clock
from core.acts import attempt
from core.forms import submitted
from referents.selectors import referents_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from cases.models import Case


def _panel(request: HttpRequest, case: Case) -> dict[str, object]:
    user = request.user
    ids = case_family_ids(case)
    contacts = contacts_asked(ids)
    asked = {(bytes(one.key), one.to_unit_id) for one in contacts if one.state != "withdrawn"}
    hits = author_hits(case_ids=ids, user=user)
    for hit in hits:
        hit.units = [unit for unit in hit.units if (bytes(hit.identifier.key), unit.pk) not in asked]
    may_merge = posting_over(user, MERGE_CASES, case) is not None
    merges = merges_into(case)
    return {
        "case": case,
        "links": links_of(case_ids=ids, user=user),
        "merges": merges,
        "hits": [hit for hit in hits if hit.cases or hit.units],
        # Whom to call is told once the other unit has accepted.
        "contacts": [(one, referents_of(one.to_unit) if one.state == "accepted" else []) for one in contacts],
        "hints": hints_of(case_ids=ids, user=user) if may_merge else [],
        "may_merge": may_merge,
        "may_link": posting_over(user, LINK_CASES, case) is not None,
        "may_ask": posting_over(user, ASK_CONTACT, case) is not None and case.is_open,
        "now": clock.now(),
        "zone": case.departement.time_zone,
    }


@access(VIEW_CASE)
@require_GET
def links(request: HttpRequest, reference: str) -> HttpResponse:
    """Doubles, links and same authors of a file: a page, and the panel that the file's page loads."""
    case = get_case_for(request, reference)
    context = _panel(request, case)
    journal_reading(request, case, what="lecture des liens du dossier")
    template = "cases/doubles/_panel.html" if request.htmx else "cases/doubles/links.html"
    return render(request, template, context)


@access(LINK_CASES)
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=LINK_CASES)
    form = LinkForm(submitted(request), initial={"reference": request.GET.get("autre", "")[:20], "kind": "same_author"})
    made = attempt(
        form,
        lambda: link_cases(
            case=case,
            other=find_to_link(case=case, reference=form.cleaned_data["reference"], user=request.user),
            kind=LinkKind(form.cleaned_data["kind"]),
            reason=form.cleaned_data["reason"],
            user=request.user,
            actor=actor_from(request, permission=LINK_CASES, over=case),
        ),
    )
    if made:
        messages.success(request, "Les deux dossiers sont liés. Chacun garde ses menaces et ses mesures.")
        return redirect("cases:detail", reference=case.reference)
    context = {"case": case, "form": form}
    return render(request, "cases/doubles/link.html", context, status=422 if form.errors else 200)


@access(LINK_CASES)
@require_POST
def unlink(request: HttpRequest, reference: str, link: UUID) -> HttpResponse:
    case = get_case_for(request, reference, act=LINK_CASES)
    ids = case_family_ids(case)
    found = CaseLink.objects.filter(pk=link).first()
    if found is None or not {found.first_id, found.second_id} & set(ids):
        raise Http404
    try:
        unlink_cases(link=found, user=request.user, actor=actor_from(request, permission=LINK_CASES, over=case))
    except ActRefused as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "Le lien est retiré.")
    return redirect("cases:detail", reference=case.reference)
