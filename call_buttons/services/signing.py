"""How a decision is signed: by whom, under which number, on the letter that was read, and what is written with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typst
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from call_buttons.enums import SIGNED_UNDER, DocumentKind, Outcome
from call_buttons.models import CallButtonDecision, CallButtonRules, DecisionCounter, SignatureDelegation
from call_buttons.services.documents import Document, LetterText, period_in_words, render_letter, sources_for
from call_buttons.services.errors import ActRefused, PreviewOutdated
from call_buttons.services.notices import announce_decision
from cases.enums import EventKind
from cases.services import add_event
from core import clock
from core.journal import record_act
from officials.selectors import quality_of

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from call_buttons.models import CallButtonGrant, CallButtonRequest
    from core.journal import Actor
    from territories.models import Departement


@dataclass(frozen=True)
class Motives:
    """Why. The internal motive never leaves the prefecture and its services."""

    coded: str = ""
    internal: str = ""
    communicable: str = ""
    orientations: tuple[str, ...] = ()
    orientation: str = ""

    def trimmed(self) -> Motives:
        texts = {name: getattr(self, name).strip() for name in ("internal", "communicable", "orientation")}
        return replace(self, **texts)


@dataclass(frozen=True)
class Deed:
    """What is about to be decided. `asked` is the request, or that of the protection acted upon: whose, where."""

    outcome: Outcome
    kind: DocumentKind
    asked: CallButtonRequest
    # What the timeline says of it.
    sentence: str
    period: DateRange | None = None
    on_grant: CallButtonGrant | None = None
    effective_on: date | None = None
    motives: Motives = Motives()
    last_day: str = ""
    gap: str = ""
    contested: str = ""


def delegation_of(*, user: User, departement: Departement, outcome: Outcome, today: date) -> SignatureDelegation:
    """The delegation under which `user` signs today, local to the département.

    Raises ActRefused when he holds none for this kind of decision: what he may grant, he may not always refuse.
    """
    signs = SIGNED_UNDER[outcome]
    held = SignatureDelegation.objects.filter(user=user, departement=departement, signs=signs)
    found = held.valid_on(today).first()
    if found is None:
        raise ActRefused(
            f"Vous n'avez pas de délégation de signature en cours pour les {signs.label} (préfecture"
            f" {departement.name_of}). Demandez à l'administrateur du portail d'enregistrer l'arrêté, ou à une autre"
            " personne de signer."
        )
    return found


def preview(deed: Deed, *, user: User) -> Document:
    """The exact document that signing now would produce, number included. Writes nothing."""
    today = clock.today(deed.asked.departement.time_zone)
    counter = DecisionCounter.objects.filter(year=today.year, departement=deed.asked.departement).first()
    number = _number(deed.asked, today, (counter.last if counter else 0) + 1)
    delegation = delegation_of(user=user, departement=deed.asked.departement, outcome=deed.outcome, today=today)
    return _render(_text(deed, number, today, delegation), deed)


def sign(deed: Deed, *, previewed_sha256: str, user: User, actor: Actor) -> CallButtonDecision:
    """Write the decision on the document that was read. Joins the transaction of the caller, which holds the lock.

    Raises PreviewOutdated when the document would be another one, ActRefused without a delegation.
    """
    departement = deed.asked.departement
    today = clock.today(departement.time_zone)
    delegation = delegation_of(user=user, departement=departement, outcome=deed.outcome, today=today)
    text = _text(deed, _take_number(deed.asked, today), today, delegation)
    document = _render(text, deed)
    if document.sha256 != previewed_sha256:
        raise PreviewOutdated(
            "La décision n'est plus celle de l'aperçu (autre numéro, autre date ou autre texte). Relisez le nouvel"
            " aperçu, puis confirmez."
        )
    motives = deed.motives.trimmed()
    decision = CallButtonDecision.objects.create(
        request=None if deed.on_grant else deed.asked,
        on_grant=deed.on_grant,
        case_id=deed.asked.case_id,
        official_id=deed.asked.official_id,
        unit_id=deed.asked.unit_id,
        departement=departement,
        outcome=deed.outcome,
        number=text.number,
        decided_by=user,
        delegation=delegation,
        signatory=f"{text.signing_quality}, {text.signing_name}",
        decided_at=clock.now(),
        effective_on=deed.effective_on,
        coded_motive=motives.coded,
        internal_motive=motives.internal or None,
        communicable_motive=motives.communicable or None,
        orientations=list(motives.orientations),
        orientation=motives.orientation,
        remedy=text.remedy,
        template=document.template,
        document=document.pdf,
        document_sha256=document.sha256,
    )
    add_event(
        case=deed.asked.case.holder,
        kind=EventKind.CALL_BUTTON,
        sentence=f"Décision {decision.number} : {deed.sentence}.",
        user=user,
        actor=actor,
    )
    record_act(
        actor=actor,
        object_type="call_buttons.callbuttondecision",
        object_id=str(decision.pk),
        object_label=decision.number,
        reason=f"décision : {deed.outcome.label}",
        details={"sha256": document.sha256, "reference": deed.asked.case.reference},
    )
    announce_decision(decision=decision, request=deed.asked)
    return decision


def _render(text: LetterText, deed: Deed) -> Document:
    try:
        return render_letter(text, sources_for(deed.asked.departement, deed.kind))
    except typst.TypstError as error:
        # A prefecture's own letter was tried on invented data only: it must not stop a decision without a word.
        raise ActRefused(
            "La lettre de la préfecture ne se compose pas avec ces données : demandez à l'administrateur du portail de"
            " revenir à la lettre du portail."
        ) from error


def _text(deed: Deed, number: str, today: date, delegation: SignatureDelegation) -> LetterText:
    motives = deed.motives.trimmed()
    return LetterText(
        kind=deed.kind,
        number=number,
        signed_on=today,
        signing_quality=delegation.quality,
        signing_name=delegation.user.get_full_name(),
        act=delegation.act,
        prefecture=f"Préfecture {deed.asked.departement.name_of}",
        person=deed.asked.official.full_name,
        quality=quality_of(deed.asked.official),
        remedy=CallButtonRules.on(today).remedy,
        period=period_in_words(deed.period) if deed.period else "",
        last_day=deed.last_day,
        gap=deed.gap,
        contested=deed.contested,
        communicable_motive=motives.communicable,
        orientation=motives.orientation,
    )


def _number(asked: CallButtonRequest, today: date, number: int) -> str:
    return f"{asked.departement_id}-{today.year}-BA-{number:05d}"


def _take_number(asked: CallButtonRequest, today: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO call_buttons_decisioncounter AS c (year, departement_id, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (year, departement_id) DO UPDATE SET last = c.last + 1 RETURNING last",
            [today.year, asked.departement_id],
        )
        (number,) = cursor.fetchone()
    return _number(asked, today, number)
