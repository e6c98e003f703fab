"""The tie between a slip and a referral, if the person chose one: random bytes in the slip, their hash in the other."""

from __future__ import annotations

from core.boxes import derived, slow_key


def tie_hash(token: bytes) -> bytes:
    """What the referral keeps of the 32 random bytes of a tie: found by equality, slow, and of no use alone."""
    return derived(slow_key(token, salt=b"support|tie|v1|_"[:16]), purpose="tie|hash|v1")


def page_of_tie(token: bytes) -> str:
    """The address of the referral that keeps the hash of `token`. Empty until referrals keep one."""
    return ""
