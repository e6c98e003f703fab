"""Accounts and postings: every change of who may do what goes through here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role, ScopeKind
from accounts.models import Notification, Posting, Unit, User
from core import clock
from core.encryption import blind_index
from core.journal import ANONYMOUS, Action, Actor, Outcome, recent_refusals, record_access, record_act
from core.locks import SIGN_IN, session_lock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from territories.models import Departement

# What was told three months ago teaches nothing any more.
NOTIFICATIONS_KEPT = timedelta(days=90)
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

    Attempts on one e-mail wait for each other: sent all at once, they would be counted too late. The limit of one
    machine may be passed by as many attempts as the server handles at the same time.

    Raises TooManyAttempts beyond the limits, whatever the password.
    """
    key = _attempts_key(email)
    with session_lock(SIGN_IN, key):
        _check_limits(key, address)
        user = authenticate(request, username=email.strip(), password=password)
        if not isinstance(user, User):
            _journal_refusal(key, actor=replace(ANONYMOUS, address=address), reason="identifiants refusés")
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


def check_own_password(*, user: User, password: str, actor: Actor) -> bool:
    """Ask a person who is signed in for the password again: within the same limits, a refusal is journaled.

    Raises TooManyAttempts beyond the limits: an open session left on a desk is no place to guess from.
    """
    key = _attempts_key(user.email)
    with session_lock(SIGN_IN, key):
        _check_limits(key, actor.address)
        if user.check_password(password):
            return True
        _journal_refusal(key, actor=actor, reason="ancien mot de passe refusé")
        return False


@transaction.atomic
def change_password(*, user: User, password: str, actor: Actor) -> None:
    """Give `user` a new password: the sessions opened with the former one end."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record_act(
        actor=actor,
        object_type="accounts.user",
        object_id=str(user.pk),
        object_label=user.get_full_name(),
        reason="mot de passe changé",
    )


def check_attempts(*, email: str, address: str | None) -> None:
    """For the other doors where a secret is typed. Raises TooManyAttempts beyond the limits of sign-in."""
    _check_limits(_attempts_key(email), address)


def journal_refused_attempt(*, email: str, actor: Actor, reason: str) -> None:
    """Count a refusal at such a door."""
    _journal_refusal(_attempts_key(email), actor=actor, reason=reason)


def _attempts_key(email: str) -> str:
    return blind_index(email.strip().lower(), purpose="sign_in").hex()


def _check_limits(key: str, address: str | None) -> None:
    since = clock.real_now() - REFUSAL_WINDOW
    if recent_refusals(action=Action.SIGN_IN, object_id=key, since=since) >= REFUSALS_PER_EMAIL or (
        address and recent_refusals(action=Action.SIGN_IN, address=address, since=since) >= REFUSALS_PER_ADDRESS
    ):
        raise TooManyAttempts


def _journal_refusal(key: str, *, actor: Actor, reason: str) -> None:
    record_access(
        action=Action.SIGN_IN,
        actor=actor,
        object_type="sign_in",
        object_id=key,
        reason=reason,
        outcome=Outcome.REFUSED,
    )


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
    title: str = "",
    actor: Actor,
) -> Posting:
    """Give `role` to `user` for `[start, end)`, on the unit, the département, oneself (élu) or the nation.

    Raises ValidationError when the role does not fit the scope or overlaps an existing posting.
    """
    if unit is not None:
        scope = ScopeKind.UNIT
    elif departement is not None:
        scope = ScopeKind.DEPARTEMENT
    elif role in (Role.OFFICIAL, Role.PROTECTED_PERSON):
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
        title=title,
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


@dataclass(frozen=True)
class Notice:
    """What one person is told: see `notify`."""

    user: User
    text: str
    path: str
    dedupe_key: str


def notify(*, users: Iterable[User], text: str, path: str, dedupe_key: str) -> None:
    """Tell people something inside the product, once per `dedupe_key` and person, in the caller's transaction.

    `text` is neutral: no fact, no name of an author, no address. `path` is a page of the portal.
    """
    people = {user.pk: user for user in users}
    notify_each(Notice(user, text, path, dedupe_key) for user in people.values())


def notify_each(notices: Iterable[Notice]) -> None:
    """Tell each his own, by one insertion."""
    now = clock.now()
    Notification.objects.bulk_create(
        [
            Notification(user=one.user, at=now, text=one.text[:300], path=one.path, dedupe_key=one.dedupe_key[:200])
            for one in notices
        ],
        ignore_conflicts=True,
    )


def read_notification(*, user: User, notification: int) -> str | None:
    """Mark one's own notification as read and give the page it leads to; None when it is not one's own."""
    found = Notification.objects.filter(user=user, pk=notification).first()
    if found is None:
        return None
    Notification.objects.filter(pk=found.pk).unread().update(read_at=clock.now())
    return found.path


def read_all_notifications(*, user: User, until: int) -> int:
    """Mark as read what the person had on the page, up to the notification `until`: what came since stays unread."""
    return Notification.objects.filter(user=user, pk__lte=until).unread().update(read_at=clock.now())


def purge_notifications() -> int:
    """Delete the notifications, read or not, that nobody needs any more."""
    return Notification.objects.filter(at__lt=clock.now() - NOTIFICATIONS_KEPT).delete()[0]


@transaction.atomic
def choose_digest(*, user: User, wanted: bool, actor: Actor) -> None:
    """Switch one's own daily digest on or off."""
    user.digest_by_email = wanted
    user.save(update_fields=["digest_by_email"])
    record_act(
        actor=actor,
        object_type="accounts.user",
        object_id=str(user.pk),
        object_label=user.get_full_name(),
        reason="résumé quotidien activé" if wanted else "résumé quotidien arrêté",
    )
