"""The grid, edited by CALAE: versions, a draft, its questions, its publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from cases.enums import GridState, Level, MeasureKind
from cases.forms import (
    EvaluationForm,
    GridQuestionForm,
    GridSettingsForm,
    PublishForm,
    ReplayForm,
    question_values,
    settings_values,
)
from cases.models import Evaluation, GridVersion
from cases.permissions import EDIT_GRID
from cases.selectors.grids import ReplayFigures, grid_draft, grid_versions, grid_warnings, questions_by_section
from cases.services import (
    ActRefused,
    Conflict,
    add_grid_question,
    create_grid_draft,
    discard_grid_draft,
    edit_grid_question,
    edit_grid_settings,
    move_grid_question,
    publish_grid,
    remove_grid_question,
    request_replay,
)
from core.acts import attempt
from core.forms import submitted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from core.forms import OptimisticLockForm


def _grid_or_404(number: int, *, draft: bool = False) -> GridVersion:
    grid = GridVersion.objects.filter(number=number).first()
    if grid is None or (draft and grid.state != GridState.DRAFT):
        raise Http404
    return grid


def _signed(request: HttpRequest) -> dict[str, Any]:
    return {"user": request.user, "actor": actor_from(request, permission=EDIT_GRID)}


@access(EDIT_GRID)
@require_GET
def grids(request: HttpRequest) -> HttpResponse:
    context = {"grids": grid_versions(), "draft": grid_draft()}
    return render(request, "cases/grids/list.html", context)


@access(EDIT_GRID)
@require_POST
def grid_create(request: HttpRequest) -> HttpResponse:
    try:
        draft = create_grid_draft(**_signed(request))
    except ActRefused as error:
        messages.error(request, str(error))
        return redirect("cases:grids")
    messages.success(request, "Le brouillon est créé : c'est une copie de la version publiée.")
    return redirect("cases:grid", number=draft.number)


@access(EDIT_GRID)
@require_GET
def grid(request: HttpRequest, number: int) -> HttpResponse:
    """A version, question by question; the draft with what edits it."""
    found = _grid_or_404(number)
    questions = list(found.questions.order_by("position"))
    labels = dict(MeasureKind.choices)
    for question in questions:
        question.measure_labels = [labels[kind] for kind in question.measures]
    context = {
        "grid": found,
        "is_draft": found.state == GridState.DRAFT,
        "sections": questions_by_section(questions),
        "warnings": grid_warnings(found, questions) if found.state == GridState.DRAFT else [],
        "replay_form": ReplayForm(),
        "replays": found.replays.order_by("-requested_at")[:5],
    }
    return render(request, "cases/grids/detail.html", context)


@access(EDIT_GRID)
@require_GET
def grid_preview(request: HttpRequest, number: int) -> HttpResponse:
    """The grid as a référent will see it, answering nothing."""
    found = _grid_or_404(number)
    form = EvaluationForm(evaluation=Evaluation(grid=found))
    sections: dict[str, list[Any]] = {}
    for question in found.questions.order_by("position"):
        field = form.fields[f"q_{question.code}"]
        field.disabled = True
        sections.setdefault(question.section, []).append(form[f"q_{question.code}"])
    return render(request, "cases/grids/preview.html", {"grid": found, "sections": sections.items()})


def _edited(
    request: HttpRequest, form: OptimisticLockForm, act: Callable[[], object], stored: Callable[[], dict[str, Any]]
) -> bool:
    """True when it was saved; otherwise the form says why, and keeps what was typed."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except Conflict as conflict:
        form.show_conflict(who=conflict.who, at=conflict.at, version=conflict.version, stored=stored())
        return False
    except ActRefused as error:
        form.add_error(error.field, str(error))
        return False
    return True


@access(EDIT_GRID)
@require_http_methods(["GET", "POST"])
def grid_settings(request: HttpRequest, number: int) -> HttpResponse:
    draft = _grid_or_404(number, draft=True)
    form = GridSettingsForm(submitted(request), initial=settings_values(draft) | {"version": draft.version})
    saved = _edited(
        request,
        form,
        lambda: edit_grid_settings(
            number=number, version=form.cleaned_data["version"], values=form.values, **_signed(request)
        ),
        lambda: settings_values(GridVersion.objects.get(pk=draft.pk)),
    )
    if saved:
        messages.success(request, "Les réglages du brouillon sont enregistrés.")
        return redirect("cases:grid", number=number)
    return _form_page(request, draft, form, "Réglages de la grille")


def _form_page(request: HttpRequest, draft: GridVersion, form: Any, title: str, **more: Any) -> HttpResponse:
    context = {"grid": draft, "form": form, "title": title, "warnings": [], "question": None} | more
    return render(request, "cases/grids/form.html", context, status=422 if form.errors else 200)


def _themes(draft: GridVersion) -> list[str]:
    return [title for title, _ in questions_by_section(draft.questions.order_by("position"))]


