"""Files encrypted at rest, written and read by pieces: the plain text of a file never touches the disk.

AES-256-GCM under a random key of the file's own. The number of a piece, and whether it is the last, are signed with
the place of the row that owns it: a piece moved, repeated, dropped or taken from another file does not open. The key
is kept by that row, in an `EncryptedTextField`: `rotate_keys` wraps it again without touching the file.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAGIC = b"CSF1"
PIECE_BYTES = 256 * 1024
TAG_BYTES = 16
SEALED_BYTES = PIECE_BYTES + TAG_BYTES
KEY_BYTES = 32
DAY_SECONDS = 86_400
# A file that no row claims waits there before it is deleted: a wrong backup may have been restored.
ORPHANS_KEPT_SECONDS = 30 * DAY_SECONDS
_STORAGE_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\Z")


class SealedFileError(Exception):
    """The file cannot be read."""


class SealedFileMissing(SealedFileError):
    """The row is there, its file is not."""


class SealedFileAltered(SealedFileError):
    """The file was changed, cut, or is that of another row."""


def store() -> Path:
    """Where sealed files are, outside of anything that is served."""
    return Path(settings.ATTACHMENTS_DIR)


def _folder(name: str) -> Path:
    folder = store() / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(storage_key: str) -> Path:
    if not _STORAGE_KEY.match(storage_key):
        raise SealedFileMissing("the storage key has not the shape that we give")
    return store() / "files" / storage_key


def _nonce(index: int) -> bytes:
    # The key serves one file once: the number of the piece never comes twice.
    return index.to_bytes(12, "big")


def _signed(place: str, index: int, last: bool) -> bytes:
    return b"|".join((MAGIC, place.encode(), str(index).encode(), b"last" if last else b"more"))


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class SealedFile:
    """What a row keeps to read its file again. `key` is a secret: only an encrypted column holds it."""

    storage_key: str
    key: str
    place: str
    size: int

    def open(self) -> SealedReader:
        return SealedReader(path_of(self.storage_key), key=self.key, place=self.place, size=self.size)

    def pieces(self) -> Iterator[bytes]:
        """The content, piece by piece, each verified before it is given."""
        with self.open() as reader:
            yield from reader.pieces()


class SealedWriter:
    """Seals what it is given into a temporary file; `keep` gives it its place in one step, `abandon` forgets it."""

    def __init__(self, *, place: str) -> None:
        key = os.urandom(KEY_BYTES)
        self.place = place
        self.key = base64.b64encode(key).decode()
        self.size = 0
        self._cipher = AESGCM(key)
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._index = 0
        self._path: Path | None = _folder("incoming") / f"{uuid4().hex}.part"
        self._file: io.BufferedWriter | None = os.fdopen(
            os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        )
        self._file.write(MAGIC)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        self.size += len(data)
        self._hash.update(data)
        self._waiting += data
        # One piece is always held back: only `finish` knows which is the last.
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]

    def _seal(self, data: bytes, *, last: bool) -> None:
        if self._file is None:
            raise ValueError("the file is finished")
        self._file.write(self._cipher.encrypt(_nonce(self._index), data, _signed(self.place, self._index, last)))
        self._index += 1

    def finish(self) -> None:
        """Seal the last piece and put everything on the disk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def open(self) -> SealedReader:
        """The content of a finished file that has no place yet."""
        if self._path is None:
            raise SealedFileMissing("abandoned")
        return SealedReader(self._path, key=self.key, place=self.place, size=self.size)

    def keep(self) -> SealedFile:
        """Give the file its place. The caller writes the row in the same breath, or calls `discard`."""
        if self._path is None or self._file is not None:
            raise ValueError("only a finished file is kept")
        name = uuid4().hex
        sealed = SealedFile(storage_key=f"{name[:2]}/{name}", key=self.key, place=self.place, size=self.size)
        target = path_of(sealed.storage_key)
        _folder(f"files/{name[:2]}")
        self._path.replace(target)
        self._path = None
        sync_folder(target.parent)
        return sealed

    def abandon(self) -> None:
        """Nothing is left of it. Harmless on a file already kept or abandoned."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None
        self._waiting.clear()


def discard(sealed: SealedFile) -> None:
    """Undo `keep` when the row was not written after all."""
    path_of(sealed.storage_key).unlink(missing_ok=True)


class SealedReader(io.RawIOBase):
    """A seekable file whose every byte was verified. Holds one piece in memory."""

    def __init__(self, path: Path, *, key: str, place: str, size: int) -> None:
        self._cipher = AESGCM(base64.b64decode(key))
        self._place = place
        self._size = size
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._last = max(0, (size - 1) // PIECE_BYTES)
        try:
            self._file = path.open("rb", buffering=0)
        except FileNotFoundError:
            raise SealedFileMissing("the file is not there") from None
        except OSError as error:
            raise SealedFileMissing(f"the file cannot be opened: {error.strerror}") from None
        expected = len(MAGIC) + size + (self._last + 1) * TAG_BYTES
        if os.fstat(self._file.fileno()).st_size != expected or self._file.read(len(MAGIC)) != MAGIC:
            self._file.close()
            raise SealedFileAltered("the file has not its length, or is not one of ours")

    def close(self) -> None:
        # Not there when the constructor refused.
        if file := getattr(self, "_file", None):
            file.close()
        super().close()

    def _piece(self, index: int) -> bytes:
        if self._held[0] != index:
            self._file.seek(len(MAGIC) + index * SEALED_BYTES)
            sealed = self._file.read(SEALED_BYTES)
            try:
                plain = self._cipher.decrypt(
                    _nonce(index), sealed, _signed(self._place, index, last=index == self._last)
                )
            except InvalidTag:
                raise SealedFileAltered(f"piece {index} was altered, or is not of this file") from None
            self._held = (index, plain)
        return self._held[1]

    def pieces(self) -> Iterator[bytes]:
        for index in range(self._last + 1):
            yield self._piece(index)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the start of the file")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer
        if self._position >= self._size:
            return 0
        index, within = divmod(self._position, PIECE_BYTES)
        found = self._piece(index)[within : within + len(buffer)]
        buffer[: len(found)] = found
        self._position += len(found)
        return len(found)


@dataclass(frozen=True)
class Sweep:
    abandoned: int
    set_aside: int
    deleted: int


def sweep_orphans(known: Iterable[str]) -> Sweep:
    """Delete unfinished files of the day before; set aside those that no row claims, and delete them a month later.

    `known` gives the storage keys of every row. A file of today may still be waiting for its row.
    """
    now = clock.real_now().timestamp()
    yesterday = now - DAY_SECONDS
    abandoned = sum(_delete(path) for path in _older_than(_folder("incoming").glob("*.part"), yesterday))
    claimed = set(known)
    aside = _folder("orphans")
    set_aside = 0
    for path in _older_than(_folder("files").glob("*/*"), yesterday):
        if f"{path.parent.name}/{path.name}" not in claimed:
            with contextlib.suppress(FileNotFoundError):
                moved = path.replace(aside / path.name)
                os.utime(moved)
                set_aside += 1
    deleted = sum(_delete(path) for path in _older_than(aside.iterdir(), now - ORPHANS_KEPT_SECONDS))
    return Sweep(abandoned, set_aside, deleted)


def _older_than(paths: Iterable[Path], moment: float) -> list[Path]:
    found = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < moment:
                found.append(path)
    return found


def _delete(path: Path) -> int:
    path.unlink(missing_ok=True)
    return 1
