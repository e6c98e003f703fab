"""Messages about referrals. They say nothing: neither who, nor which help, nor that it is help at all in an e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from accounts.services import notify
from cases.selectors import able_to_open
from core.outbox import NEUTRAL_SUBJECT, Email, enqueue_emails, neutral_body
from support.enums.referrals import Origin
from support.selectors.referrals import people_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from support.models import Referral

SENTENCE = "Une information vous attend dans votre espace."


def tell_association(referral: Referral, *, text: str, key: str, but: User | None = None) -> None:
    """Tell those who work there today, in the portal and by a neutral e-mail. In the caller's transaction."""
    _tell([one for one in people_of(referral.association) if one != but], referral, text, key)


def tell_member(referral: Referral, member: User, *, text: str, key: str) -> None:
    """Tell one of them."""
    _tell([member], referral, text, key)


def _tell(people: list[User], referral: Referral, text: str, key: str) -> None:
    notify(users=people, text=f"Soutien : {text}", path=reverse("support:referral", args=[referral.pk]), dedupe_key=key)
    _mail(people, key)


def tell_person(referral: Referral, *, text: str, key: str) -> None:
    """Tell the person who has a space. Asked for without the élu's knowledge, no e-mail leaves: a box may be shared."""
    account = referral.account
    if account is None:
        return
    notify(users=[account], text=f"Soutien : {text}", path=reverse("support:mine"), dedupe_key=key)
    if not referral.is_discreet:
        _mail([account], key)


def tell_proposer(referral: Referral, *, text: str, key: str) -> None:
    """Tell the agent who proposed it, in the portal: the page of the file says the state, and checks its own right."""
    if referral.origin != Origin.REFERRED or referral.case is None:
        return
    people = able_to_open(referral.case, [referral.proposed_by])
    notify(users=people, text=f"{referral.case.reference} : {text}", path=file_path(referral), dedupe_key=key)


def file_path(referral: Referral) -> str:
    return reverse("support:case_panel", args=[referral.case.reference]) if referral.case else reverse("home")


def _mail(people: Iterable[User], key: str) -> None:
    body = neutral_body(SENTENCE, settings.PUBLIC_URL + reverse("home"))
    enqueue_emails(Email(f"{key}:{one.pk}", one.email, NEUTRAL_SUBJECT, body) for one in people)
