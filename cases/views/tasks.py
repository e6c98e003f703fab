from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.enums import Role
from accounts.gate import access, fetch_scoped, journal_reading, refuse
from accounts.selectors import people_by_role_over
from cases.enums import TICKED_BY_HAND
from cases.forms import AssignForm, OutcomeForm, TaskForm
from cases.forms.tasks import TASK_ROLES
from cases.models import CaseTask
from cases.permissions import ADD_TASK, VIEW_CASE
from cases.selectors import colleagues_for, for_task_list, may_act_on, task_permission, tasks_for_list
from cases.services import add_task, assign_task, complete_task
from cases.views.fetching import get_case_for
from cases.views.fetching import journal_reading as journal_case_reading
from core import clock
from core.acts import attempt
from core.forms import submitted
from core.pagination import paginate_keyset

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

TABS = (
    ("a-moi", "À moi", "Aucune tâche ne vous attend."),
    ("retard", "En retard", "Aucune de vos tâches n'est en retard."),
    ("7-jours", "Dans les 7 jours", "Aucune de vos tâches n'est à faire dans les 7 jours."),
    ("toutes", "Toutes", "Aucune tâche n'attend dans vos dossiers."),
)


class MyTasksView(TemplateView):
    """What waits for me, by name or by role; then what waits in all my files."""

    access = VIEW_CASE
    template_name = "cases/tasks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("liste", "")
        which = asked if asked in {key for key, _, _ in TABS} else "a-moi"
        tasks = tasks_for_list(user=self.request.user, which=which)
        page = paginate_keyset(tasks, order=("due_at", "pk"), cursor=self.request.GET.get("cursor"))
        return super().get_context_data(
            page=page,
            tabs=TABS,
            which=which,
            empty_text=next(text for key, _, text in TABS if key == which),
            now=clock.now(),
            **kwargs,
        )


def _get_task(request: HttpRequest, task: UUID, *, act: bool = False) -> CaseTask:
    """The task, 404 outside my scope; to act, 403 for who neither holds its role there nor heads the unit."""
    found: CaseTask = fetch_scoped(request, for_task_list(CaseTask.objects.all()), see=VIEW_CASE, pk=task)
    if act and not may_act_on(request.user, found):
        raise refuse(request, task_permission(found), object_type="cases.casetask", object_id=str(found.pk))
    return found


def _assign_form(task: CaseTask, data: object = None) -> AssignForm:
    initial = {"seen": task.assignee_id, "who": str(task.assignee_id or "")}
    return AssignForm(
        data, people=colleagues_for(task), role_label=task.get_role_display(), initial=initial, auto_id="assign_%s"
    )


def _page(
    request: HttpRequest,
    task: CaseTask,
    *,
    outcome_form: OutcomeForm | None = None,
    assign_form: AssignForm | None = None,
    status: int = 200,
) -> HttpResponse:
    journal_reading(request, task, see=VIEW_CASE, label=task.case.reference, what="lecture d'une tâche")
    may_act = task.done_at is None and may_act_on(request.user, task)
    context = {
        "task": task,
        "zone": task.departement.time_zone,
        "now": clock.now(),
        "may_act": may_act,
        "by_hand": task.kind in TICKED_BY_HAND,
        "outcome_form": outcome_form or OutcomeForm(auto_id="done_%s"),
        "assign_form": assign_form or (_assign_form(task) if may_act else None),
    }
    return render(request, "cases/task.html", context, status=status)


@access(VIEW_CASE)
@require_GET
def task_page(request: HttpRequest, task: UUID) -> HttpResponse:
    return _page(request, _get_task(request, task))


@access(VIEW_CASE)
@require_POST
def done(request: HttpRequest, task: UUID) -> HttpResponse:
    found = _get_task(request, task, act=True)
    form = OutcomeForm(request.POST, auto_id="done_%s")
    actor = actor_from(request, permission=task_permission(found), over=found)
    if attempt(
        form,
        lambda: complete_task(task=found, outcome=form.cleaned_data["outcome"], user=request.user, actor=actor),
    ):
        messages.success(request, "La tâche est faite.")
        return redirect("tasks:list")
    return _page(request, _get_task(request, task), outcome_form=form, status=422)


@access(VIEW_CASE)
@require_POST
def assign(request: HttpRequest, task: UUID) -> HttpResponse:
    """To a colleague or back to everybody; « me » is the one-press button of the list."""
    found = _get_task(request, task, act=True)
    data = request.POST.copy()
    if data.get("who") == "me":
        data["who"] = str(request.user.pk)
    form = _assign_form(found, data)
    actor = actor_from(request, permission=task_permission(found), over=found)
    if attempt(
        form,
        lambda: assign_task(
            task=found,
            to=form.people.get(form.cleaned_data["who"]),
            seen_assignee=form.cleaned_data["seen"],
            user=request.user,
            actor=actor,
        ),
    ):
        messages.success(request, "La tâche est confiée.")
        return redirect("tasks:list")
    found = _get_task(request, task)
    form.data = form.data.copy()
    form.data["seen"] = str(found.assignee_id or "")
    return _page(request, found, assign_form=form, status=422)


@access(ADD_TASK)
@require_http_methods(["GET", "POST"])
def new_task(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=ADD_TASK)
    people = [(person, Role(role)) for person, role in people_by_role_over(case.unit, TASK_ROLES)]
    form = TaskForm(submitted(request), people=people)
    actor = actor_from(request, permission=ADD_TASK, over=case)

    def make() -> CaseTask:
        role, person = form.chosen
        return add_task(
            case=case,
            title=form.cleaned_data["title"],
            due_on=form.cleaned_data["due_on"],
            role=role,
            assignee=person,
            submission=form.cleaned_data["submission"],
            user=request.user,
            actor=actor,
        )

    if attempt(form, make):
        messages.success(request, "La tâche est ajoutée.")
        return redirect("cases:detail", reference=reference)
    journal_case_reading(request, case, what="ajout d'une tâche")
    context = {"case": case, "form": form, "title": "Ajouter une tâche"}
    return render(request, "cases/reason.html", context, status=422 if form.errors else 200)
