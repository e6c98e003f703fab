"""A key for each record, so that a record can be destroyed at once and for good, in the backups too.

The key is drawn at random, wrapped by the ring of ENCRYPTION_KEYS and kept in a table of its own, which long-lived
backups leave out (docs/exploitation.md). Destroying it makes every `RecordTextField` of the record unreadable.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from core.encryption import KEY_BYTES
from core.fields import EncryptedTextField


class RecordDestroyed(Exception):
    """The key of the record was destroyed: what it held is lost, as was asked."""


class RecordKey(models.Model):
    """The key of one record. A subclass adds a one-to-one key to it, with `related_name="key"`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = EncryptedTextField("clé de la fiche, elle-même chiffrée")

    class Meta:
        abstract = True

    def fill(self) -> None:
        """Draw a new key. To be saved before anything is encrypted under it."""
        self.wrapped = base64.b64encode(AESGCM.generate_key(bit_length=8 * KEY_BYTES)).decode()


class _Opened:
    """The cipher that a record opened once: copied with its instance, never pickled, shown by no repr."""

    __slots__ = ("cipher",)

    def __init__(self, cipher: AESGCM) -> None:
        self.cipher = cipher

    def __repr__(self) -> str:
        return "<clé ouverte>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("the key of a record is never pickled")

    def __copy__(self) -> _Opened:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> _Opened:
        return self


class Keyed:
    """What a record that has a key is also: see `RecordKey`."""

    def record_cipher(self) -> AESGCM:
        """The cipher of the record, opened once by instance. Raises RecordDestroyed."""
        opened = self.__dict__.get("_record_cipher")
        if opened is None:
            try:
                key = self.key  # type: ignore[attr-defined]  # the reverse of the one-to-one
            except ObjectDoesNotExist:
                raise RecordDestroyed("the key of this record was destroyed") from None
            opened = self.__dict__["_record_cipher"] = _Opened(AESGCM(base64.b64decode(key.wrapped)))
        return opened.cipher
