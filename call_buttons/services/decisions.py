from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction

from call_buttons.enums import Outcome, RefusalMotive, RequestState
from call_buttons.models import (
    CallButtonDecision,
    CallButtonGrant,
    CallButtonRequest,
    CallButtonRules,
    DecisionCounter,
)
from call_buttons.services.documents import DecisionText, Document, prefecture_of, render_decision
from call_buttons.services.errors import ActRefused, AlreadyDecided, PreviewOutdated
from call_buttons.services.notices import announce_decision
from call_buttons.services.periods import three_months_from
from call_buttons.services.stock import watch_stock
from cases.enums import EventKind
from cases.services import add_event
from core import clock
from core.journal import record_act
from officials.selectors import quality_of

if TYPE_CHECKING:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from accounts.models import User
    from core.journal import Actor


@dataclass(frozen=True)
class Refusal:
    """The two motives of a refusal: the internal one never leaves the prefecture and its services."""

    coded_motive: RefusalMotive
    internal_motive: str
    communicable_motive: str
    orientation: str

    @property
    def is_complete(self) -> bool:
        texts = (self.coded_motive, self.internal_motive, self.communicable_motive, self.orientation)
        return all(text.strip() for text in texts)


def next_period(request: CallButtonRequest, *, today: date) -> DateRange:
    """Three months from today, or from the day after the current protection when it still runs.

    `today` is local to the département. A renewal never moves the current end.
    """
    renews = request.renews
    start = today if renews is None else max(today, renews.period.upper)
    return three_months_from(start)


def preview_decision(
    *, request: CallButtonRequest, outcome: Outcome, user: User, actor: Actor, refusal: Refusal | None = None
) -> Document:
    """The exact document that deciding now would produce, number included. Writes nothing.

    Raises ActRefused when a refusal lacks a motive, AlreadyDecided when the request is no longer pending.
    """
    request = CallButtonRequest.objects.select_related("official", "departement", "renews").get(pk=request.pk)
    _check_decidable(request, user)
    today = clock.today(request.departement.time_zone)
    if outcome == Outcome.GRANTED:
        _check_free(request, next_period(request, today=today))
    last = DecisionCounter.objects.filter(year=today.year, departement=request.departement).first()
    number = _number(request, today, (last.last if last else 0) + 1)
    return render_decision(_text(request, outcome, number, today, actor, refusal))


def grant_call_button(
    *, request: CallButtonRequest, previewed_sha256: str, user: User, actor: Actor
) -> CallButtonDecision:
    """Grant the call button for three months, on the document that was previewed.

    Raises AlreadyDecided, ActRefused when the requester decides or when the person is already protected on
    that period, PreviewOutdated when the document would differ from the preview.
    """
    return _decide(
        request=request,
        outcome=Outcome.GRANTED,
        previewed_sha256=previewed_sha256,
        user=user,
        actor=actor,
        refusal=None,
    )


def refuse_call_button(
    *, request: CallButtonRequest, refusal: Refusal, previewed_sha256: str, user: User, actor: Actor
) -> CallButtonDecision:
    """Refuse the request, with its two motives, on the document that was previewed. Raises as granting does."""
    return _decide(
        request=request,
        outcome=Outcome.REFUSED,
        previewed_sha256=previewed_sha256,
        user=user,
        actor=actor,
        refusal=refusal,
    )


