"""Small true files of each accepted type, and attachments made of them through the real services."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import pypdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from accounts.models import User
from cases.models import Attachment, Case
from cases.services import add_attachment, scan_attachment
from core.scanning import EICAR
from core.sealed_files import SealedWriter
from core.uploads import SealedUpload, clean_name
from tests import build

__all__ = ["EICAR"]


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), exif: Image.Exif | None = None) -> bytes:
    made = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(made, kind, **({"exif": exif} if exif else {}))
    return made.getvalue()


def photo_of_a_telephone(*, offset: str = "") -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Fabricant"
    exif[ExifTags.Base.Model] = "Modele 12"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2026:05:12 21:40:00"
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return picture(exif=exif)


def pdf(*, password: str = "", **metadata: str) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    if metadata:
        writer.add_metadata({f"/{name}": value for name, value in metadata.items()})
    if password:
        writer.encrypt(password, algorithm="AES-256")
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def wav(length: int = 2000) -> bytes:
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", length + 36, b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8, b"data", length
    )
    return head + bytes(length)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def iso(brand: bytes = b"isom", index: bytes = b"moov", *, created: int = 0) -> bytes:
    header = box(b"mvhd", struct.pack(">III", 0, created, 0) + bytes(88))
    return box(b"ftyp", brand + bytes(4)) + box(index, header) + box(b"mdat", bytes(500))


def mail() -> bytes:
    return (
        b"From: inconnu@exemple.fr\r\nTo: mairie@exemple.fr\r\nSubject: Attention\r\n"
        b"Date: Tue, 12 May 2026 21:40:00 +0200\r\n\r\nUn texte.\r\n"
    )


def compound(*names: str) -> bytes:
    """The start of an OLE file with these entries in its directory."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 0)
    directory = b""
    for name in ("Root Entry", *names):
        encoded = name.encode("utf-16-le")
        directory += encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded) + 2) + bytes(62)
    return bytes(head) + directory.ljust(512, b"\0")


def mp3(frames: int = 4) -> bytes:
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


ACCEPTED: dict[str, bytes] = {
    "photo.jpg": picture(),
    "capture.png": picture("PNG"),
    "anime.gif": picture("GIF"),
    "photo.webp": picture("WEBP"),
    "scan.tif": picture("TIFF"),
    "photo.heic": iso(b"heic", b"meta"),
    "lettre.pdf": pdf(),
    "message.mp3": mp3(),
    "message.m4a": iso(b"M4A "),
    "message.wav": wav(),
    "message.ogg": b"OggS" + bytes(300),
    "message.amr": b"#!AMR\n" + bytes(300),
    "film.mp4": iso(),
    "film.mov": iso(b"qt  "),
    "film.3gp": iso(b"3gp4"),
    "film.webm": b"\x1aE\xdf\xa3" + bytes(20) + b"webm" + bytes(300),
    "film.avi": struct.pack("<4sI4s", b"RIFF", 304, b"AVI ") + bytes(300),
    "courriel.eml": mail(),
    "courriel.msg": compound("__properties_version1.0"),
}
EICAR_PDF = pdf() + b"\n%" + EICAR + b"\n"


def received(content: bytes, name: str = "photo.jpg") -> SealedUpload:
    """What the upload handler gives."""
    from uuid import uuid4

    row_id = uuid4()
    writer = SealedWriter(place=Attachment.place_of(row_id))
    writer.write(content)
    writer.finish()
    return SealedUpload(name=clean_name(name), row_id=row_id, writer=writer, received=len(content), too_large=False)


def an_attachment(
    case: Case, content: bytes | None = None, name: str = "photo.jpg", *, user: User | None = None, **more: Any
) -> Attachment:
    user = user or case.threats.earliest("logged_at").logged_by
    upload = received(picture() if content is None else content, name)
    return add_attachment(case=case, upload=upload, user=user, actor=build.actor(user), **more)


def a_scanned_attachment(case: Case, *given: Any, **more: Any) -> Attachment:
    attachment = an_attachment(case, *given, **more)
    scan_attachment(attachment_id=attachment.pk)
    attachment.refresh_from_db()
    return attachment


def sent(content: bytes, name: str = "photo.jpg", media_type: str = "application/octet-stream") -> SimpleUploadedFile:
    """A file as a browser sends it: what it says of its type counts for nothing."""
    return SimpleUploadedFile(name, content, content_type=media_type)
