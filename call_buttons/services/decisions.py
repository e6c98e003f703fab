"""The decision of the préfet on a request: granted for three months, or refused with its motives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.enums import Role
from call_buttons.enums import DocumentKind, Orientation, Outcome, RefusalMotive, RequestState
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
from call_buttons.selectors import tip_of
from call_buttons.services.documents import Document
from call_buttons.services.errors import ActRefused, AlreadyDecided
from call_buttons.services.ground import check_recent
from call_buttons.services.periods import three_months_from
from call_buttons.services.signing import Deed, Motives, preview, sign
from call_buttons.services.stock import watch_stock
from cases.enums import TaskKind
from cases.services import open_role_tasks
from core import clock
from core.documents import day_in_words

if TYPE_CHECKING:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from accounts.models import User
    from core.journal import Actor

ORIENTATION_DAYS = 7
# What each orientation asks of the référent.
ORIENTATION_TASKS = {
    Orientation.ALARM: "Inscrire la personne au dispositif « Alarme élu »",
    Orientation.SECURITY_ADVISER: "Demander un diagnostic au référent sûreté",
    Orientation.VIGILANCE: "Organiser la vigilance renforcée",
    Orientation.SUPPORT: "Proposer le soutien psychologique",
    Orientation.ADVICE: "Donner les conseils de sécurité",
}


@dataclass(frozen=True)
class Refusal:
    """The two motives of a refusal, and what is proposed instead: listed, and in words."""

    coded_motive: RefusalMotive
    internal_motive: str
    communicable_motive: str
    orientation: str
    orientations: tuple[Orientation, ...] = ()

    @property
    def is_complete(self) -> bool:
        texts = (self.coded_motive, self.internal_motive, self.communicable_motive, self.proposed)
        return all(text.strip() for text in texts)

    @property
    def proposed(self) -> str:
        """What the letter says is proposed: the list, then what was written."""
        listed = ", ".join(Orientation(code).label for code in self.orientations if code != Orientation.NOTHING)
        if not listed and self.orientations:
            listed = "aucune autre mesure n'est proposée"
        listed = f"{listed[:1].upper()}{listed[1:]}." if listed else ""
        return f"{listed} {self.orientation.strip()}".strip()

    @property
    def motives(self) -> Motives:
        return Motives(
            coded=self.coded_motive,
            internal=self.internal_motive,
            communicable=self.communicable_motive,
            orientations=self.orientations,
            orientation=self.proposed,
        )


def preview_decision(
    *, request: CallButtonRequest, outcome: Outcome, user: User, refusal: Refusal | None = None
) -> Document:
    """The exact document that deciding now would produce, number included. Writes nothing.

    Raises ActRefused when a refusal lacks a motive or when `user` holds no delegation of signature for it,
    AlreadyDecided when the request is no longer pending.
    """
    request = CallButtonRequest.objects.select_related(*RELATED).get(pk=request.pk)
    return preview(_deed(request, outcome, user, refusal), user=user)


def grant_call_button(
    *, request: CallButtonRequest, previewed_sha256: str, user: User, actor: Actor
) -> CallButtonDecision:
    """Grant the call button for three months, on the document that was previewed.

    Raises AlreadyDecided; ActRefused when the requester decides, when the evaluation is too old, without a delegation
    of signature, or when the person is already protected on that period; PreviewOutdated when the document would
    differ from the preview.
    """
    return _decide(request=request, outcome=Outcome.GRANTED, previewed_sha256=previewed_sha256, user=user, actor=actor)


def refuse_call_button(
    *, request: CallButtonRequest, refusal: Refusal, previewed_sha256: str, user: User, actor: Actor
) -> CallButtonDecision:
    """Refuse the request, with its two motives, on the document that was previewed. Raises as granting does.

    What is proposed instead becomes tasks of the référent.
    """
    return _decide(
        request=request,
        outcome=Outcome.REFUSED,
        previewed_sha256=previewed_sha256,
        user=user,
        actor=actor,
        refusal=refusal,
    )


RELATED = (
    "official",
    "departement",
    "case__merged_into",
    "renews__departement",
    "contests",
    "evaluation",
)


@transaction.atomic
def _decide(
    *,
    request: CallButtonRequest,
    outcome: Outcome,
    previewed_sha256: str,
    user: User,
    actor: Actor,
    refusal: Refusal | None = None,
) -> CallButtonDecision:
    # The lock makes simultaneous decisions queue; the unique key on the request refuses a second one anyway.
    locked = CallButtonRequest.objects.select_for_update(of=("self",), no_key=True)
    request = locked.select_related(*RELATED).get(pk=request.pk)
    deed = _deed(request, outcome, user, refusal)
    decision = sign(deed, previewed_sha256=previewed_sha256, user=user, actor=actor)
    request.state = RequestState.GRANTED if outcome == Outcome.GRANTED else RequestState.REFUSED
    request.version += 1
    request.save(update_fields=["state", "version"])
    if deed.period is not None:
        CallButtonGrant.objects.create(
            decision=decision,
            case=request.case,
            official=request.official,
            unit_id=request.unit_id,
            departement=request.departement,
            request=request,
            period=deed.period,
            term=deed.period,
            previous=tip_of(request.renews),
        )
        watch_stock(departement_id=request.departement_id)
    _open_orientations(decision, request)
    return decision


def _deed(request: CallButtonRequest, outcome: Outcome, user: User, refusal: Refusal | None) -> Deed:
    """What deciding so would do. Raises when a rule refuses it."""
    if not request.is_pending:
        raise AlreadyDecided(f"Cette demande est déjà {request.get_state_display()}.")
    if request.requested_by_id == user.pk:
        raise ActRefused("Vous avez déposé cette demande : une autre personne doit décider.")
    if request.contests is not None and request.contests.decided_by_id == user.pk:
        raise ActRefused("Vous avez signé la décision contestée : une autre personne doit décider du recours.")
    contested = request.contests.number if request.contests else ""
    today = clock.today(request.departement.time_zone)
    if outcome == Outcome.REFUSED:
        if refusal is None or not refusal.is_complete:
            raise ActRefused("Un refus a un motif codé, un motif interne, un motif communicable et une orientation.")
        kind = DocumentKind.RENEWAL_REFUSAL if request.is_renewal else DocumentKind.REFUSAL
        sentence = "renouvellement du bouton d'appel refusé" if request.is_renewal else "bouton d'appel refusé"
        return Deed(outcome, kind, request, sentence, motives=refusal.motives, contested=contested)
    check_recent(request.evaluation, today=today, at=clock.now())
    previous = tip_of(request.renews)
    start = today if previous is None else max(today, previous.period.upper)
    period = three_months_from(start)
    _check_free(request, period)
    gap = ""
    if previous is not None and previous.period.upper < start:
        gap = f"La protection précédente avait pris fin le {day_in_words(previous.last_day)}."
    renewed = request.renews is not None and not gap
    kind = DocumentKind.RENEWAL if renewed else DocumentKind.GRANT
    sentence = "bouton d'appel renouvelé" if renewed else "bouton d'appel accordé"
    if previous is not None and gap:
        sentence += f", après une interruption de {(start - previous.period.upper).days} jour(s)"
    return Deed(outcome, kind, request, sentence, period=period, gap=gap, contested=contested)


def _check_free(request: CallButtonRequest, period: DateRange) -> None:
    other = CallButtonGrant.objects.filter(official_id=request.official_id, period__overlap=period).first()
    if other is not None:
        raise ActRefused(
            f"Cette personne est déjà protégée jusqu'au {other.last_day:%d/%m/%Y} inclus par une autre décision"
            f" (préfecture {other.departement.name_of})."
        )


def _open_orientations(decision: CallButtonDecision, request: CallButtonRequest) -> None:
    due_at = clock.now() + timedelta(days=ORIENTATION_DAYS)
    case = request.case.holder
    for code in decision.orientations:
        if (title := ORIENTATION_TASKS.get(Orientation(code))) is not None:
            open_role_tasks(
                kind=TaskKind.OTHER,
                title=title,
                role=Role.REFERENT,
                asked=[(case, due_at, f"/dossiers/{case.reference}/", f"orientation:{decision.pk}:{code}")],
            )