@transaction.atomic
def _decide(
    *,
    request: CallButtonRequest,
    outcome: Outcome,
    previewed_sha256: str,
    user: User,
    actor: Actor,
    refusal: Refusal | None,
) -> CallButtonDecision:
    # The lock makes simultaneous decisions queue; the unique key on the request refuses a second one anyway.
    request = (
        CallButtonRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("official", "departement", "case", "renews")
        .get(pk=request.pk)
    )
    _check_decidable(request, user)
    now = clock.now()
    today = clock.today(request.departement.time_zone)
    text = _text(request, outcome, _take_number(request, today), today, actor, refusal)
    if outcome == Outcome.GRANTED:
        _check_free(request, text.period)
    document = render_decision(text)
    if document.sha256 != previewed_sha256:
        raise PreviewOutdated(
            "La décision n'est plus celle de l'aperçu (autre numéro, autre date ou autre texte). Relisez le nouvel"
            " aperçu, puis confirmez."
        )
    decision = CallButtonDecision.objects.create(
        request=request,
        outcome=outcome,
        number=text.number,
        decided_by=user,
        signatory=text.signatory,
        decided_at=now,
        coded_motive=refusal.coded_motive if refusal else "",
        internal_motive=refusal.internal_motive.strip() if refusal else None,
        communicable_motive=refusal.communicable_motive.strip() if refusal else None,
        orientation=refusal.orientation.strip() if refusal else "",
        remedy=text.remedy,
        document=document.pdf,
        document_sha256=document.sha256,
    )
    request.state = RequestState.GRANTED if outcome == Outcome.GRANTED else RequestState.REFUSED
    request.version += 1
    request.save(update_fields=["state", "version"])
    if text.period is not None:
        CallButtonGrant.objects.create(
            decision=decision,
            case=request.case,
            official=request.official,
            unit_id=request.unit_id,
            departement=request.departement,
            period=text.period,
            previous=request.renews,
        )
        watch_stock(departement_id=request.departement_id)
    add_event(
        case=request.case,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Décision {decision.number} : bouton d'appel {'accordé' if text.period else 'refusé'}.",
        user=user,
        actor=actor,
    )
    record_act(
        actor=actor,
        object_type="call_buttons.callbuttondecision",
        object_id=str(decision.pk),
        object_label=decision.number,
        reason=f"décision : {outcome.label}",
        details={"sha256": document.sha256, "reference": request.case.reference},
    )
    announce_decision(decision=decision, request=request)
    return decision


def _check_decidable(request: CallButtonRequest, user: User) -> None:
    if not request.is_pending:
        raise AlreadyDecided(f"Cette demande est déjà {request.get_state_display()}.")
    if request.requested_by_id == user.pk:
        raise ActRefused("Vous avez déposé cette demande : une autre personne doit décider.")


def _check_free(request: CallButtonRequest, period: DateRange | None) -> None:
    other = CallButtonGrant.objects.filter(official_id=request.official_id, period__overlap=period).first()
    if other is not None:
        raise ActRefused(
            f"Cette personne est déjà protégée jusqu'au {other.last_day:%d/%m/%Y} inclus par une autre décision"
            f" (préfecture {other.departement.name_of})."
        )


def _text(
    request: CallButtonRequest,
    outcome: Outcome,
    number: str,
    today: date,
    actor: Actor,
    refusal: Refusal | None,
) -> DecisionText:
    if outcome == Outcome.REFUSED and (refusal is None or not refusal.is_complete):
        raise ActRefused("Un refus a un motif codé, un motif interne, un motif communicable et une orientation.")
    return DecisionText(
        outcome=outcome,
        number=number,
        signed_on=today,
        signatory=f"{actor.label}, {actor.posting_label}",
        prefecture=prefecture_of(request),
        person=request.official.full_name,
        quality=quality_of(request.official),
        is_renewal=request.is_renewal,
        remedy=CallButtonRules.on(today).remedy,
        period=next_period(request, today=today) if outcome == Outcome.GRANTED else None,
        communicable_motive=refusal.communicable_motive.strip() if refusal else "",
        orientation=refusal.orientation.strip() if refusal else "",
    )


def _number(request: CallButtonRequest, today: date, number: int) -> str:
    return f"{request.departement_id}-{today.year}-BA-{number:05d}"


def _take_number(request: CallButtonRequest, today: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO call_buttons_decisioncounter AS c (year, departement_id, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (year, departement_id) DO UPDATE SET last = c.last + 1 RETURNING last",
            [today.year, request.departement_id],
        )
        (number,) = cursor.fetchone()
    return _number(request, today, number)
