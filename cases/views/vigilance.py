"""« Mes consignes de vigilance »: read in a car, on a telephone. And the nightly check of the hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access, fetch_scoped
from cases.forms import PassageNoteForm
from cases.models import VigilancePassage, VigilanceUnit
from cases.permissions import SEE_NIGHT_CHECK, SEE_VIGILANCE
from cases.selectors import my_instructions, night_check
from cases.services import ActRefused, acknowledge_vigilance, add_passage_note, log_passage
from core import clock
from core.acts import attempt
from core.forms import submitted
from core.journal import Action, record_access
from core.wording import local_datetime_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def _journal(request: HttpRequest, what: str, object_id: str = "") -> None:
    record_access(
        action=Action.CONSULTATION,
        actor=actor_from(request, permission=SEE_VIGILANCE),
        object_type="cases.vigilanceorder",
        object_id=object_id,
        reason=what,
    )


@access(SEE_VIGILANCE)
@require_GET
def instructions(request: HttpRequest) -> HttpResponse:
    rows = my_instructions(user=request.user)
    if rows:
        _journal(request, "lecture des consignes de vigilance de l'unité")
    return render(request, "cases/vigilance/list.html", {"rows": rows, "now": clock.now()})


def _row_for(request: HttpRequest, row: UUID) -> VigilanceUnit:
    queryset = VigilanceUnit.objects.select_related("order__measure__case", "unit")
    return fetch_scoped(request, queryset, see=SEE_VIGILANCE, pk=row)


@access(SEE_VIGILANCE)
@require_POST
def acknowledge(request: HttpRequest, row: UUID) -> HttpResponse:
    found = _row_for(request, row)
    actor = actor_from(request, permission=SEE_VIGILANCE, over=found)
    try:
        acknowledge_vigilance(row=found, user=request.user, actor=actor)
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "L'accusé de réception est enregistré.")
    return redirect("vigilance:list")


@access(SEE_VIGILANCE)
@require_POST
def passage(request: HttpRequest, row: UUID) -> HttpResponse:
    """One tap. A second one within two minutes shows the same passage."""
    found = _row_for(request, row)
    actor = actor_from(request, permission=SEE_VIGILANCE, over=found)
    try:
        made = log_passage(row=found, user=request.user, actor=actor)
    except ActRefused as error:
        messages.error(request, str(error))
        return redirect("vigilance:list")
    return redirect("vigilance:passage_note", passage=made.pk)


@access(SEE_VIGILANCE)
@require_http_methods(["GET", "POST"])
def passage_note(request: HttpRequest, passage: UUID) -> HttpResponse:
    """After the tap: it is done, and one line may be added."""
    queryset = VigilancePassage.objects.select_related("addressed__order", "addressed__unit", "by")
    found = fetch_scoped(request, queryset, see=SEE_VIGILANCE, pk=passage)
    form = PassageNoteForm(submitted(request))
    actor = actor_from(request, permission=SEE_VIGILANCE, over=found)
    if attempt(
        form,
        lambda: add_passage_note(passage=found, note=form.cleaned_data["note"], user=request.user, actor=actor),
    ):
        messages.success(request, "La ligne est ajoutée au passage.")
        return redirect("vigilance:list")
    order = found.addressed.order
    _journal(request, "lecture d'un passage", str(found.pk))
    context = {
        "passage": found,
        "order": order,
        "form": form,
        "may_write": found.by_id == request.user.pk and not found.note,
        "when": local_datetime_words(found.at, order.zone),
    }
    return render(request, "cases/vigilance/passage.html", context, status=422 if form.errors else 200)


@access(SEE_NIGHT_CHECK)
@require_GET
def night_check_page(request: HttpRequest) -> HttpResponse:
    groups = night_check(user=request.user)
    context = {"groups": groups, "total": sum(len(group.findings) for group in groups), "now": clock.now()}
    return render(request, "cases/vigilance/night_check.html", context)
