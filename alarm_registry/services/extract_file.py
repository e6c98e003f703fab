"""The file of an extract: made here, opened by docs/extrait-17/, which repeat this format and know nothing else.

    magic (8 bytes) · length of the header (4, big-endian) · header (JSON) · content (AES-256-GCM of gzipped lines)

The header says for whom, for which centre, when and until when: it is signed with the content (associated data), whose
first line says it again; the others are the cards, one JSON object each. The header carries the private key sealed by
the passphrase, so that the file and the passphrase are enough on a machine without network.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = 1
MAGIC = b"ALARME17"
KEY_PLACE = "alarme-elu-cle-v1"
CONTENT_PLACE = b"alarme-elu-extrait-v1"
ITERATIONS = 600_000
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
CURVE = ec.SECP256R1


@dataclass(frozen=True)
class KeyPair:
    """`sealed` opens with the passphrase and the code of the centre alone."""

    public: bytes
    sealed: str
    iterations: int


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_of_passphrase(passphrase: str, salt: bytes, iterations: int) -> bytes:
    """The key that a passphrase gives. Typed on another keyboard, the same letters give the same key (NFKC)."""
    normal = unicodedata.normalize("NFKC", passphrase).strip().encode()
    return PBKDF2HMAC(SHA256(), KEY_BYTES, salt, iterations).derive(normal)


def new_key_pair(passphrase: str, *, centre: str) -> KeyPair:
    """Draw a key pair and seal its private half. The passphrase is in memory for that time only."""
    private = ec.generate_private_key(CURVE())
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    cipher = AESGCM(key_of_passphrase(passphrase, salt, ITERATIONS))
    box = cipher.encrypt(nonce, plain, f"{KEY_PLACE}|{centre}".encode())
    sealed = json.dumps({"sel": _text(salt), "nonce": _text(nonce), "boite": _text(box)})
    return KeyPair(_point(private.public_key()), sealed, ITERATIONS)


def pack(lines: Iterable[Mapping[str, Any]], *, mark: Mapping[str, str]) -> tuple[bytes, int]:
    """The lines compressed behind the mark, as they come: a whole département never stands in memory in clear. With
    how many they were.
    """
    packed, count = io.BytesIO(), 0
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(json.dumps({"filigrane": mark}, ensure_ascii=False).encode() + b"\n")
        for count, line in enumerate(lines, 1):  # noqa: B007  # the last one is how many
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return packed.getvalue(), count


def seal_extract(packed: bytes, *, mark: Mapping[str, str], keys: KeyPair) -> bytes:
    """The file for the holder of the passphrase. `mark` says for whom, for which centre, when and until when."""
    ephemeral = ec.generate_private_key(CURVE())
    point = _point(ephemeral.public_key())
    shared = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE(), keys.public))
    key = HKDF(SHA256(), KEY_BYTES, salt=point + keys.public, info=CONTENT_PLACE).derive(shared)
    nonce = os.urandom(NONCE_BYTES)
    header = {
        "version": VERSION,
        **mark,
        "cle_publique": _text(keys.public),
        "cle_privee": json.loads(keys.sealed) | {"iterations": keys.iterations},
        "ephemere": _text(point),
        "nonce": _text(nonce),
    }
    head = json.dumps(header, ensure_ascii=False).encode()
    front = MAGIC + len(head).to_bytes(4, "big") + head
    return front + AESGCM(key).encrypt(nonce, packed, front)
