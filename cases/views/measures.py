"""Protective measures of a file: proposed from an evaluation, decided, carried out, ended with an exit review."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access
from accounts.scope import posting_over
from cases.enums import VIGILANCE_KINDS, EvaluationState, MeasureState
from cases.forms import (
    DecideForm,
    EndForm,
    ExecutionForm,
    InstructionForm,
    ProposeForm,
    ReassignForm,
    RefuseMeasureForm,
    ReviewForm,
    StartForm,
)
from cases.models import ProtectiveMeasure
from cases.permissions import DECIDE_MEASURE, FOLLOW_MEASURE, PROPOSE_MEASURE, VIEW_CASE
from cases.selectors import (
    current_rules,
    may_decide,
    measures_of,
    possible_owners,
    traces_of,
    vigilance_report,
)
from cases.services import (
    ActRefused,
    Conflict,
    decide_measure,
    end_measure,
    give_vigilance_order,
    note_execution,
    propose_measures,
    reassign_measure,
    refuse_measure,
    review_measure,
    start_measure,
)
from cases.views.fetching import get_case_for, get_evaluation_for, journal_reading
from core import clock
from core.acts import attempt
from core.forms import OptimisticLockForm, submitted
from core.wording import duration_words
from officials.selectors import current_mandates
from referents.selectors import units_for_commune

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Unit
    from accounts.permissions import Permission
    from cases.models import Case, Evaluation
    from core.forms import PortalForm


def get_measure_for(
    request: HttpRequest, reference: str, measure: UUID, *, act: Permission | None = None
) -> ProtectiveMeasure:
    """A measure of a file that I may see. Its scope is that of its file."""
    case = get_case_for(request, reference, act=act)
    related = ProtectiveMeasure.objects.select_related(
        "owner", "proposed_by", "decided_by", "ended_by", "exit_caller", "person", "order__commune", "evaluation"
    )
    found = related.with_next_date().filter(case=case, pk=measure).first()
    if found is None:
        raise Http404
    found.case = case
    return found


@access(VIEW_CASE)
@require_GET
def measure_list(request: HttpRequest, reference: str) -> HttpResponse:
    """Decided and carried out, side by side: what CALAE checks in one place, gaps in red."""
    case = get_case_for(request, reference)
    journal_reading(request, case, what="lecture des mesures de protection")
    context = {"case": case, "official": case.official, "measures": measures_of(case), "today": _today(case)}
    return render(request, "cases/measures/list.html", context)


@access(VIEW_CASE)
@require_GET
def measure_page(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    found = get_measure_for(request, reference, measure)
    case = found.case
    journal_reading(request, case, what="lecture d'une mesure de protection")
    order = getattr(found, "order", None)
    report = vigilance_report(order) if order else None
    role, why_not = (None, "")
    if found.state == MeasureState.PROPOSED:
        role, why_not = may_decide(request.user, found)
    context = _context(found) | {
        "traces": traces_of(found),
        "order": order,
        "report": report,
        "longest_gap": duration_words(report.longest_gap) if report else "",
        "may_decide": role is not None,
        "why_not": why_not,
        "may_follow": posting_over(request.user, FOLLOW_MEASURE, case) is not None,
    }
    return render(request, "cases/measures/detail.html", context)


def _today(case: Case) -> Any:
    return clock.today(case.departement.zone)


def _context(measure: ProtectiveMeasure) -> dict[str, Any]:
    case = measure.case
    return {
        "case": case,
        "official": case.official,
        "measure": measure,
        "is_vigilance": measure.kind in VIGILANCE_KINDS,
        "today": _today(case),
        "zone": case.departement.time_zone,
    }


@access(PROPOSE_MEASURE)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, reference: str, evaluation: UUID) -> HttpResponse:
    found = get_evaluation_for(request, reference, evaluation, act=PROPOSE_MEASURE)
    case = found.case
    if found.state != EvaluationState.VALIDATED:
        messages.error(request, "Les mesures se proposent à partir d'une évaluation validée.")
        return redirect("cases:detail", reference=reference)
    form = _propose_form(request, found)
    actor = actor_from(request, permission=PROPOSE_MEASURE, over=case)
    made = attempt(
        form,
        lambda: propose_measures(
            evaluation=found,
            proposals=form.proposals,
            submission=form.cleaned_data["submission"],
            user=request.user,
            actor=actor,
        ),
    )
    if made:
        count = len(made)
        messages.success(request, "La mesure est proposée." if count == 1 else f"{count} mesures sont proposées.")
        return redirect(f"{reverse('cases:detail', args=[reference])}#mesures")
    journal_reading(request, case, what="proposition de mesures")
    context = {
        "case": case,
        "official": case.official,
        "evaluation": found,
        "form": form,
        "suggests_call_button": "call_button" in found.suggested_measures,
    }
    return render(request, "cases/measures/propose.html", context, status=422 if form.errors else 200)


def _propose_form(request: HttpRequest, evaluation: Evaluation) -> ProposeForm:
    case = evaluation.case
    today = _today(case)
    known = {(m.kind) for m in case.measures.unsettled()}
    return ProposeForm(
        submitted(request),
        # What is already proposed or in force is not ticked a second time.
        suggested=[kind for kind in evaluation.suggested_measures if kind not in known],
        people=possible_owners(case),
        household=case.official.protected_persons.all(),
        rules=current_rules(on=today),
        owner=request.user,
        today=today,
    )


def _act(
    request: HttpRequest,
    measure: ProtectiveMeasure,
    form: PortalForm,
    do: Callable[[], Any],
    *,
    title: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """One act on one page: done, or the form again with what was typed and why not."""
    case = measure.case
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except Conflict as conflict:
            if isinstance(form, OptimisticLockForm):
                stored = {name: value for name, value in conflict.stored.items() if name in form.fields}
                form.show_conflict(
                    who=conflict.who,
                    at=conflict.at,
                    version=conflict.version,
                    stored=stored,
                    zone=case.departement.time_zone,
                )
        except ActRefused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, done)
            return redirect("cases:measure", reference=case.reference, measure=measure.pk)
    journal_reading(request, case, what="lecture d'une mesure de protection")
    failed = bool(form.errors or getattr(form, "conflict", None))
    context = _context(measure) | {"form": form, "title": title, "intro": intro}
    return render(request, "cases/measures/act.html", context, status=422 if failed else 200)


def _signed(request: HttpRequest, permission: Permission, case: Case) -> dict[str, Any]:
    return {"user": request.user, "actor": actor_from(request, permission=permission, over=case)}


@access(DECIDE_MEASURE)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    found = get_measure_for(request, reference, measure, act=DECIDE_MEASURE)
    form = DecideForm(submitted(request), measure=found, people=possible_owners(found.case))
    signed = _signed(request, DECIDE_MEASURE, found.case)

    def act() -> None:
        data = form.cleaned_data
        decide_measure(
            measure=found, version=data["version"], owner=data["owner"], review_on=data["review_on"], **signed
        )

    return _act(request, found, form, act, title="Décider la mesure", done="La mesure est décidée.")


@access(DECIDE_MEASURE)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    found = get_measure_for(request, reference, measure, act=DECIDE_MEASURE)
    form = RefuseMeasureForm(submitted(request), measure=found, people=[])
    signed = _signed(request, DECIDE_MEASURE, found.case)

    def act() -> None:
        data = form.cleaned_data
        refuse_measure(measure=found, version=data["version"], reason=data["reason"], **signed)

    return _act(request, found, form, act, title="Refuser la mesure", done="La mesure est refusée.")


@access(FOLLOW_MEASURE)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    """In force: by a first day, or by the instruction given to units when it is a vigilance."""
    found = get_measure_for(request, reference, measure, act=FOLLOW_MEASURE)
    if found.kind in VIGILANCE_KINDS:
        return _instruct(request, found)
    form = StartForm(submitted(request), measure=found, people=[], initial={"start": _today(found.case)})
    signed = _signed(request, FOLLOW_MEASURE, found.case)

    def act() -> None:
        data = form.cleaned_data
        start_measure(
            measure=found,
            version=data["version"],
            start=data["start"],
            end=form.end,
            review_on=data["review_on"],
            **signed,
        )

    return _act(request, found, form, act, title="Mettre la mesure en vigueur", done="La mesure est en vigueur.")


def _units_to_address(case: Case) -> tuple[list[Unit], Any]:
    """The unit of the file first, then those competent over the commune of the mandate; and that commune."""
    commune = next((mandate.commune for mandate in current_mandates(case.official) if mandate.commune_id), None)
    units = {case.unit_id: case.unit}
    if commune is not None:
        units |= {unit.pk: unit for unit in units_for_commune(commune)}
    competent = set(units)
    others = type(case.unit).objects.active().filter(departement_id=case.departement_id).order_by("name", "pk")
    units |= {unit.pk: unit for unit in others[:60] if unit.pk not in competent}
    return list(units.values()), (commune, competent)


def _instruct(request: HttpRequest, measure: ProtectiveMeasure) -> HttpResponse:
    case = measure.case
    units, (commune, competent) = _units_to_address(case)
    today = _today(case)
    initial = {
        "commune": commune,
        "address": measure.place or "",
        "start_date": today,
        "end_date": today + timedelta(days=7),
        "units": [str(pk) for pk in competent],
    }
    form = InstructionForm(submitted(request), measure=measure, people=[], units=units, initial=initial)
    signed = _signed(request, FOLLOW_MEASURE, case)

    def act() -> None:
        give_vigilance_order(measure=measure, version=form.cleaned_data["version"], instruction=form.order, **signed)

    return _act(
        request,
        measure,
        form,
        act,
        title="Donner la consigne aux unités",
        done="La consigne est donnée : chaque unité doit en accuser réception.",
        intro="Les unités que vous choisissez liront l'adresse, les heures et la consigne. Elles ne verront pas le"
        " dossier.",
    )


@access(FOLLOW_MEASURE)
@require_http_methods(["GET", "POST"])
def execute(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    found = get_measure_for(request, reference, measure, act=FOLLOW_MEASURE)
    form = ExecutionForm(submitted(request))
    signed = _signed(request, FOLLOW_MEASURE, found.case)

    def act() -> None:
        data = form.cleaned_data
        note_execution(measure=found, text=data["text"], submission=data["submission"], **signed)

    return _act(request, found, form, act, title="Noter une exécution", done="L'exécution est notée.")


@access(FOLLOW_MEASURE)
@require_http_methods(["GET", "POST"])
def reassign(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    found = get_measure_for(request, reference, measure, act=FOLLOW_MEASURE)
    form = ReassignForm(submitted(request), measure=found, people=possible_owners(found.case))
    signed = _signed(request, FOLLOW_MEASURE, found.case)

    def act() -> None:
        data = form.cleaned_data
        reassign_measure(measure=found, version=data["version"], owner=data["owner"], **signed)

    return _act(
        request, found, form, act, title="Changer la personne responsable", done="La personne responsable est prévenue."
    )


@access(FOLLOW_MEASURE)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    found = get_measure_for(request, reference, measure, act=FOLLOW_MEASURE)
    form = ReviewForm(submitted(request), measure=found, people=[])
    signed = _signed(request, FOLLOW_MEASURE, found.case)

    def act() -> None:
        data = form.cleaned_data
        review_measure(
            measure=found,
            version=data["version"],
            review_on=data["review_on"],
            reason=data["reason"],
            submission=data["submission"],
            **signed,
        )

    return _act(request, found, form, act, title="Faire le point", done="Le point est fait : la mesure continue.")


@access(FOLLOW_MEASURE)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, reference: str, measure: UUID) -> HttpResponse:
    found = get_measure_for(request, reference, measure, act=FOLLOW_MEASURE)
    form = EndForm(
        submitted(request), measure=found, people=possible_owners(found.case), initial={"caller": request.user}
    )
    signed = _signed(request, FOLLOW_MEASURE, found.case)

    def act() -> None:
        end_measure(measure=found, version=form.cleaned_data["version"], review=form.review, **signed)

    return _act(
        request,
        found,
        form,
        act,
        title="Terminer la mesure",
        done="La mesure est terminée. Un rappel est prévu dans 30 jours.",
        intro="Une mesure ne s'arrête pas sans bilan : ces réponses serviront si le danger revient.",
    )
