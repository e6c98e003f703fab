"""Lives in which a call button is asked for: granted, refused, renewed, forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from calae_portal.demo import words
from calae_portal.demo.lives import signed_by
from calae_portal.demo.timeline import office_hour
from call_buttons.enums import Opinion, Outcome, RefusalMotive
from call_buttons.models import CallButtonRequest
from call_buttons.services import (
    Refusal,
    give_opinion,
    grant_call_button,
    preview_decision,
    refuse_call_button,
    request_call_button,
    three_months_from,
    withdraw_request,
)

if TYPE_CHECKING:
    from calae_portal.demo.lives import Life

# What happens at the end of the last period granted.
NOTHING, REFUSED_RENEWAL, ASKED_AGAIN, ASKED_AGAIN_WITH_OPINION = "nothing", "refused", "asked", "advised"
# How a request that is not granted stands.
REFUSED, PENDING, ADVISED, ADVISED_AGAINST, WITHDRAWN = "refused", "pending", "advised", "advised_against", "withdrawn"
# Days between the start of a renewal's evaluation and the end of the period.
RENEWAL_STARTS = 22


@dataclass
class Request:
    """A request as it is planned: when, what the prefecture's opinion is, and what is decided, if anything."""

    requested_at: datetime
    motive: str
    opinion: Opinion | None = Opinion.FAVOURABLE
    outcome: Outcome | None = Outcome.GRANTED
    refusal: tuple[str, str, str, str] | None = None
    withdrawn: bool = False


class ButtonStory:
    """One life, with what it asks the préfet. `renewals` periods follow the first one."""

    def __init__(self, life: Life, *, renewals: int = 0, ending: str = NOTHING) -> None:
        self.life, self.world, self.rng = life, life.world, life.rng
        self.departement = life.unit.departement
        self.renewals, self.ending = renewals, ending

    # --- Plans -----------------------------------------------------------------------------------

    def granted_on(self, day: date) -> None:
        """The first period starts on the local `day`."""
        decided_at = self._at_work(day)
        request = Request(self._before(decided_at, 5), self.rng.choice(words.REQUEST_MOTIVES))
        self._plan(request, decided_at)

    def asked_on(self, day: date, state: str) -> None:
        """A first request of the local `day`, that is not granted."""
        requested_at = self._at_work(day)
        request = Request(requested_at, self.rng.choice(words.REQUEST_MOTIVES), outcome=None)
        if state == REFUSED:
            request.outcome, request.refusal = Outcome.REFUSED, self.rng.choice(words.REFUSALS)
        if state in (REFUSED, ADVISED_AGAINST):
            request.opinion = Opinion.UNFAVOURABLE
        if state in (PENDING, WITHDRAWN):
            request.opinion = None
        request.withdrawn = state == WITHDRAWN
        self._plan(request, requested_at + timedelta(days=6))

    def _plan(self, request: Request, decided_at: datetime) -> None:
        life, plan = self.life, self.world.timeline.plan
        life.logged_at = self._before(request.requested_at, 4)
        plan(life.logged_at, life.log)
        plan(self._before(request.requested_at, 2), life.submit)
        plan(self._before(request.requested_at, 1), life.validate)
        self._plan_request(request, decided_at)

    def _plan_request(self, request: Request, decided_at: datetime) -> None:
        plan = self.world.timeline.plan
        plan(request.requested_at, lambda: self._ask(request))
        if (opinion := request.opinion) is not None:
            middle = request.requested_at + (decided_at - request.requested_at) / 2
            plan(middle, lambda: self._advise(opinion))
        if request.withdrawn:
            plan(request.requested_at + timedelta(days=3), self._withdraw)
        if request.outcome is not None:
            plan(decided_at, lambda: self._decide(request))

    def _plan_renewal(self, end: date) -> None:
        """`end` is the last protected day. A new evaluation, then a request, whose decision comes before it."""
        ending = NOTHING if self.renewals else self.ending
        if not self.renewals and ending == NOTHING:
            return
        first = self._at_work(end - timedelta(days=RENEWAL_STARTS))
        request = Request(first + timedelta(days=6), self.rng.choice(words.RENEWAL_MOTIVES))
        if ending == REFUSED_RENEWAL:
            request.outcome, request.refusal = Outcome.REFUSED, self.rng.choice(words.ENDINGS)
            request.opinion = Opinion.UNFAVOURABLE
        elif ending in (ASKED_AGAIN, ASKED_AGAIN_WITH_OPINION):
            request.outcome = None
            request.opinion = Opinion.FAVOURABLE if ending == ASKED_AGAIN_WITH_OPINION else None
        self.renewals -= 1
        self.world.timeline.plan(first, self.life.evaluate_before_renewal)
        self._plan_request(request, self._at_work(end - timedelta(days=RENEWAL_STARTS - 11)))

    def _at_work(self, day: date) -> datetime:
        midday = datetime(day.year, day.month, day.day, 12, tzinfo=self.departement.zone)
        return office_hour(midday, self.departement, self.rng)

    def _before(self, moment: datetime, days: int) -> datetime:
        return moment - timedelta(days=days, minutes=self.rng.randint(5, 200))

    # --- Acts ------------------------------------------------------------------------------------

    @property
    def request(self) -> CallButtonRequest:
        return CallButtonRequest.objects.pending().get(official_id=self.life.official.pk)

    def _ask(self, request: Request) -> None:
        request_call_button(evaluation=self.life.evaluation, motive=request.motive, **signed_by(self.life.referent))

    def _advise(self, opinion: Opinion) -> None:
        texts = words.FAVOURABLE if opinion == Opinion.FAVOURABLE else words.UNFAVOURABLE
        request = self.request
        give_opinion(
            request=request,
            version=request.version,
            opinion=opinion,
            text=self.rng.choice(texts),
            **signed_by(self.world.people.staff("instr", self.departement.pk)),
        )

    def _decide(self, plan: Request) -> None:
        signed = signed_by(self.world.people.staff("dec", self.departement.pk))
        request = self.request
        if plan.refusal is not None:
            coded, internal, communicable, orientation = plan.refusal
            refusal = Refusal(RefusalMotive(coded), internal, communicable, orientation)
            preview = preview_decision(request=request, outcome=Outcome.REFUSED, refusal=refusal, user=signed["user"])
            refuse_call_button(request=request, refusal=refusal, previewed_sha256=preview.sha256, **signed)
            return
        preview = preview_decision(request=request, outcome=Outcome.GRANTED, user=signed["user"])
        decision = grant_call_button(request=request, previewed_sha256=preview.sha256, **signed)
        self._plan_renewal(decision.grant.last_day)

    def _withdraw(self) -> None:
        withdraw_request(request=self.request, reason=words.WITHDRAWAL, **signed_by(self.life.referent))


def first_day_for(last_day: date, *, renewals: int = 0) -> date:
    """The first day of a chain of periods that ends on `last_day`, or the nearest there is before it."""
    start = last_day - timedelta(days=89 * (renewals + 1))
    while _end_of_chain(start, renewals) > last_day:
        start -= timedelta(days=1)
    while _end_of_chain(start + timedelta(days=1), renewals) <= last_day:
        start += timedelta(days=1)
    return start


def _end_of_chain(start: date, renewals: int) -> date:
    period = three_months_from(start)
    for _ in range(renewals):
        period = three_months_from(period.upper)
    return period.upper - timedelta(days=1)
