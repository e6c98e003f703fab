"""What pages read of protective measures: their list, who may decide, who may own, what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from accounts.enums import Role
from accounts.scope import posting_over
from accounts.selectors import people_over
from cases.enums import LIVE_MEASURES, MeasureState, TraceKind
from cases.models import MeasureRule, MeasureTrace, ProtectiveMeasure
from cases.permissions import DECIDE_MEASURE, FOLLOW_MEASURE
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from cases.models import Case

# A file belongs to one person: more measures than this is a mistake, and the page stays light.
MOST = 60


def measures_of(case: Case) -> list[ProtectiveMeasure]:
    """Measures of a file, live first by next date, with what their list shows. One query."""
    executed = MeasureTrace.objects.filter(measure=OuterRef("pk"), kind=TraceKind.EXECUTION)
    return list(
        case.measures.in_order()
        .select_related("owner", "person", "order")
        .annotate(
            is_executed=Exists(executed),
            silent_units=Count("order__addressed", filter=Q(order__addressed__acknowledged_at__isnull=True)),
        )[:MOST]
    )


def unsettled_words(measures: Iterable[ProtectiveMeasure]) -> str:
    """What keeps a file open on the side of measures; empty when nothing does."""
    live = waiting = 0
    for measure in measures:
        live += measure.state in LIVE_MEASURES
        waiting += measure.state == MeasureState.PROPOSED
    if live:
        noun = "mesure de protection est en cours" if live == 1 else "mesures de protection sont en cours"
        return f"Ce dossier ne peut pas être clos : {live} {noun}. Terminez d'abord par un bilan de sortie."
    if waiting:
        noun = "mesure proposée attend" if waiting == 1 else "mesures proposées attendent"
        return f"Ce dossier ne peut pas être clos : {waiting} {noun} une décision."
    return ""


def current_rules(*, on: date) -> dict[str, MeasureRule]:
    """The rule in force that day for each kind."""
    rules = MeasureRule.objects.filter(since__lte=on).order_by("kind", "-since").distinct("kind")
    return {rule.kind: rule for rule in rules}


def current_rule(kind: str, *, on: date) -> MeasureRule:
    return MeasureRule.objects.filter(kind=kind, since__lte=on).latest("since")


def may_decide(user: User, measure: ProtectiveMeasure) -> tuple[Role | None, str]:
    """The role by which `user` decides this measure; or None, and why not, in a sentence."""
    rule = current_rule(measure.kind, on=clock.today(measure.case.departement.zone))
    if rule.by_another and measure.proposed_by_id == user.pk:
        return None, f"Une autre personne que celle qui propose décide cette mesure : {rule.decider_words()}."
    for posting in user.active_postings:
        held = posting_over_with(user, posting.role, measure.case)
        if posting.role in rule.deciders and held:
            return Role(posting.role), ""
    return None, f"Cette mesure se décide par : {rule.decider_words()}."


def posting_over_with(user: User, role: str, case: Case) -> bool:
    """True when `user` holds that very role over the file."""
    one = type(DECIDE_MEASURE)(DECIDE_MEASURE.name, DECIDE_MEASURE.label, Role(role))
    return role in DECIDE_MEASURE.roles and posting_over(user, one, case) is not None


def possible_owners(case: Case) -> list[User]:
    """Who may answer for a measure of this file: those in office over it."""
    return people_over(case.unit, FOLLOW_MEASURE.roles)


def traces_of(measure: ProtectiveMeasure, *, limit: int = 50) -> list[MeasureTrace]:
    return list(measure.traces.select_related("by").order_by("-at", "-pk")[:limit])


def live_measures_of_official(official_id: UUID) -> list[ProtectiveMeasure]:
    """What protects an élu now, for his own page: kinds and dates, nothing internal."""
    queryset = ProtectiveMeasure.objects.filter(case__official_id=official_id, state=MeasureState.IN_FORCE)
    rows = queryset.select_related("case__departement", "order").order_by("kind", "pk")[:MOST]
    return [row for row in rows if _runs(row)]


def _runs(measure: ProtectiveMeasure) -> bool:
    """In force and not over: a term that has passed protects nobody, even before its exit review."""
    order = getattr(measure, "order", None)
    if order is not None:
        return order.starts_at <= clock.now() < order.ends_at
    today = clock.today(measure.case.departement.zone)
    return measure.period is not None and today in measure.period
