"""Boxes that the portal itself cannot open: under a key that somebody else holds.

`lock` is AES-256-GCM under a key; `seal_to` is for whoever holds the private half of an X25519 pair; `slow_key` makes
a key of something typed. Each box is bound to its place: moved elsewhere, it does not open. The extract of the 17
(`alarm_registry.services.extract_file`) has other primitives, those of a browser without network: P-256 and PBKDF2.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES, TAG_BYTES, SALT_BYTES = 32, 12, 16, 16
# What `lock` and `seal_to` add to what they enclose.
LOCK_BYTES = NONCE_BYTES + TAG_BYTES
SEAL_BYTES = KEY_BYTES + LOCK_BYTES


class BoxClosed(Exception):
    """Another key, another place, or altered."""


@dataclass(frozen=True)
class Cost:
    """Of Argon2id: passes, and memory in KiB. About a tenth of a second on a core of 2026."""

    passes: int = 3
    memory: int = 64 * 1024


COST = Cost()


def slow_key(secret: bytes, *, salt: bytes, length: int = KEY_BYTES) -> bytes:
    """The key that `secret` gives, slowly (Argon2id, RFC 9106)."""
    return hash_secret_raw(secret, salt, COST.passes, COST.memory, 1, length, Type.ID)


def typed(passphrase: str) -> bytes:
    """Typed on another keyboard, the same letters give the same bytes (NFKC)."""
    return unicodedata.normalize("NFKC", passphrase).strip().encode()


def derived(key: bytes, *, purpose: str) -> bytes:
    """Another key from a strong one. Two purposes say nothing of each other."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def lock(key: bytes, plain: bytes, *, place: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unlock(key: bytes, box: bytes, *, place: str) -> bytes:
    """Raises BoxClosed."""
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):
        raise BoxClosed from None


def new_private_key() -> bytes:
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _shared(private: X25519PrivateKey, other: bytes, ephemeral: bytes, public: bytes) -> bytes:
    secret = private.exchange(X25519PublicKey.from_public_bytes(other))
    return HKDF(SHA256(), KEY_BYTES, salt=ephemeral + public, info=b"portal-box-v1").derive(secret)


def seal_to(public: bytes, plain: bytes, *, place: str) -> bytes:
    """For the holder of the private half of `public` alone: not even its maker opens it again."""
    once = X25519PrivateKey.generate()
    ephemeral = once.public_key().public_bytes_raw()
    return ephemeral + lock(_shared(once, public, ephemeral, public), plain, place=place)


def open_sealed(private: bytes, box: bytes, *, place: str) -> bytes:
    """Raises BoxClosed."""
    key, ephemeral = X25519PrivateKey.from_private_bytes(private), box[:KEY_BYTES]
    public = key.public_key().public_bytes_raw()
    try:
        shared = _shared(key, ephemeral, ephemeral, public)
    except ValueError:
        raise BoxClosed from None
    return unlock(shared, box[KEY_BYTES:], place=place)
