"""Home pages: for each role, what to do now, the oldest clock first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.enums import Role
from accounts.gate import access
from accounts.permissions import MANAGE_PLATFORM, SIGNED_IN, has_permission
from calae_portal.centre_17 import supervision_sections
from calae_portal.household import show_space
from calae_portal.situation import show_situation
from calae_portal.supervision import platform_section
from call_buttons.permissions import ACT_ON_REQUEST, ADVISE_REQUEST, DECIDE_REQUEST, SEE_STOCK, VIEW_CALL_BUTTON
from call_buttons.selectors import (
    HOME_LIMIT,
    grants_to_renew,
    patience,
    pressing_among,
    renewals_behind_glass,
    requests_behind_glass,
    requests_to_advise,
    requests_to_decide,
)
from call_buttons.selectors.devices import stock_alerts
from cases.enums import Level
from cases.permissions import EVALUATE, FOLLOW_EVALUATIONS, LOG_THREAT, VALIDATE_EVALUATION, VIEW_CASE
from cases.selectors import (
    drafts_of,
    evaluations_to_do,
    evaluations_to_validate,
    late_evaluations,
    late_tasks,
    waiting_counts,
)
from cases.selectors.follow_up import recent_rate
from core import clock
from core.todo import TodoItem, todo_section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from call_buttons.models import CallButtonGrant, CallButtonRequest
    from cases.models import CaseTask, Evaluation, ThreatDraft
    from cases.selectors.follow_up import FollowUp
    from core.todo import TodoSection


@access(SIGNED_IN)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    roles = {posting.role for posting in user.active_postings}
    if roles == {Role.OFFICIAL}:
        return show_situation(request)
    if roles == {Role.PROTECTED_PERSON}:
        return show_space(request)
    if roles == {Role.OPERATOR_17}:
        # Somebody is on the telephone: nothing stands before the search.
        return redirect("alarm_registry:search")
    if roles == {Role.PSYCHOLOGIST}:
        return redirect("support:space")
    action = {"label": "Nouveau signalement", "url": reverse("cases:new")} if has_permission(user, LOG_THREAT) else None
    terms = _Terms.of(user)
    context = {
        "title": "À faire maintenant",
        "subtitle": "Ce qui attend depuis le plus longtemps est en haut de chaque liste.",
        "sections": [*supervision_sections(user), *_sections(user, terms)],
        "action": action,
        "follow_up": _follow_up(user),
        "terms": terms,
        "alerts": stock_alerts(user=user) if has_permission(user, SEE_STOCK) else [],
    }
    return render(request, "home.html", context)


@dataclass(frozen=True)
class _Terms:
    """The terms that end first or ended, read once for the list and for the banner of the prefecture."""

    shown: list[CallButtonGrant]
    hidden: list[CallButtonGrant]
    # On their last useful day or past it, with nothing decided: for those who can still decide or prepare it.
    pressing: int

    @classmethod
    def of(cls, user: User) -> _Terms | None:
        if not has_permission(user, VIEW_CALL_BUTTON):
            return None
        shown = list(grants_to_renew(user=user)[: HOME_LIMIT + 1])
        hidden = renewals_behind_glass(user=user)
        pressing = pressing_among([*shown, *hidden]) if has_permission(user, ACT_ON_REQUEST) else []
        return cls(shown, hidden, len(pressing))

    @property
    def pressing_words(self) -> str:
        more = " ou plus" if self.pressing >= HOME_LIMIT else ""
        return f"{self.pressing}{more} {'protections' if self.pressing > 1 else 'protection'}"


def _follow_up(user: User) -> FollowUp | None:
    """Evaluations of the last thirty days, in one line."""
    if not has_permission(user, FOLLOW_EVALUATIONS):
        return None
    now = clock.now()
    return recent_rate(user=user, start=now - timedelta(days=30), end=now)


def _sections(user: User, terms: _Terms | None) -> Iterable[TodoSection]:
    hidden = requests_behind_glass(user=user) if has_permission(user, ACT_ON_REQUEST) else []
    if has_permission(user, DECIDE_REQUEST):
        yield _requests(
            "Demandes à décider", requests_to_decide(user=user), "Aucune demande n'attend votre décision.", hidden
        )
    if has_permission(user, ADVISE_REQUEST):
        yield _requests("Avis à donner", requests_to_advise(user=user), "Aucune demande n'attend votre avis.", hidden)
    if has_permission(user, VALIDATE_EVALUATION):
        yield _evaluations(
            "Évaluations à valider", evaluations_to_validate(user=user), "Aucune évaluation n'attend votre validation."
        )
    if has_permission(user, LOG_THREAT) and (drafts := drafts_of(user=user, limit=HOME_LIMIT)):
        yield _drafts(drafts)
    if has_permission(user, EVALUATE):
        yield _evaluations(
            "Évaluations à faire", evaluations_to_do(user=user), "Toutes les menaces de votre unité sont évaluées."
        )
    if terms is not None:
        yield _renewals(terms)
    if has_permission(user, VIEW_CASE) and not has_permission(user, EVALUATE):
        yield _evaluations(
            "Évaluations en retard", late_evaluations(user=user), "Aucune évaluation n'est en retard.", late=True
        )
    # The menu counts them anyway: nothing waits, nothing is late.
    if has_permission(user, VIEW_CASE) and waiting_counts(user)[0] and (tasks := late_tasks(user=user)):
        yield _late_tasks(tasks)
    if has_permission(user, MANAGE_PLATFORM):
        yield platform_section()


def _late_tasks(tasks: list[CaseTask]) -> TodoSection:
    return todo_section(
        title="Autres tâches en retard",
        items=[
            TodoItem(
                what=task.title,
                about=f"{task.case.official}, {task.case.reference}, {task.unit}",
                url=task.path,
                due=task.due_at,
                zone=task.departement.time_zone,
            )
            for task in tasks[:HOME_LIMIT]
        ],
        more_url=f"{reverse('tasks:list')}?liste=retard" if len(tasks) > HOME_LIMIT else "",
    )


def _evaluations(title: str, evaluations: list[Evaluation], empty: str, *, late: bool = False) -> TodoSection:
    state = "late" if late else "unevaluated"
    return todo_section(
        title=title,
        items=[
            TodoItem(
                what=f"{evaluation.get_state_display().capitalize()} : {evaluation.threat.get_nature_display()}",
                about=f"{evaluation.case.official}, {evaluation.case.reference}, {evaluation.case.unit}",
                url=reverse("cases:evaluation", args=[evaluation.case.reference, evaluation.pk]),
                due=evaluation.due_at,
                zone=evaluation.case.departement.time_zone,
            )
            for evaluation in evaluations[:HOME_LIMIT]
        ],
        empty_text=empty,
        more_url=f"{reverse('cases:list')}?state={state}" if len(evaluations) > HOME_LIMIT else "",
    )


def _drafts(drafts: list[ThreatDraft]) -> TodoSection:
    return todo_section(
        title="Brouillons à terminer",
        items=[
            TodoItem(
                what=f"Signalement à terminer : {draft.official}",
                about=draft.case.reference if draft.case else "nouveau dossier",
                url=f"{reverse('cases:new')}#brouillons",
                since=draft.updated_at,
            )
            for draft in drafts
        ],
        empty_text="",
    )


def _requests(
    title: str, requests: list[CallButtonRequest], empty: str, hidden: list[CallButtonRequest]
) -> TodoSection:
    delay = patience()
    return todo_section(
        title=title,
        items=[
            *(
                TodoItem(
                    what="1 demande dans un dossier à accès restreint : demandez l'accès",
                    about=request.case.reference,
                    url=reverse("cases:break_glass", args=[request.case.reference]),
                    since=request.requested_at,
                    patience=delay,
                    zone=request.departement.time_zone,
                )
                for request in hidden[:HOME_LIMIT]
            ),
            *(
                TodoItem(
                    what=f"Bouton d'appel : {request.official}",
                    about=f"{'Renouvellement' if request.is_renewal else 'Première demande'}, {request.case.reference}"
                    f", danger {Level(request.level).label}, avis {request.get_opinion_display() or 'à donner'}",
                    url=reverse("call_buttons:request", args=[request.pk]),
                    since=request.requested_at,
                    patience=delay,
                    zone=request.departement.time_zone,
                )
                for request in requests[:HOME_LIMIT]
            ),
        ],
        empty_text=empty,
        more_url=reverse("call_buttons:queue") if len(requests) > HOME_LIMIT else "",
    )


def _renewal_words(grant: CallButtonGrant) -> str:
    return "Protection échue" if grant.end <= grant.local_today else "Dernier jour protégé"


def _renewals(terms: _Terms) -> TodoSection:
    grants = terms.shown
    return todo_section(
        title="Boutons d'appel à renouveler",
        items=[
            # A protection does not end in silence because its file is restricted: no name, but a term and a way in.
            *(
                TodoItem(
                    what="1 échéance dans un dossier à accès restreint : demandez l'accès",
                    about=grant.case.reference,
                    url=reverse("cases:break_glass", args=[grant.case.reference]),
                    due=grant.last_day,
                    zone=grant.departement.time_zone,
                )
                for grant in terms.hidden[:HOME_LIMIT]
            ),
            *(
                TodoItem(
                    what=f"{_renewal_words(grant)} : {grant.official}",
                    about=f"{grant.case.reference}, {grant.unit}",
                    url=reverse("call_buttons:request", args=[grant.request_id]),
                    due=grant.last_day,
                    zone=grant.departement.time_zone,
                )
                for grant in grants[:HOME_LIMIT]
            ),
        ],
        empty_text="Aucun bouton d'appel n'arrive à échéance dans les 30 jours.",
        more_url=reverse("call_buttons:queue") if len(grants) > HOME_LIMIT else "",
    )
