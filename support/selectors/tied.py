"""From the token that a slip keeps to the referral that keeps its hash, for who reads the slip in clear at the desk."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.urls import reverse

from core.encryption import blind_index
from support.models import Referral, ReferralTie
from support.permissions import HANDLE_REFERRAL

if TYPE_CHECKING:
    from accounts.models import User

# Some 50 ms and 16 MB: RFC 7914, section 2, for an interactive use.
COST, BLOCK, PARALLEL = 2**14, 8, 1


def hash_of(token: bytes) -> bytes:
    """The slow hash that a referral keeps. One token gives one hash: the salt is the portal's, and secret."""
    salt = blind_index("tie", purpose="support.tie")
    return hashlib.scrypt(token, salt=salt, n=COST, r=BLOCK, p=PARALLEL, dklen=32)


def referral_tied_to(token: bytes, *, user: User) -> Referral | None:
    """The referral that the token leads to, if `user` may read that one."""
    tied = ReferralTie.objects.filter(token_hash=hash_of(token)).values("referral")
    return Referral.objects.visible_to(user, HANDLE_REFERRAL).filter(pk__in=tied).with_people().first()


def page_of_tie(token: bytes, *, user: User) -> str:
    """The address of that referral; empty when the tie was undone, or when `user` may not read it."""
    found = referral_tied_to(token, user=user)
    return reverse("support:referral", args=[found.pk]) if found else ""
