"""Encryption of column values, and blind indexes to search them.

AES-256-GCM. A token names its key and is bound to its place (table, column, row): copied anywhere else, it does not
open. Keys come from ENCRYPTION_KEYS, "name:base64" each; the first one encrypts, the others only decrypt until
`rotate_keys` has replaced them.

A record that must be destroyed on demand has a key of its own (`core.record_keys`); the ring only wraps it. Telephone
numbers are found by indexes under TELEPHONE_INDEX_KEYS, apart from everything else (docs/adr/0026).
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


def _named_keys(setting: str, entries: tuple[str, ...]) -> dict[str, bytes]:
    """The keys of a setting by their names, the current one first. Raises ImproperlyConfigured."""
    keys: dict[str, bytes] = {}
    for entry in entries:
        name, separator, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        # The messages never carry the entry itself: it is a secret.
        if not separator or not _KEY_NAME.match(name) or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"{setting}: each key is 'name:base64 of {KEY_BYTES} bytes'.")
        if name in keys:
            raise ImproperlyConfigured(f"{setting}: the key name {name!r} appears twice.")
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured(f"{setting} is empty.")
    return keys


@lru_cache(maxsize=4)
def _parse(entries: tuple[str, ...]) -> KeyRing:
    keys = _named_keys("ENCRYPTION_KEYS", entries)
    return KeyRing(current=next(iter(keys)), ciphers={name: AESGCM(key) for name, key in keys.items()})


@lru_cache(maxsize=4)
def _parse_index(entries: tuple[str, ...]) -> dict[str, bytes]:
    return _named_keys("TELEPHONE_INDEX_KEYS", entries)


def telephone_index_keys() -> dict[str, bytes]:
    """The keys of the indexes of telephone numbers: the first one writes, a look-up tries them all."""
    return _parse_index(tuple(settings.TELEPHONE_INDEX_KEYS))


def telephone_index(form: str, *, key: bytes) -> bytes:
    """The keyed fingerprint of one form of a number (`core.telephones.Candidate.key`), to find it by equality."""
    return hmac.new(key, f"telephone|{form}".encode(), hashlib.sha256).digest()[:BLIND_INDEX_BYTES]


def key_ring() -> KeyRing:
    """The keys of the settings, parsed once."""
    return _parse(tuple(settings.ENCRYPTION_KEYS))


def current_prefix() -> str:
    """How every token made with the current key begins."""
    return f"{VERSION}.{key_ring().current}."


def encrypt(plaintext: str, *, place: str) -> str:
    """A token that only opens at `place`, such as "table|column|row"."""
    ring = key_ring()
    return encrypt_with(ring.ciphers[ring.current], ring.current, plaintext, place=place)


def encrypt_with(cipher: AESGCM, name: str, plaintext: str, *, place: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    prefix = f"{VERSION}.{name}."
    sealed = cipher.encrypt(nonce, plaintext.encode(), (prefix + place).encode())
    return prefix + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(token: str, *, place: str) -> str:
    """The text of `token`. Raises KeyMissing, or DecryptionRefused when it does not belong at `place`."""
    parts = token.split(".")
    if len(parts) != 3 or parts[0] != VERSION:
        raise DecryptionRefused(f"{place}: not an encrypted value")
    cipher = key_ring().ciphers.get(parts[1])
    if cipher is None:
        raise KeyMissing(f"{place}: encrypted with the key {parts[1]!r}, absent from ENCRYPTION_KEYS")
    return decrypt_with(cipher, parts[1], token, place=place)


def decrypt_with(cipher: AESGCM, name: str, token: str, *, place: str) -> str:
    """The text of `token`, made by `encrypt_with` under the same name. Raises DecryptionRefused."""
    prefix = f"{VERSION}.{name}."
    try:
        raw = base64.urlsafe_b64decode(token.removeprefix(prefix))
        plaintext = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], (prefix + place).encode())
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
