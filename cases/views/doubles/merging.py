from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access
from cases.forms import LinkForm, MergeForm, OtherFileForm, ReasonForm
from cases.models import AuthorIdentifier, Case, CaseTask, Evaluation, Victim
from cases.permissions import MERGE_CASES, VIEW_CASE
from cases.selectors import mergeable_files, standing_merge
from cases.services import ActRefused, find_to_link, merge_cases, undo_merge
from cases.services.moving import MOVING
from cases.views.fetching import CaseMoved, get_case_for, journal_reading
from core import clock
from core.acts import attempt
from core.forms import submitted
from core.wording import plural_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from cases.models import Threat


@access(MERGE_CASES)
@require_GET
def merge_choose(request: HttpRequest, reference: str) -> HttpResponse:
    """Which file is the double of this one: the open ones of the same élu, or any by its reference."""
    case = get_case_for(request, reference, act=MERGE_CASES)
    form = OtherFileForm(request.GET or None)
    other = attempt(form, lambda: _other(request, case, form.cleaned_data["autre"]))
    if other:
        return redirect("cases:merge", reference=case.reference, other=other.reference)
    journal_reading(request, case, what="choix d'un dossier à fusionner")
    context = {"case": case, "form": form, "files": mergeable_files(case=case, user=request.user)}
    return render(request, "cases/doubles/merge_choose.html", context, status=422 if form.errors else 200)


def _other(request: HttpRequest, case: Case, reference: str) -> Case:
    try:
        found = find_to_link(case=case, reference=reference, user=request.user)
    except ActRefused as error:
        raise ActRefused(str(error), field="autre") from error
    if found.is_merged:
        raise ActRefused(f"Le dossier {found.reference} est déjà fusionné dans un autre.", field="autre")
    return found


@dataclass(frozen=True)
class Preview:
    """What would move, read from the files as they are."""

    threats: list[Threat]
    evaluations: list[Evaluation]
    tasks: list[CaseTask]
    counts: list[str]


def _preview(absorbed: Case) -> Preview:
    threats = list(absorbed.threats.select_related("commune", "logged_by").order_by("occurred_at", "pk"))
    evaluations = list(
        absorbed.evaluations.select_related("threat", "evaluated_by", "validated_by").order_by("threat", "number")
    )
    tasks = list(absorbed.tasks.waiting().select_related("assignee").order_by("due_at", "pk"))
    counts = [
        plural_words(Victim.objects.filter(threat__case=absorbed).count(), "victime", "victimes"),
        plural_words(
            AuthorIdentifier.objects.filter(threat__case=absorbed).count(),
            "identifiant d'auteur",
            "identifiants d'auteur",
        ),
    ]
    for moving in MOVING[3:]:
        one, many = moving.words.split(",")
        counts.append(plural_words(moving.model._base_manager.filter(case=absorbed).count(), one, many))
    return Preview(threats, evaluations, tasks, counts)


@access(MERGE_CASES)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """`other` is absorbed, `reference` survives: what moves, read before it does."""
    survivor = get_case_for(request, reference, act=MERGE_CASES, follow=False)
    absorbed = get_case_for(request, other, act=MERGE_CASES, follow=False)
    if absorbed.merged_into_id == survivor.pk:
        messages.info(request, f"Le dossier {absorbed.reference} est déjà fusionné dans celui-ci.")
        return redirect("cases:detail", reference=survivor.reference)
    if survivor.is_merged or absorbed.is_merged or survivor.pk == absorbed.pk:
        raise Http404
    journal_reading(request, absorbed, what="comparaison avant fusion")
    journal_reading(request, survivor, what="comparaison avant fusion")
    if absorbed.official_id != survivor.official_id:
        return _two_people(request, survivor, absorbed)
    preview = _preview(absorbed)
    kept = list(survivor.threats.filter(duplicate_of=None).select_related("commune").order_by("occurred_at", "pk"))
    moving = [threat for threat in preview.threats if threat.duplicate_of_id is None]
    form = MergeForm(submitted(request), moving=moving, kept=kept)
    made = attempt(
        form,
        lambda: merge_cases(
            absorbed=absorbed,
            survivor=survivor,
            doubles=form.doubles,
            reason=form.cleaned_data["reason"],
            user=request.user,
            actor=actor_from(request, permission=MERGE_CASES, over=survivor),
        ),
    )
    if made:
        messages.success(request, f"Le dossier {absorbed.reference} est fusionné dans celui-ci.")
        return redirect("cases:detail", reference=survivor.reference)
    context = {
        "survivor": survivor,
        "absorbed": absorbed,
        "preview": preview,
        "kept": kept,
        "form": form,
        "zone": survivor.departement.time_zone,
    }
    return render(request, "cases/doubles/merge.html", context, status=422 if form.errors else 200)


def _two_people(request: HttpRequest, case: Case, other: Case) -> HttpResponse:
    """Two victims are never one file; what they share is a link."""
    form = LinkForm(initial={"reference": other.reference, "kind": "same_author"})
    context = {"case": case, "other": other, "form": form}
    return render(request, "cases/doubles/two_people.html", context, status=409 if request.method == "POST" else 200)


@access(MERGE_CASES)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo the merge that absorbed this file."""
    case = get_case_for(request, reference, act=MERGE_CASES, follow=False)
    found = standing_merge(case)
    if found is None:
        if request.method == "POST":
            messages.info(request, "Cette fusion est déjà annulée.")
            return redirect("cases:detail", reference=reference)
        raise Http404
    if not Case.objects.visible_to(request.user, VIEW_CASE).filter(pk=found.survivor_id).exists():
        # Its page names the other file, and says why they were one.
        raise CaseMoved(case, None)
    form = ReasonForm(
        submitted(request),
        label="Pourquoi annuler cette fusion ?",
        submit_label="Annuler la fusion",
        help_text="Ce qui est arrivé depuis dans le dossier conservé y reste.",
    )
    undone = attempt(
        form,
        lambda: undo_merge(
            merge=found,
            reason=form.cleaned_data["reason"],
            user=request.user,
            actor=actor_from(request, permission=MERGE_CASES, over=case),
        ),
    )
    if undone:
        messages.success(request, "La fusion est annulée : ce dossier a retrouvé ce qui était à lui.")
        return redirect("cases:detail", reference=reference)
    context = {"case": case, "merge": found, "form": form, "now": clock.now(), "zone": case.departement.time_zone}
    return render(request, "cases/doubles/undo.html", context, status=409 if form.errors else 200)
