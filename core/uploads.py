"""Files sent by a form go straight into sealed files: neither the disk nor the memory holds them in clear.

A view that takes files is `csrf_exempt` outside, checks who asks, calls `seal_uploads(request, …)`, then calls an
inner function that is `csrf_protect`: the body is read only there. Every other page refuses files (settings).
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from core.sealed_files import SealedWriter
from core.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

LONGEST_NAME = 255


class RefuseUploads(FileUploadHandler):
    """For pages that take no file: its content is read and dropped."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class TableUploads(FileUploadHandler):
    """A small file kept in memory while a page reads it, never on the disk. Beyond `limit` bytes its start only.

    `size` says how much was received, so that the form refuses what is too large.
    """

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start < self.limit:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.kept.seek(0)
        return UploadedFile(file=self.kept, name=clean_name(self.file_name or ""), size=file_size)


class SealedUpload(UploadedFile):
    """A file received: sealed, or known to be too large and then not kept at all."""

    def __init__(self, *, name: str, row_id: UUID, writer: SealedWriter, received: int, too_large: bool) -> None:
        super().__init__(file=None, name=name, size=received)
        self.row_id = row_id
        self.writer = writer
        self.too_large = too_large

    def _set_name(self, name: str | None) -> None:
        # Django would cut the name to its base once more; `clean_name` has done it and more.
        self._name = name

    name = property(lambda self: self._name, _set_name)

    def close(self) -> None:
        """Called by the request when it ends: what was not kept disappears."""
        self.writer.abandon()


def clean_name(name: str) -> str:
    """The last part of a name, printable, of a length that every system accepts, its extension kept."""
    last = re.split(r"[\\/]", printable(name))[-1].strip().strip(".") or "sans nom"
    if len(last) <= LONGEST_NAME:
        return last
    stem, dot, extension = last.rpartition(".")
    if not dot or len(extension) > 10:
        return last[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(extension) - 2]}….{extension}"


class SealUploads(FileUploadHandler):
    """One sealed file for each file of the form. Beyond `limit` bytes a file is read to its end and dropped."""

    def __init__(self, request: HttpRequest, *, limit: int, place: Callable[[UUID], str]) -> None:
        super().__init__(request)
        self.limit = limit
        self.place = place
        self.writer: SealedWriter | None = None
        self.received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0
        self.row_id = uuid4()
        self.writer = SealedWriter(place=self.place(self.row_id))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.writer is None:
            return
        if self.received > self.limit:
            self.writer.abandon()
        else:
            self.writer.write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload | None:
        if self.writer is None:
            return None
        writer, self.writer = self.writer, None
        too_large = self.received > self.limit
        if not too_large:
            writer.finish()
        return SealedUpload(
            name=clean_name(self.file_name or ""),
            row_id=self.row_id,
            writer=writer,
            received=self.received,
            too_large=too_large,
        )

    def upload_interrupted(self) -> None:
        if self.writer is not None:
            self.writer.abandon()
            self.writer = None


def seal_uploads(request: HttpRequest, *, limit: int, place: Callable[[UUID], str]) -> None:
    """Make this request take files. To be called before anything reads its body."""
    request.upload_handlers = [SealUploads(request, limit=limit, place=place)]


def read_table(request: HttpRequest, *, limit: int) -> None:
    """Make this request take a table to read at once. To be called before anything reads its body."""
    request.upload_handlers = [TableUploads(request, limit=limit)]
