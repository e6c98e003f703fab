"""The code of a slip: drawn, read as people type it, and what it opens.

Sixteen signs of Crockford's base 32, in four groups: fifteen drawn (75 bits) and one that checks them (Luhn, mod 32).
A false code and an unknown one follow one path: whatever is typed is hashed, slowly, and looked for.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from dataclasses import dataclass

from django.conf import settings

from core.boxes import KEY_BYTES, SALT_BYTES, derived, slow_key

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN, GROUP = 15, 4
# What people write for what they read.
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
# At once, in a process: each takes 64 MiB and a core for a tenth of a second. The others wait their turn, shortly.
_hashing = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class CodeKeys:
    """What a code gives: where its slip is, and what opens it. Neither says anything of the other, nor of the code."""

    locator: bytes
    key: bytes


def code_of(submission: str) -> str:
    """The code of the form that was drawn with `submission` (256 random bits): sent twice, it gives the same one."""
    drawn = int.from_bytes(hashlib.sha256(b"portal-slip-code-v1|" + submission.encode()).digest(), "big")
    signs = "".join(ALPHABET[drawn >> (5 * rank) & 31] for rank in range(DRAWN))
    return in_groups(signs + check_sign(signs))


def check_sign(signs: str) -> str:
    """Luhn modulo 32: one wrong sign, or two neighbours exchanged, and it differs."""
    total = 0
    for rank, sign in enumerate(reversed(signs)):
        value = ALPHABET.index(sign) * (2 if rank % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def in_groups(signs: str) -> str:
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def plain(typed: str) -> str:
    """As it was drawn: without case, spaces and dashes, O for 0, I and L for 1."""
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(ALIKE)


def keys_of(typed: str) -> CodeKeys:
    """One slow hash, whatever was typed.

    The salt is the same for all codes, so that a slip is found by an index; it comes from a setting that is not in the
    database. 75 drawn bits need no salt of their own.
    """
    salt = hmac.new(settings.BLIND_INDEX_KEY.encode(), b"support|slip|v1", hashlib.sha256).digest()[:SALT_BYTES]
    with _hashing:
        strong = slow_key(plain(typed[:200]).encode(), salt=salt, length=KEY_BYTES)
    return CodeKeys(derived(strong, purpose="slip|locator|v1"), derived(strong, purpose="slip|key|v1"))
