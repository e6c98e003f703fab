from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from accounts.scope import posting_over
from cases.enums import Answer, EvaluationState, MeasureKind
from cases.forms import EvaluationForm, ReasonForm, stored_answers
from cases.models import Evaluation
from cases.permissions import EVALUATE, PROPOSE_MEASURE, VALIDATE_EVALUATION, VIEW_CASE
from cases.selectors.people import covered_people
from cases.selectors.series import series_of
from cases.selectors.victims import reads_minors_names
from cases.services import (
    ActRefused,
    Conflict,
    return_evaluation,
    save_evaluation_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from cases.views.autosave import AUTO, autosave_answer, autosave_attrs
from cases.views.fetching import get_evaluation_for, get_threat_for, journal_reading
from core import clock
from core.acts import attempt
from core.forms import OptimisticLockForm, submitted
from core.wording import time_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


NOT_KEPT = "Brouillon non enregistré, à corriger :"
COMPARE = "Vos dernières réponses ne sont pas enregistrées : appuyez sur « Enregistrer le brouillon » pour comparer."
NEW_FACT = "Nouveau fait dans le dossier depuis la dernière évaluation."


@access(VIEW_CASE)
@require_http_methods(["GET", "POST"])
def evaluation_page(request: HttpRequest, reference: str, evaluation: UUID) -> HttpResponse:
    """The grid to fill for the référent; what was answered, for the others and once it is sent."""
    found = get_evaluation_for(request, reference, evaluation, act=EVALUATE if request.method == "POST" else None)
    if request.method == "POST":
        return _save(request, found)
    if found.state == EvaluationState.TODO and posting_over(request.user, EVALUATE, found.case):
        return _grid(request, found, EvaluationForm(evaluation=found, people=covered_people(found, full=True)))
    return _answers(request, found)


def _grid(request: HttpRequest, evaluation: Evaluation, form: EvaluationForm) -> HttpResponse:
    journal_reading(request, evaluation.case, what="lecture d'une évaluation")
    if form.conflict is None:
        # Where two persons differ, what is kept is decided by a button.
        form.form_attrs = autosave_attrs(request.path)
    context = _context(evaluation) | {"form": form}
    return render(request, "cases/evaluation_form.html", context, status=422 if form.errors else 200)


def _answers(
    request: HttpRequest, evaluation: Evaluation, *, return_form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    journal_reading(request, evaluation.case, what="lecture d'une évaluation")
    labels = dict(Answer.choices)
    sections: dict[str, list[tuple[str, str, bool]]] = {}
    for question in evaluation.grid.questions.all():
        answer = labels.get(evaluation.answers.get(question.code, ""), "sans réponse")
        sections.setdefault(question.section, []).append((question.text, answer, question.red_floor is not None))
    may_validate = (
        evaluation.state == EvaluationState.SUBMITTED
        and posting_over(request.user, VALIDATE_EVALUATION, evaluation.case) is not None
        and evaluation.evaluated_by_id != request.user.pk
        and request.user.pk not in evaluation.contributors
    )
    # Relatives are named to the unit that protects them.
    full = reads_minors_names(request.user, evaluation.case)
    step = next((step for step in series_of(evaluation.threat) if step.evaluation.pk == evaluation.pk), None)
    context = _context(evaluation) | {
        "sections": sections.items(),
        "may_validate": may_validate,
        "is_author": evaluation.evaluated_by_id == request.user.pk or request.user.pk in evaluation.contributors,
        "people": covered_people(evaluation, full=full),
        "step": step,
        "may_propose": evaluation.state == EvaluationState.VALIDATED
        and evaluation.case.is_open
        and posting_over(request.user, PROPOSE_MEASURE, evaluation.case) is not None,
        "return_form": return_form or _return_form(),
    }
    return render(request, "cases/evaluation.html", context, status=status)


def _context(evaluation: Evaluation) -> dict[str, object]:
    labels = dict(MeasureKind.choices)
    return {
        "case": evaluation.case,
        "official": evaluation.case.official,
        "evaluation": evaluation,
        "threat": evaluation.threat,
        "measures": [labels[kind] for kind in evaluation.suggested_measures],
        "now": clock.now(),
        "zone": evaluation.case.departement.time_zone,
    }


def _save(request: HttpRequest, evaluation: Evaluation) -> HttpResponse:
    people = covered_people(evaluation, full=True)
    form = EvaluationForm(request.POST, evaluation=evaluation, people=people)
    asked = request.POST.get("act")
    if asked == AUTO:
        return _autosave(request, evaluation, form)
    sending = asked != "draft"
    if not form.is_valid() or (sending and not form.require_answers()):
        return _grid(request, evaluation, form)
    act = submit_evaluation if sending else save_evaluation_draft
    try:
        saved = act(evaluation=evaluation, **_given(request, evaluation, form))
    except Conflict as conflict:
        fresh = Evaluation.objects.select_related("case__official", "grid").get(pk=evaluation.pk)
        form.show_conflict(
            who=conflict.who,
            at=conflict.at,
            version=conflict.version,
            stored=stored_answers(fresh, covered_people(fresh, full=True)),
            zone=evaluation.case.departement.time_zone,
        )
        return _grid(request, evaluation, form)
    except ActRefused as error:
        form.add_error(error.field, str(error))
        return _grid(request, evaluation, form)
    if sending:
        messages.success(request, "L'évaluation est transmise à votre hiérarchie, qui doit la valider.")
        return redirect("cases:detail", reference=evaluation.case.reference)
    messages.success(request, "Le brouillon est enregistré.")
    return redirect("cases:evaluation", reference=evaluation.case.reference, evaluation=saved.pk)


def _given(request: HttpRequest, evaluation: Evaluation, form: EvaluationForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "version": data["version"],
        "answers": form.answers,
        "comment": data["comment"],
        "signed_level": data["signed_level"],
        "departure_reason": data["departure_reason"],
        "notes": form.notes,
        "page": data["window"],
        "user": request.user,
        "actor": actor_from(request, permission=EVALUATE, over=evaluation.case),
    }


def _autosave(request: HttpRequest, evaluation: Evaluation, form: EvaluationForm) -> HttpResponse:
    """Keep what is answered so far; the page stays as it is, whatever is answered here."""
    if not form.is_valid():
        labels = ", ".join(f"« {line.label} »" for line in form.error_lines if line.label)
        return autosave_answer(request, f"{NOT_KEPT} {labels or 'cette page est incomplète, rechargez-la'}.")
    zone = evaluation.case.departement.zone
    try:
        saved = save_evaluation_draft(evaluation=evaluation, automatic=True, **_given(request, evaluation, form))
    except Conflict as conflict:
        moment = time_words(conflict.at.astimezone(zone))
        return autosave_answer(request, f"{conflict.who} a modifié cette évaluation à {moment}. {COMPARE}")
    except ActRefused as error:
        return autosave_answer(request, f"Rien n'est plus enregistré ici. {error}")
    fresh = EvaluationForm(evaluation=saved, people=covered_people(saved, full=True))
    kept = f"Brouillon enregistré à {time_words(clock.now().astimezone(zone))}"
    return autosave_answer(request, kept, version=saved.version, base=fresh["base"].value())


@access(VALIDATE_EVALUATION)
@require_POST
def validate(request: HttpRequest, reference: str, evaluation: UUID) -> HttpResponse:
    found = get_evaluation_for(request, reference, evaluation, act=VALIDATE_EVALUATION)
    form = OptimisticLockForm(request.POST)
    if not form.is_valid():
        return _answers(request, found, status=422)
    try:
        validate_evaluation(
            evaluation=found,
            version=form.cleaned_data["version"],
            user=request.user,
            actor=actor_from(request, permission=VALIDATE_EVALUATION, over=found.case),
        )
    except Conflict as conflict:
        messages.error(request, f"{conflict.who} a modifié cette évaluation depuis votre lecture. Relisez-la.")
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "L'évaluation est validée. Elle ne peut plus être modifiée.")
        return redirect("cases:detail", reference=reference)
    return redirect("cases:evaluation", reference=reference, evaluation=evaluation)


def _return_form(data: object = None) -> ReasonForm:
    return ReasonForm(
        data, label="Que manque-t-il à cette évaluation ?", submit_label="Renvoyer à l'auteur", auto_id="return_%s"
    )


@access(VALIDATE_EVALUATION)
@require_POST
def send_back(request: HttpRequest, reference: str, evaluation: UUID) -> HttpResponse:
    found = get_evaluation_for(request, reference, evaluation, act=VALIDATE_EVALUATION)
    form = _return_form(request.POST)
    actor = actor_from(request, permission=VALIDATE_EVALUATION, over=found.case)
    if attempt(
        form,
        lambda: return_evaluation(evaluation=found, reason=form.cleaned_data["reason"], user=request.user, actor=actor),
    ):
        messages.success(request, "L'évaluation est renvoyée à son auteur.")
        return redirect("cases:detail", reference=reference)
    return _answers(request, found, return_form=form, status=422)


@access(EVALUATE)
@require_http_methods(["GET", "POST"])
def reevaluate(request: HttpRequest, reference: str, threat: UUID) -> HttpResponse:
    found = get_threat_for(request, reference, threat, act=EVALUATE)
    form = ReasonForm(
        submitted(request),
        initial={"reason": NEW_FACT} if "fait" in request.GET else {},
        label="Pourquoi évaluer à nouveau cette menace ?",
        submit_label="Ouvrir une nouvelle évaluation",
        help_text="Par exemple : un fait nouveau, ou un bouton d'appel à renouveler.",
    )
    actor = actor_from(request, permission=EVALUATE, over=found.case)
    opened = attempt(
        form,
        lambda: start_new_evaluation(threat=found, reason=form.cleaned_data["reason"], user=request.user, actor=actor),
    )
    if opened:
        return redirect("cases:evaluation", reference=reference, evaluation=opened.pk)
    context = {"case": found.case, "form": form, "title": "Évaluer à nouveau"}
    return render(request, "cases/reason.html", context, status=409 if form.errors else 200)
