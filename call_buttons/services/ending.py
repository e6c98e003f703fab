"""The end of a protection is prepared, then a decision-maker takes note of it: ending at its term is then decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from call_buttons.models import CallButtonEndAcceptance, CallButtonEndPlan, CallButtonGrant
from call_buttons.selectors import pending_renewals
from call_buttons.selectors.ending import latest_plan, possible_callers, wrote_end
from call_buttons.services.errors import ActRefused
from call_buttons.services.notices import announce_end
from cases.enums import EventKind, TaskKind
from cases.services import add_event, lock_case, notify_over, open_task
from core import clock
from core.wording import day_words

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from core.journal import Actor

PREPARED_WITHIN = timedelta(days=30)
CALL_AFTER = timedelta(days=30)
CALL_TASK = "Appeler la personne, 30 jours après la fin de la mesure"


@dataclass(frozen=True)
class EndAnswers:
    """The five answers, the last one in two parts. Any may still be missing."""

    danger: str = ""
    replacement: str = ""
    comeback: str = ""
    caller: User | None = None
    device_return: str = ""
    person_told: bool | None = None


class EndChanged(Exception):
    """Somebody else saved another version meanwhile: `plan`. The form shows both and loses nothing."""

    def __init__(self, plan: CallButtonEndPlan) -> None:
        super().__init__(f"version {plan.version} was saved meanwhile")
        self.plan = plan


def end_opens_on(grant: CallButtonGrant) -> date:
    """The first day on which the end is prepared."""
    return grant.last_day - PREPARED_WITHIN


def call_after(grant: CallButtonGrant) -> date:
    """The day by which the person is called, once the protection has ended."""
    return grant.last_day + CALL_AFTER


@transaction.atomic
def save_end_plan(
    *, grant: CallButtonGrant, version: int, answers: EndAnswers, user: User, actor: Actor
) -> CallButtonEndPlan:
    """Keep the answers as they are typed, complete or not, as one more version. `version` is the one that was read.

    Raises EndChanged when it is no longer the last one, ActRefused when the end is taken note of already, more than
    thirty days away, made void by a renewal, or when the caller is not a référent of the unit.
    """
    lock_case(grant.case_id)
    check_end_open(grant)
    latest = latest_plan(grant)
    if (latest.version if latest else 0) != version and latest is not None:
        raise EndChanged(latest)
    if answers.caller is not None and answers.caller not in possible_callers(grant):
        raise ActRefused("Cette personne n'est pas, ou plus, référente de l'unité.", field="caller")
    plan = CallButtonEndPlan.objects.create(
        grant=grant,
        version=(latest.version if latest else 0) + 1,
        danger=answers.danger.strip(),
        replacement=answers.replacement.strip(),
        comeback=answers.comeback.strip(),
        caller=answers.caller,
        device_return=answers.device_return.strip(),
        person_told=answers.person_told,
        written_by=user,
        written_at=clock.now(),
    )
    add_event(
        case=grant.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence="Fin du bouton d'appel préparée : un décideur peut en prendre acte."
        if plan.is_complete
        else "Fin du bouton d'appel : réponses enregistrées, à compléter.",
        user=user,
        actor=actor,
    )
    if plan.is_complete:
        notify_over(
            case=grant.case.holder,
            roles=[Role.DECIDER],
            text="une fin de mesure est préparée, prenez-en acte",
            path=_path(grant),
            dedupe_key=f"end_plan:{grant.pk}",
        )
    return plan


@transaction.atomic
def accept_end(*, grant: CallButtonGrant, version: int, user: User, actor: Actor) -> CallButtonEndAcceptance:
    """Take note that the protection ends at its term, on the version that was read. Nothing is « échu » then.

    Raises ActRefused when it is done already, when another version was saved since, when an answer is missing, when
    `user` wrote one of the versions, or when a renewal is asked for or granted.
    """
    lock_case(grant.case_id)
    _check_not_settled(grant)
    plan = latest_plan(grant)
    if plan is None or not plan.is_complete:
        raise ActRefused("Les cinq réponses sont nécessaires avant de prendre acte de la fin.")
    if plan.version != version:
        raise ActRefused("La fin préparée a changé depuis votre lecture : relisez-la, puis prenez-en acte.")
    if wrote_end(user=user, grant=grant):
        raise ActRefused("Vous avez préparé cette fin : une autre personne en prend acte.")
    if pending_renewals([grant]):
        raise ActRefused("Un renouvellement est demandé : décidez-en d'abord.")
    acceptance = CallButtonEndAcceptance.objects.create(grant=grant, plan=plan, by=user, at=clock.now())
    open_task(
        case=grant.case.holder,
        kind=TaskKind.EXIT_CALL,
        title=CALL_TASK,
        role=Role.REFERENT,
        due_at=datetime.combine(call_after(grant), time(23, 59), tzinfo=grant.departement.zone),
        path=_path(grant),
        dedupe_key=f"end_call:{grant.pk}",
        assignee=plan.caller,
    )
    add_event(
        case=grant.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Fin du bouton d'appel actée : la protection prend fin le {day_words(grant.last_day)} au soir.",
        user=user,
        actor=actor,
    )
    announce_end(acceptance=acceptance, request=grant.request)
    return acceptance


def check_end_open(grant: CallButtonGrant) -> None:
    """Raises ActRefused when the end is not to be prepared: taken note of, made void by a renewal, or too far."""
    _check_not_settled(grant)
    if clock.today(grant.departement.time_zone) < end_opens_on(grant):
        raise ActRefused(f"La fin de cette mesure se prépare à partir du {day_words(end_opens_on(grant))}.")


def _check_not_settled(grant: CallButtonGrant) -> None:
    if CallButtonEndAcceptance.objects.filter(grant=grant).exists():
        raise ActRefused("Un décideur a pris acte de cette fin : elle ne change plus.")
    if CallButtonGrant.objects.filter(previous=grant).exists():
        raise ActRefused("Cette mesure est renouvelée ou prolongée : sa fin n'est plus à préparer.")


def _path(grant: CallButtonGrant) -> str:
    return reverse("call_buttons:request", args=[grant.request_id]) + "#fin"
