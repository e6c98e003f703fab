"""Just enough of the boxes of MP4, MOV, 3GP and HEIC: the brand, whether the file is whole, the date of the film."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
MOST_BOXES = 10_000


class IsoDamaged(Exception):
    """The boxes do not fill the file."""


def brand_of(head: bytes) -> bytes:
    """The main brand; that of QuickTime for its old files, which start without one."""
    if head[4:8] == b"ftyp":
        return head[8:12]
    return b"qt  " if head[4:8] in (b"moov", b"mdat", b"wide") and len(head) > 16 else b""


def _read(stream: BinaryIO, offset: int, length: int) -> bytes:
    stream.seek(offset)
    found = b""
    while len(found) < length and (piece := stream.read(length - len(found))):
        found += piece
    return found


def boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start of the content and end of each box. Raises IsoDamaged when one goes beyond `end`."""
    for _ in range(MOST_BOXES):
        if start >= end:
            return
        head = _read(stream, start, 16)
        if len(head) < 8:
            raise IsoDamaged
        size, name = struct.unpack(">I4s", head[:8])
        content = 8
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack(">Q", head[8:])
            content = 16
        elif size == 0:
            size = end - start
        if size < content or start + size > end:
            raise IsoDamaged
        yield name, start + content, start + size
        start += size
    raise IsoDamaged


def check_boxes(stream: BinaryIO, size: int) -> None:
    """A whole film has its index (moov) and a whole picture its own (meta)."""
    names = {name for name, _, _ in boxes(stream, 0, size)}
    if not names & {b"moov", b"meta"}:
        raise IsoDamaged


def created_at(stream: BinaryIO, size: int) -> datetime | None:
    """The date that the camera wrote in the film, in universal time; None when it wrote none."""
    try:
        for name, start, end in boxes(stream, 0, size):
            if name == b"moov":
                for inner, content, _ in boxes(stream, start, end):
                    if inner == b"mvhd":
                        return _date_of(_read(stream, content, 12))
    except IsoDamaged:
        pass
    return None


def _date_of(header: bytes) -> datetime | None:
    if len(header) < 12:
        return None
    seconds = struct.unpack(">Q", header[4:12])[0] if header[0] == 1 else struct.unpack(">I", header[4:8])[0]
    try:
        return EPOCH + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None
