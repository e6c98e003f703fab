"""« Ma situation »: what an élu reads about himself, in four plain sentences. Never the author's data, never an
internal reason, never another élu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Window
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.actor import actor_from
from accounts.gate import access
from calae_portal.permissions import READ_OWN_SITUATION
from call_buttons.enums import CONTESTABLE
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest, ReminderSms
from call_buttons.permissions import READ_DECISION
from call_buttons.selectors import contest_until
from call_buttons.selectors.devices import device_of
from cases.enums import MeasureKind
from cases.models import Case, Evaluation, Threat
from cases.selectors import live_measures_of_official
from core import clock
from core.journal import Action, record_access
from core.wording import PARIS, day_words, local_datetime_words
from officials.enums import Sex
from officials.models import Official
from officials.selectors import current_mandates
from referents.selectors import referents_of, units_for_commune

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Unit, User
    from call_buttons.selectors.devices import MyDevice


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
    measures: Sequence[str]
    # The protection that runs, which « Votre bouton d'appel » is about.
    grant: CallButtonGrant | None
    may_ask: bool
    sms: ReminderSms | None
    device: MyDevice | None

    @property
    def zone(self) -> str:
        return self.unit.departement.time_zone if self.unit else PARIS


@access(READ_OWN_SITUATION)
@require_GET
def my_situation(request: HttpRequest) -> HttpResponse:
    return show_situation(request)


def show_situation(request: HttpRequest) -> HttpResponse:
    official = Official.objects.filter(user=request.user).select_related("reminder_sms").first()
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
    cases = list(
        Case.objects.visible_to(user, READ_OWN_SITUATION)
        .open()
        .select_related("unit__departement", "departement")
        .annotate(waits=Exists(Evaluation.objects.unfinished().filter(case=OuterRef("pk"))))
        .order_by("-opened_at", "-pk")
    )
    current = current_protection(_protections(user))
    pending = CallButtonRequest.objects.visible_to(user, READ_OWN_SITUATION).pending().order_by("-requested_at").first()
    unit = cases[0].unit if cases else _unit_of_mandate(official)
    referents = referents_of(unit) if unit else []
    return Situation(
        where=_where(cases, evaluated=not any(case.waits for case in cases)),
        protection=_protection(current, official),
        referent=_referent(unit, referents),
        next_step=_next_step(cases, current, pending),
        telephone=unit.telephone if unit else "",
        unit=unit,
        decisions=_decisions(user),
        measures=_measures(official),
        grant=current[0]
        if current and current[0].period.upper > clock.today(current[0].departement.time_zone)
        else None,
        may_ask=bool(cases) and pending is None,
        sms=getattr(official, "reminder_sms", None),
        # Nobody has a device who was never protected.
        device=device_of(official) if current else None,
    )


def _decisions(user: User) -> list[CallButtonDecision]:
    """The latest decisions about the person; each says whether it can still be contested, or was."""
    found = CallButtonDecision.objects.visible_to(user, READ_DECISION).select_related("departement", "remedy_request")
    decisions = list(found.defer("document").order_by("-decided_at", "-pk")[:10])
    for decision in decisions:
        in_time = clock.today(decision.departement.time_zone) <= contest_until(decision)
        decision.is_contestable = decision.outcome in CONTESTABLE and in_time  # type: ignore[attr-defined]  # for the page
    return decisions


def _protections(user: User) -> list[CallButtonGrant]:
    """The latest protections of the person, the last to end first."""
    grants = CallButtonGrant.objects.visible_to(user, READ_OWN_SITUATION).with_end().with_suspension()
    return list(grants.select_related("departement").order_by("-end", "-pk")[:12])


def current_protection(grants: Sequence[CallButtonGrant]) -> tuple[CallButtonGrant, date] | None:
    """The protection that matters now, and the last day without a gap: a renewal already granted prolongs it.

    `grants` are sorted, the last to end first. The one in force, or else the next to come, or else the last that ended.
    """
    if not grants:
        return None
    zone = grants[0].departement.time_zone
    today = clock.today(zone)
    live = [grant for grant in reversed(grants) if grant.period.upper > today]
    if not live:
        return grants[0], grants[0].last_day
    last_day = live[0].last_day
    for following in live[1:]:
        if following.first_day != last_day + timedelta(days=1):
            break
        last_day = following.last_day
    return live[0], last_day


# What an élu reads of the measures that run: what is done for him, never where, by whom or why.
MEASURE_SENTENCES = {
    MeasureKind.ADVICE: "Votre référent vous a donné des conseils de sécurité.",
    MeasureKind.REINFORCED_VIGILANCE: "Une vigilance renforcée est assurée.",
    MeasureKind.PATROLS: "Des patrouilles passent régulièrement.",
    MeasureKind.ALARM: "Vous êtes inscrit au dispositif « Alarme élu » : le 17 vous reconnaît.",
    MeasureKind.SITE_SURVEY: "Un référent sûreté étudie vos locaux ou votre domicile.",
    MeasureKind.VIDEO: "Un projet de vidéoprotection est suivi.",
    MeasureKind.PHYSICAL_SECURITY: "La sécurisation de vos locaux ou de votre domicile est suivie.",
    MeasureKind.EVENT_SECURITY: "Une réunion fait l'objet d'une sécurisation.",
    MeasureKind.ACCOMPANIMENT: "Vous êtes accompagné par votre référent.",
    MeasureKind.PSYCHOLOGICAL_SUPPORT: "Un soutien psychologique vous est proposé.",
    MeasureKind.FUNCTIONAL_PROTECTION: "Votre protection fonctionnelle est suivie.",
    MeasureKind.CYBER: "Un signalement en ligne est suivi.",
    MeasureKind.CLOSE_PROTECTION: "Une protection rapprochée est assurée.",
}


def _measures(official: Official) -> list[str]:
    sentences = []
    for measure in live_measures_of_official(official.pk):
        words = MEASURE_SENTENCES[MeasureKind(measure.kind)]
        if measure.last_day:
            words = f"{words[:-1]}, jusqu'au {day_words(measure.last_day)} inclus."
        if words not in sentences:
            sentences.append(words)
    return sentences


def _unit_of_mandate(official: Official) -> Unit | None:
    for mandate in current_mandates(official):
        if mandate.commune_id and (units := units_for_commune(mandate.commune)):
            return units[0]
    return None


def _where(cases: Sequence[Case], *, evaluated: bool) -> str:
    if not cases:
        return "Aucun dossier n'est ouvert à votre nom."
    # One query: the latest fact, and how many there are.
    threats = Threat.objects.filter(case__in=cases).annotate(total=Window(Count("pk")))
    latest = threats.order_by("-occurred_at", "-pk").first()
    if latest is None:
        return "Votre dossier est ouvert, sans fait enregistré."
    count = "un fait" if latest.total == 1 else f"{latest.total} faits, le dernier"
    last = local_datetime_words(latest.occurred_at, latest.occurred_zone)
    state = "le danger est évalué" if evaluated else "l'évaluation du danger est en cours"
    return f"Votre dossier est suivi : {count} du {last} ; {state}."


def _protection(current: tuple[CallButtonGrant, date] | None, official: Official) -> str:
    if current is None:
        return "Vous n'avez pas de bouton d'appel."
    grant, last_day = current
    protected = "protégée" if official.sex == Sex.WOMAN else "protégé"
    today = clock.today(grant.departement.time_zone)
    if grant.is_in_force(today) and grant.is_suspended:  # type: ignore[attr-defined]  # annotated by _protections
        return f"Votre bouton d'appel est suspendu : il ne vous protège pas. Il prend fin le {day_words(last_day)}."
    if grant.is_in_force(today):
        last_minute = datetime.combine(last_day, time(23, 59), tzinfo=grant.departement.zone)
        end = local_datetime_words(last_minute, grant.departement.time_zone)
        return f"Vous êtes {protected} par un bouton d'appel jusqu'au {end}."
    if grant.first_day > today:
        return f"Vous serez {protected} par un bouton d'appel à partir du {day_words(grant.first_day)}."
    return f"Votre bouton d'appel a pris fin le {day_words(grant.last_day)} : il ne vous protège plus."


def _referent(unit: Unit | None, referents: Sequence[User]) -> str:
    if unit is None:
        return "Votre référent n'est pas encore connu : appelez la brigade ou le commissariat le plus proche."
    names = " ou ".join(user.get_full_name() for user in referents[:2])
    if not names:
        return f"Votre contact est l'unité « {unit} »."
    return f"Votre référent est {names}, {unit}."


def _next_step(
    cases: Sequence[Case], current: tuple[CallButtonGrant, date] | None, pending: CallButtonRequest | None
) -> str:
    if pending is not None:
        if pending.is_remedy:
            return "Vous avez demandé de revoir une décision : la préfecture répond, vous n'avez rien à faire."
        what = "Le renouvellement de votre bouton d'appel" if pending.is_renewal else "Un bouton d'appel"
        return f"{what} est demandé : la préfecture décide, vous n'avez rien à faire."
    if current is not None:
        grant, last_day = current
        left = (last_day - clock.today(grant.departement.time_zone)).days
        if left < 0:
            return "Appelez votre référent pour faire le point sur votre protection."
        if left <= 30:
            return "Votre protection se termine bientôt : appelez votre référent pour préparer la suite."
    if not cases:
        return "En cas de menace, appelez votre référent ; en cas de danger immédiat, appelez le 17."
    return "Signalez tout fait nouveau à votre référent, même s'il vous paraît petit."
