"""What was decided, what follows what, and what an élu may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db.models import DateTimeField, Exists, F, Func, IntegerField, OuterRef, Q, Value

from call_buttons.enums import Audience, Outcome
from call_buttons.models import (
    CallButtonDecision,
    CallButtonGrant,
    CallButtonReminder,
    CallButtonReminderMessage,
    CallButtonRequest,
    CallButtonRules,
    CallButtonWish,
)
from call_buttons.models.grant import PeriodEnd, PeriodStart
from cases.models import Case, Evaluation, Threat
from cases.selectors import case_family_ids
from core import clock
from core.enums import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from call_buttons.models import CallButtonSuspension
    from officials.models import Official

# An SMS leaves at these hours of the day where the élu is.
SMS_HOURS = (9, 20)
SMS_BATCH = 200


def tip_of(grant: CallButtonGrant | None) -> CallButtonGrant | None:
    """The extension that prolongs `grant`, or else `grant` itself: what a renewal follows."""
    if grant is None:
        return None
    return CallButtonGrant.objects.filter(previous=grant, is_extension=True).first() or grant


def decided_about_end(grant: CallButtonGrant) -> bool:
    """Whether something is decided about the end of `grant`."""
    return not CallButtonGrant.objects.filter(pk=grant.pk).without_decided_follow_up().exists()


def running_suspension(grant: CallButtonGrant, today: date) -> CallButtonSuspension | None:
    """The suspension of `grant` that runs on the local `today`, or else the next one."""
    coming = grant.suspensions.filter(Q(period__endswith__isnull=True) | Q(period__endswith__gt=today))
    return coming.order_by("period").first()


def latest_validated_of(case: Case) -> Evaluation | None:
    return case.evaluations.validated().order_by("-validated_at", "-pk").first()


def later_evaluation_for(request: CallButtonRequest) -> Evaluation | None:
    """A validated evaluation of the file that is more recent than the one on which `request` rests."""
    later = request.case.evaluations.validated().filter(validated_at__gt=request.evaluation.validated_at)
    return later.order_by("-validated_at", "-pk").first()


def contest_until(decision: CallButtonDecision) -> date:
    """Last day to contest `decision`: some months from its notification, that of its signature, at the place."""
    notified = decision.decided_at.astimezone(decision.departement.zone).date()
    return notified + relativedelta(months=CallButtonRules.on(notified).remedy_months)


def acts_of(grants: Iterable[CallButtonGrant]) -> list[CallButtonDecision]:
    """What was decided on these protections once they were granted, the earliest first."""
    acts = CallButtonDecision.objects.filter(on_grant__in=list(grants)).select_related("decided_by")
    return list(acts.defer("document").order_by("decided_at", "pk"))


def grants_of(request: CallButtonRequest) -> list[CallButtonGrant]:
    """The protection that came from `request` and its extension, the earliest first."""
    grants = CallButtonGrant.objects.filter(request=request).select_related(
        "departement", "decision", "previous", "end_acceptance__by"
    )
    return list(grants.with_suspension().with_follow_up().defer("decision__document").order_by("period"))


@dataclass(frozen=True)
class PastRefusal:
    """The latest refusal before a request, and what is new since: the decision-maker reads both."""

    decision: CallButtonDecision
    threats: list[Threat]
    evaluations: list[Evaluation]
    level_then: int | None


def refusal_before(request: CallButtonRequest) -> PastRefusal | None:
    refusals = CallButtonDecision.objects.filter(
        official_id=request.official_id, departement_id=request.departement_id, outcome=Outcome.REFUSED
    )
    decision = (
        refusals.filter(decided_at__lt=request.requested_at)
        .select_related("request__evaluation", "decided_by")
        .defer("document")
        .order_by("-decided_at", "-pk")
        .first()
    )
    if decision is None:
        return None
    family = case_family_ids(request.case)
    since = decision.decided_at
    return PastRefusal(
        decision=decision,
        threats=list(Threat.objects.filter(case__in=family, logged_at__gt=since).order_by("logged_at", "pk")[:20]),
        evaluations=list(
            Evaluation.objects.filter(case__in=family)
            .validated()
            .filter(validated_at__gt=since)
            .select_related("threat")
            .order_by("validated_at", "pk")[:20]
        ),
        level_then=asked.evaluation.signed_level if (asked := decision.request) else None,
    )


def case_to_ask_in(official: Official) -> Case | None:
    """The open file of an élu in which he is answered: the latest."""
    return Case.objects.filter(official=official).open().order_by("-opened_at", "-pk").first()


def unanswered_wish(case: Case) -> CallButtonWish | None:
    """The latest wish of the élu that no request has followed yet."""
    wish = CallButtonWish.objects.filter(case=case).order_by("-at", "-pk").first()
    if wish is None or CallButtonRequest.objects.filter(case=case, requested_at__gte=wish.at).exists():
        return None
    return wish


def wish_before(request: CallButtonRequest) -> CallButtonWish | None:
    """The latest wish of the élu that `request` answers."""
    wishes = CallButtonWish.objects.filter(case=request.case_id, at__lte=request.requested_at)
    earlier = CallButtonRequest.objects.filter(case=request.case_id, requested_at__lt=request.requested_at)
    latest = earlier.order_by("-requested_at").first()
    if latest is not None:
        wishes = wishes.filter(at__gt=latest.requested_at)
    return wishes.order_by("-at", "-pk").first()


def sms_to_send() -> list[CallButtonReminder]:
    """Reminders of élus who chose SMS, not sent as one yet, while it is day where they are and nothing is decided."""
    local = Func(
        F("grant__departement__time_zone"),
        Value(clock.now(), output_field=DateTimeField()),
        function="timezone",
        output_field=DateTimeField(),
    )
    undecided = CallButtonGrant.objects.without_decided_follow_up().filter(pk=OuterRef("grant_id"))
    sent = CallButtonReminderMessage.objects.filter(reminder=OuterRef("pk"), message__channel=Channel.SMS)
    first, last = SMS_HOURS
    waiting = (
        CallButtonReminder.objects.filter(audience=Audience.OFFICIAL, created_at__gt=clock.now() - timedelta(days=3))
        .filter(created_at__gte=F("grant__official__reminder_sms__since"))
        .annotate(hour=Func(Value("hour"), local, function="date_part", output_field=IntegerField()))
        .filter(Exists(undecided), ~Exists(sent), hour__gte=first, hour__lt=last)
        .select_related("grant__official__reminder_sms", "grant__decision")
        .defer("grant__decision__document")
    )
    return list(waiting.order_by("pk")[:SMS_BATCH])


@dataclass(frozen=True)
class Interruptions:
    """What a month says of the protections that stopped: how many ended with nothing decided, how many were taken up
    again after an interruption, and for how many days nobody was protected.
    """

    ended: int
    resumed: int
    days: int


def interruptions_between(first: date, end: date) -> Interruptions:
    """From `first` to the day before `end`, by the local day of the end of the protection, or of its resumption."""
    ended = CallButtonGrant.objects.filter(expiry__isnull=False, period__endswith__gte=first, period__endswith__lt=end)
    again = CallButtonGrant.objects.annotate(before=PeriodEnd("previous__period"), start=PeriodStart("period")).filter(
        start__gte=first, start__lt=end, start__gt=F("before")
    )
    gaps = [(start - before).days for start, before in again.values_list("start", "before")]
    return Interruptions(ended.count(), len(gaps), sum(gaps))
