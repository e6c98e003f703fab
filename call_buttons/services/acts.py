"""What the préfet decides about a protection that runs: prolong it for a few days, suspend it, resume it, withdraw it.

Each is a decision of its own, numbered, with its letter. The database checks the days, and changes what a withdrawal
or a resumption shortens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from call_buttons.enums import DocumentKind, Outcome, RefusalMotive
from call_buttons.models import (
    CallButtonDecision,
    CallButtonGrant,
    CallButtonRequest,
    CallButtonRules,
    CallButtonSuspension,
)
from call_buttons.selectors import decided_about_end, running_suspension
from call_buttons.services.documents import Document, period_in_words
from call_buttons.services.errors import ActRefused
from call_buttons.services.signing import Deed, Motives, preview, sign
from core import clock
from core.documents import day_in_words

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor


@dataclass(frozen=True)
class GrantAct:
    """What is decided about a protection, as it was typed. `day` is local to the département:

    the last protected day of an extension or of a withdrawal, the first day of a suspension, the first day protected
    again after one. `until`, for a suspension only, is its last day; None when nobody knows yet.
    """

    outcome: Outcome
    day: date
    communicable_motive: str
    internal_motive: str = ""
    coded_motive: RefusalMotive | None = None
    until: date | None = None


def preview_act(*, grant: CallButtonGrant, act: GrantAct, user: User) -> Document:
    """The exact letter that signing now would produce. Writes nothing. Raises as signing does."""
    grant = CallButtonGrant.objects.select_related(*RELATED).get(pk=grant.pk)
    return preview(_deed(grant, act), user=user)


@transaction.atomic
def sign_act(
    *, grant: CallButtonGrant, act: GrantAct, previewed_sha256: str, user: User, actor: Actor
) -> CallButtonDecision:
    """Decide about a protection on the letter that was read.

    Raises ActRefused when the days are not possible, when the protection is over or followed, without a reason or
    without a delegation of signature; PreviewOutdated when the letter would differ from the preview.
    """
    # The acts on a protection queue behind its request: the application has no right to lock a grant.
    CallButtonRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.request_id)
    grant = CallButtonGrant.objects.select_related(*RELATED).get(pk=grant.pk)
    deed = _deed(grant, act)
    decision = sign(deed, previewed_sha256=previewed_sha256, user=user, actor=actor)
    if act.outcome == Outcome.EXTENDED:
        CallButtonGrant.objects.create(
            decision=decision,
            case_id=grant.case_id,
            official_id=grant.official_id,
            unit_id=grant.unit_id,
            departement_id=grant.departement_id,
            request_id=grant.request_id,
            period=deed.period,
            term=deed.period,
            is_extension=True,
            previous=grant,
        )
    elif act.outcome == Outcome.SUSPENDED:
        CallButtonSuspension.objects.create(grant=grant, decision=decision, period=deed.period)
    return decision


RELATED = ("departement", "request__departement", "request__official", "request__case__merged_into")


def _deed(grant: CallButtonGrant, act: GrantAct) -> Deed:
    today = clock.today(grant.departement.time_zone)
    if not act.communicable_motive.strip():
        raise ActRefused("Écrivez pourquoi : la lettre le dit à l'élu.", field="communicable_motive")
    if grant.period.upper <= today:
        raise ActRefused(
            f"Cette protection a pris fin le {day_in_words(grant.last_day)} : une décision ne remonte pas le temps."
            " Faites une nouvelle demande."
        )
    made = {
        Outcome.EXTENDED: _extension,
        Outcome.SUSPENDED: _suspension,
        Outcome.RESUMED: _resumption,
        Outcome.WITHDRAWN: _withdrawal,
    }[act.outcome]
    kind, period, sentence = made(grant, act, today)
    return Deed(
        outcome=act.outcome,
        kind=kind,
        asked=grant.request,
        sentence=sentence,
        period=period,
        on_grant=grant,
        effective_on=act.day,
        motives=Motives(
            coded=act.coded_motive or "", internal=act.internal_motive, communicable=act.communicable_motive
        ),
        last_day=day_in_words(act.day),
    )


Made = tuple[DocumentKind, DateRange, str]


def _extension(grant: CallButtonGrant, act: GrantAct, today: date) -> Made:
    allowed = CallButtonRules.on(today).extension_max_days
    if not allowed:
        raise ActRefused("La prolongation conservatoire n'est pas ouverte : les règles en vigueur ne la prévoient pas.")
    if grant.is_extension:
        raise ActRefused("Cette protection est déjà une prolongation : elle n'a lieu qu'une fois.")
    if decided_about_end(grant):
        raise ActRefused("La suite de cette protection est déjà décidée.")
    if not 1 <= (act.day - grant.last_day).days <= allowed:
        latest = grant.last_day + timedelta(days=allowed)
        raise ActRefused(
            f"Choisissez un jour du {grant.last_day + timedelta(days=1):%d/%m/%Y} au {latest:%d/%m/%Y} :"
            f" une prolongation dure {allowed} jours au plus.",
            field="day",
        )
    period = DateRange(grant.period.upper, act.day + timedelta(days=1))
    return DocumentKind.EXTENSION, period, f"bouton d'appel prolongé {period_in_words(period)}, à titre conservatoire"


def _suspension(grant: CallButtonGrant, act: GrantAct, today: date) -> Made:
    if not max(today, grant.first_day) <= act.day <= grant.last_day:
        raise ActRefused(
            "La suspension commence pendant la protection, et pas avant sa signature :"
            f" du {max(today, grant.first_day):%d/%m/%Y} au {grant.last_day:%d/%m/%Y}.",
            field="day",
        )
    if act.until is not None and not act.day <= act.until <= grant.last_day:
        raise ActRefused(
            f"Le dernier jour de la suspension va du {act.day:%d/%m/%Y} au {grant.last_day:%d/%m/%Y}.", field="until"
        )
    period = DateRange(act.day, act.until + timedelta(days=1) if act.until else None)
    if grant.suspensions.filter(period__overlap=period).exists():
        raise ActRefused("Cette protection est déjà suspendue sur une partie de ces jours.", field="day")
    return DocumentKind.SUSPENSION, period, f"bouton d'appel suspendu {period_in_words(period)}"


def _resumption(grant: CallButtonGrant, act: GrantAct, today: date) -> Made:
    suspension = running_suspension(grant, today)
    if suspension is None:
        raise ActRefused("Cette protection n'est pas suspendue.")
    earliest = max(today, suspension.period.lower + timedelta(days=1))
    latest = grant.last_day if suspension.period.upper is None else suspension.period.upper - timedelta(days=1)
    if not earliest <= act.day <= latest:
        raise ActRefused(f"La protection reprend un jour du {earliest:%d/%m/%Y} au {latest:%d/%m/%Y}.", field="day")
    period = DateRange(act.day, grant.period.upper)
    return DocumentKind.RESUMPTION, period, f"bouton d'appel rétabli {period_in_words(period)}"


def _withdrawal(grant: CallButtonGrant, act: GrantAct, today: date) -> Made:
    if act.coded_motive is None:
        raise ActRefused("Choisissez le motif du retrait.", field="coded_motive")
    following = CallButtonGrant.objects.filter(previous=grant).first()
    if following is not None:
        raise ActRefused(
            f"La suite est déjà accordée à partir du {following.first_day:%d/%m/%Y} : suspendez cette protection, puis"
            " retirez la suivante quand elle commence."
        )
    first, last = max(today, grant.first_day), grant.last_day - timedelta(days=1)
    if not first <= act.day <= last:
        raise ActRefused(
            f"Le dernier jour protégé va du {first:%d/%m/%Y} au {last:%d/%m/%Y}."
            if first <= last
            else "La protection prend fin aujourd'hui : il n'y a rien à retirer.",
            field="day",
        )
    period = DateRange(grant.first_day, act.day + timedelta(days=1))
    return DocumentKind.WITHDRAWAL, period, f"bouton d'appel retiré, dernier jour protégé le {day_in_words(act.day)}"
