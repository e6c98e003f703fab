"""Accounts and postings: every change of who may do what goes through here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role, ScopeKind
from accounts.models import Posting, Unit, User
from core import clock
from core.encryption import blind_index
from core.journal import Action, Actor, Outcome, recent_refusals, record_access, record_act

if TYPE_CHECKING:
    from django.http import HttpRequest

    from territories.models import Departement

# Ten wrong passwords on one address, or fifty from one machine, in a quarter of an hour: then the door waits.
# A town hall or a brigade shares one public address, hence the wider second limit.
REFUSALS_PER_EMAIL = 10
REFUSALS_PER_ADDRESS = 50
REFUSAL_WINDOW = timedelta(minutes=15)


class TooManyAttempts(Exception):
    """The rate limit of sign-in is reached; the person waits or calls."""


@dataclass(frozen=True)
class SignInResult:
    user: User | None


def sign_in(*, request: HttpRequest, email: str, password: str, address: str | None) -> SignInResult:
    """Check a password, within the rate limits, and journal the outcome.

    The counters are the journal's own entries, so that a flushed Redis resets nothing. The e-mail typed is
    journaled as a keyed hash only: people type their password in that field.

    Raises TooManyAttempts beyond the limits, whatever the password.
    """
    key = blind_index(email.strip().lower(), purpose="sign_in").hex()
    since = clock.real_now() - REFUSAL_WINDOW
    visitor = Actor(user_id=None, label="visiteur", posting_id=None, posting_label="", address=address)

    def refused(reason: str) -> None:
        record_access(
            action=Action.SIGN_IN,
            actor=visitor,
            object_type="sign_in",
            object_id=key,
            reason=reason,
            outcome=Outcome.REFUSED,
        )

    if recent_refusals(action=Action.SIGN_IN, object_id=key, since=since) >= REFUSALS_PER_EMAIL or (
        address and recent_refusals(action=Action.SIGN_IN, address=address, since=since) >= REFUSALS_PER_ADDRESS
    ):
        raise TooManyAttempts
    user = authenticate(request, username=email.strip(), password=password)
    if not isinstance(user, User):
        refused("identifiants refusés")
        return SignInResult(None)
    posting = next(iter(user.active_postings), None)
    record_access(
        action=Action.SIGN_IN,
        actor=Actor(
            user_id=user.pk,
            label=user.get_full_name(),
            posting_id=posting.pk if posting else None,
            posting_label=str(posting) if posting else "",
            address=address,
        ),
        object_type="sign_in",
        object_id=key,
    )
    return SignInResult(user)


@transaction.atomic
def create_account(
    *, email: str, password: str | None, first_name: str, last_name: str, telephone: str = "", actor: Actor
) -> User:
    """Create an account without any right: rights come with `give_posting`."""
    user = User.objects.create_user(
        email=email, password=password, first_name=first_name, last_name=last_name, telephone=telephone
    )
    record_act(
        actor=actor,
        object_type="accounts.user",
        object_id=str(user.pk),
        object_label=user.get_full_name(),
        reason="création de compte",
    )
    return user


@transaction.atomic
def give_posting(
    *,
    user: User,
    role: Role,
    start: date,
    end: date | None = None,
    departement: Departement | None = None,
    unit: Unit | None = None,
    is_deputy: bool = False,
    actor: Actor,
) -> Posting:
    """Give `role` to `user` for `[start, end)`, on the unit, the département, oneself (élu) or the nation.

    Raises ValidationError when the role does not fit the scope or overlaps an existing posting.
    """
    if unit is not None:
        scope = ScopeKind.UNIT
    elif departement is not None:
        scope = ScopeKind.DEPARTEMENT
    elif role == Role.OFFICIAL:
        scope = ScopeKind.OWN
    else:
        scope = ScopeKind.NATION
    posting = Posting(
        user=user,
        role=role,
        scope=scope,
        departement=departement,
        unit=unit,
        period=DateRange(start, end),
        is_deputy=is_deputy,
    )
    posting.full_clean()
    posting.save()
    record_act(
        actor=actor,
        object_type="accounts.posting",
        object_id=str(posting.pk),
        object_label=f"{user.get_full_name()} : {posting}"[:200],
        reason="habilitation donnée",
    )
    return posting


@transaction.atomic
def end_posting(*, posting: Posting, end: date, actor: Actor) -> Posting:
    """Stop a posting so that `end` is the first day without it. Past days stay as they were.

    Raises ValueError when `end` would lengthen the posting or precede its start.
    """
    posting = Posting.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    if end <= posting.period.lower or (posting.period.upper is not None and end > posting.period.upper):
        raise ValueError("the end of a posting only moves towards its start")
    posting.period = DateRange(posting.period.lower, end)
    posting.save(update_fields=["period"])
    record_act(
        actor=actor,
        object_type="accounts.posting",
        object_id=str(posting.pk),
        object_label=f"{posting.user.get_full_name()} : {posting}"[:200],
        reason="fin d'habilitation",
    )
    return posting
