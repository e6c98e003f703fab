"""« Ma situation »: what an élu reads about himself, in four plain sentences. Never the author's data, never an
internal reason, never another élu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.actor import actor_from
from accounts.gate import access
from calae_portal.permissions import READ_OWN_SITUATION
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
from call_buttons.permissions import READ_DECISION
from cases.models import Case
from core import clock
from core.journal import Action, record_access
from core.wording import day_words, local_datetime_words
from officials.enums import Sex
from officials.models import Official
from officials.selectors import current_mandates
from referents.selectors import referents_of, units_for_commune

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Unit, User


@dataclass(frozen=True)
class Situation:
    """The four sentences, and what hangs on them."""

    where: str
    protection: str
    referent: str
    next_step: str
    telephone: str
    unit: Unit | None
    decisions: Sequence[CallButtonDecision]


@access(READ_OWN_SITUATION)
@require_GET
def my_situation(request: HttpRequest) -> HttpResponse:
    return show_situation(request)


def show_situation(request: HttpRequest) -> HttpResponse:
    official = Official.objects.filter(user=request.user).first()
    if official is None:
        raise Http404
    record_access(
        action=Action.CONSULTATION,
        actor=actor_from(request, permission=READ_OWN_SITUATION),
        object_type="officials.official",
        object_id=str(official.pk),
        reason="lecture de sa propre situation",
    )
    context = {"official": official, "situation": situation_of(user=request.user, official=official)}
    return render(request, "situation/situation.html", context)


def situation_of(*, user: User, official: Official) -> Situation:
    """Build the four sentences from what the official may know."""
    case = (
        Case.objects.visible_to(user, READ_OWN_SITUATION)
        .open()
        .select_related("unit__departement", "departement")
        .order_by("-opened_at", "-pk")
        .first()
    )
    grant = _grant(user)
    pending = CallButtonRequest.objects.visible_to(user, READ_OWN_SITUATION).pending().order_by("-requested_at").first()
    unit = case.unit if case else _unit_of_mandate(official)
    referents = referents_of(unit) if unit else []
    return Situation(
        where=_where(case),
        protection=_protection(grant, official),
        referent=_referent(unit, referents),
        next_step=_next_step(case, grant, pending),
        telephone=unit.telephone if unit else "",
        unit=unit,
        decisions=list(
            CallButtonDecision.objects.visible_to(user, READ_DECISION)
            .defer("document")
            .select_related("request")
            .order_by("-decided_at", "-pk")[:10]
        ),
    )


def _grant(user: User) -> CallButtonGrant | None:
    return (
        CallButtonGrant.objects.visible_to(user, READ_OWN_SITUATION)
        .with_local_today()
        .with_end()
        .select_related("departement")
        .order_by("-end", "-pk")
        .first()
    )


def _unit_of_mandate(official: Official) -> Unit | None:
    for mandate in current_mandates(official):
        if mandate.commune_id and (units := units_for_commune(mandate.commune)):
            return units[0]
    return None


def _where(case: Case | None) -> str:
    if case is None:
        return "Aucun dossier n'est ouvert à votre nom."
    threats = list(case.threats.order_by("-occurred_at", "-pk")[:100])
    evaluated = not case.evaluations.unfinished().exists()
    count = "un fait enregistré" if len(threats) == 1 else f"{len(threats)} faits enregistrés"
    last = local_datetime_words(threats[0].occurred_at, threats[0].occurred_zone) if threats else ""
    state = "le danger est évalué" if evaluated else "l'évaluation du danger est en cours"
    return f"Votre dossier est suivi : {count}, le dernier du {last} ; {state}."


def _protection(grant: CallButtonGrant | None, official: Official) -> str:
    if grant is None:
        return "Vous n'avez pas de bouton d'appel."
    protected = "protégée" if official.sex == Sex.WOMAN else "protégé"
    today = clock.today(grant.departement.time_zone)
    if grant.is_in_force(today):
        end = local_datetime_words(_last_minute(grant), grant.departement.time_zone)
        return f"Vous êtes {protected} par un bouton d'appel jusqu'au {end}."
    if grant.first_day > today:
        return f"Vous serez {protected} par un bouton d'appel à partir du {day_words(grant.first_day)}."
    return f"Votre bouton d'appel a pris fin le {day_words(grant.last_day)} : il ne vous protège plus."


def _last_minute(grant: CallButtonGrant) -> datetime:
    return datetime.combine(grant.last_day, time(23, 59), tzinfo=grant.departement.zone)


def _referent(unit: Unit | None, referents: Sequence[User]) -> str:
    if unit is None:
        return "Votre référent n'est pas encore connu : appelez la brigade ou le commissariat le plus proche."
    names = " ou ".join(user.get_full_name() for user in referents[:2])
    if not names:
        return f"Votre contact est l'unité « {unit} »."
    return f"Votre référent est {names}, {unit}."


def _next_step(case: Case | None, grant: CallButtonGrant | None, pending: CallButtonRequest | None) -> str:
    if pending is not None:
        what = "Le renouvellement de votre bouton d'appel" if pending.is_renewal else "Un bouton d'appel"
        return f"{what} est demandé : la préfecture décide, vous n'avez rien à faire."
    if grant is not None:
        left = (grant.period.upper - clock.today(grant.departement.time_zone)).days
        if left <= 0:
            return "Appelez votre référent pour faire le point sur votre protection."
        if left <= 30:
            return "Votre protection se termine bientôt : appelez votre référent pour préparer la suite."
    if case is None:
        return "Si vous êtes menacé, appelez votre référent ; en cas de danger, appelez le 17."
    return "Signalez tout fait nouveau à votre référent, même s'il vous paraît petit."