@access(EDIT_GRID)
@require_http_methods(["GET", "POST"])
def grid_add(request: HttpRequest, number: int) -> HttpResponse:
    draft = _grid_or_404(number, draft=True)
    form = GridQuestionForm(submitted(request), themes=_themes(draft), initial={"version": 0})
    added = attempt(form, lambda: add_grid_question(number=number, values=form.values, **_signed(request)))
    if added:
        messages.success(request, "La question est ajoutée à la fin de son thème.")
        return redirect("cases:grid", number=number)
    return _form_page(request, draft, form, "Ajouter une question")


@access(EDIT_GRID)
@require_http_methods(["GET", "POST"])
def grid_question(request: HttpRequest, number: int, code: str) -> HttpResponse:
    draft = _grid_or_404(number, draft=True)
    question = draft.questions.filter(code=code).first()
    if question is None:
        raise Http404
    initial = question_values(question) | {"version": question.version}
    form = GridQuestionForm(submitted(request), themes=_themes(draft), initial=initial)
    saved = _edited(
        request,
        form,
        lambda: edit_grid_question(
            number=number, code=code, version=form.cleaned_data["version"], values=form.values, **_signed(request)
        ),
        lambda: question_values(draft.questions.get(code=code)),
    )
    if saved:
        messages.success(request, "La question est enregistrée dans le brouillon.")
        return redirect("cases:grid", number=number)
    return _form_page(request, draft, form, "Modifier une question", question=question)


def _act(request: HttpRequest, number: int, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("cases:grid", number=number)


@access(EDIT_GRID)
@require_POST
def grid_remove(request: HttpRequest, number: int, code: str) -> HttpResponse:
    _grid_or_404(number, draft=True)
    signed = _signed(request)
    return _act(
        request,
        number,
        lambda: remove_grid_question(number=number, code=code, **signed),
        "La question est retirée du brouillon. Les versions publiées la gardent.",
    )


@access(EDIT_GRID)
@require_POST
def grid_move(request: HttpRequest, number: int, code: str) -> HttpResponse:
    _grid_or_404(number, draft=True)
    signed, read = _signed(request), request.POST.get("position", "")
    position = int(read) if read.isdecimal() and len(read) < 6 else 0
    up = request.POST.get("direction") == "up"
    return _act(
        request,
        number,
        lambda: move_grid_question(number=number, code=code, position=position, up=up, **signed),
        "L'ordre des questions est enregistré.",
    )


@access(EDIT_GRID)
@require_http_methods(["GET", "POST"])
def grid_publish(request: HttpRequest, number: int) -> HttpResponse:
    draft = _grid_or_404(number, draft=True)
    form = PublishForm(submitted(request), initial={"revision": draft.revision, "note": draft.change_note})
    published = attempt(
        form,
        lambda: publish_grid(
            number=number,
            revision=form.cleaned_data["revision"],
            note=form.cleaned_data["note"],
            **_signed(request),
        ),
    )
    if published:
        messages.success(request, f"La version {number} est publiée : les prochaines évaluations l'utilisent.")
        return redirect("cases:grid", number=number)
    context = {
        "grid": draft,
        "form": form,
        "title": "Publier la grille",
        "question": None,
        "warnings": grid_warnings(draft, list(draft.questions.all())),
    }
    return render(request, "cases/grids/form.html", context, status=422 if form.errors else 200)


@access(EDIT_GRID)
@require_POST
def grid_discard(request: HttpRequest, number: int) -> HttpResponse:
    _grid_or_404(number, draft=True)
    try:
        discard_grid_draft(number=number, **_signed(request))
    except ActRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Le brouillon est abandonné.")
    return redirect("cases:grids")


@access(EDIT_GRID)
@require_POST
def grid_replay(request: HttpRequest, number: int) -> HttpResponse:
    draft = _grid_or_404(number, draft=True)
    form = ReplayForm(request.POST)
    replay = attempt(form, lambda: request_replay(grid=draft, months=form.cleaned_data["months"], **_signed(request)))
    if replay:
        return redirect("cases:grid_replay_result", number=number, replay=replay.pk)
    return _form_page(request, draft, form, "Rejouer le brouillon")


@access(EDIT_GRID)
@require_GET
def grid_replay_result(request: HttpRequest, number: int, replay: UUID) -> HttpResponse:
    """What the draft would have changed; the same fragment is asked again while it is being computed."""
    found = _grid_or_404(number)
    row = found.replays.select_related("requested_by").filter(pk=replay).first()
    if row is None:
        raise Http404
    figures = ReplayFigures(row)
    texts = dict(found.questions.values_list("code", "text"))
    context = {
        "grid": found,
        "replay": row,
        "figures": figures,
        "levels": [level.label for level in Level],
        "is_stale": row.state == "done" and row.revision != found.revision,
        "missing": [(texts[code], count) for code, count in figures.missing.items() if code in texts],
    }
    name = "cases/grids/_replay.html" if request.headers.get("HX-Request") else "cases/grids/replay.html"
    return render(request, name, context)
