"""Encryption of column values, and blind indexes to search them.

AES-256-GCM. A token names its key and is bound to its place (table, column, row): copied anywhere else, it does not
open. Keys come from ENCRYPTION_KEYS, "name:base64" each; the first one encrypts, the others only decrypt until
`rotate_keys` has replaced them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = "v1"
NONCE_BYTES = 12
KEY_BYTES = 32
BLIND_INDEX_BYTES = 16
_KEY_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}\Z")


class DecryptionRefused(Exception):
    """The value does not belong here: it was altered, or copied from another row, column or table."""


class KeyMissing(Exception):
    """The value was encrypted with a key that the settings do not give."""


@dataclass(frozen=True)
class KeyRing:
    current: str
    ciphers: dict[str, AESGCM]

    def __hash__(self) -> int:
        return hash(self.current)


@lru_cache(maxsize=4)
def _parse(keys: tuple[str, ...]) -> KeyRing:
    ciphers: dict[str, AESGCM] = {}
    for entry in keys:
        name, separator, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        # The messages never carry the entry itself: it is a secret.
        if not separator or not _KEY_NAME.match(name) or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"ENCRYPTION_KEYS: each key is 'name:base64 of {KEY_BYTES} bytes'.")
        if name in ciphers:
            raise ImproperlyConfigured(f"ENCRYPTION_KEYS: the key name {name!r} appears twice.")
        ciphers[name] = AESGCM(key)
    if not ciphers:
        raise ImproperlyConfigured("ENCRYPTION_KEYS is empty.")
    return KeyRing(current=next(iter(ciphers)), ciphers=ciphers)


def key_ring() -> KeyRing:
    """The keys of the settings, parsed once."""
    return _parse(tuple(settings.ENCRYPTION_KEYS))


def current_prefix() -> str:
    """How every token made with the current key begins."""
    return f"{VERSION}.{key_ring().current}."


def encrypt(plaintext: str, *, place: str) -> str:
    """A token that only opens at `place`, such as "table|column|row"."""
    ring = key_ring()
    nonce = os.urandom(NONCE_BYTES)
    prefix = f"{VERSION}.{ring.current}."
    sealed = ring.ciphers[ring.current].encrypt(nonce, plaintext.encode(), (prefix + place).encode())
    return prefix + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(token: str, *, place: str) -> str:
    """The text of `token`. Raises KeyMissing, or DecryptionRefused when it does not belong at `place`."""
    parts = token.split(".")
    if len(parts) != 3 or parts[0] != VERSION:
        raise DecryptionRefused(f"{place}: not an encrypted value")
    cipher = key_ring().ciphers.get(parts[1])
    if cipher is None:
        raise KeyMissing(f"{place}: encrypted with the key {parts[1]!r}, absent from ENCRYPTION_KEYS")
    try:
        raw = base64.urlsafe_b64decode(parts[2])
        plaintext = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], f"{VERSION}.{parts[1]}.{place}".encode())
    except (InvalidTag, ValueError):
        raise DecryptionRefused(f"{place}: altered, or copied from another row or column") from None
    return plaintext.decode()


def blind_index(value: str, *, purpose: str) -> bytes:
    """A keyed fingerprint to find an encrypted value by equality, under a key apart from the encryption keys.

    Case, accents' encoding and outer spaces do not count. Two purposes never give the same fingerprint, so that two
    columns cannot be joined on it.
    """
    normal = unicodedata.normalize("NFKC", value).strip().casefold()
    message = f"{len(purpose)}|{purpose}|{normal}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).digest()[:BLIND_INDEX_BYTES]
