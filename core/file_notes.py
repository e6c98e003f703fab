"""What a file says of itself: when it was made, with what. Noted in words, and never taken for a proof."""

from __future__ import annotations

import email
import email.policy
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, BinaryIO
from zoneinfo import ZoneInfo

import pypdf
from PIL import ExifTags, Image
from pypdf.errors import PyPdfError

from core import clock, iso_media
from core.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.file_types import FileType

OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
HEADERS_BYTES = 256 * 1024
ZONE_GIVEN = "fuseau horaire donné par l'appareil"
ZONE_GUESSED = "fuseau horaire non indiqué par l'appareil : heure locale supposée"
ZONE_UTC = "heure universelle notée par l'appareil"


@dataclass
class FileNotes:
    captured_at: datetime | None = None
    zone_note: str = ""
    # Short label → what is read, in words.
    words: dict[str, str] = field(default_factory=dict)


def read_notes(stream: BinaryIO, *, found: FileType, zone: str) -> FileNotes:
    """The notes of a file whose type is known. A file that says nothing, or nonsense, gives none: never an error."""
    stream.seek(0)
    notes = FileNotes()
    try:
        match found.kind:
            case "image":
                _of_picture(stream, notes, zone)
            case "pdf":
                _of_pdf(stream, notes, zone)
            case "email" if found.media_type == "message/rfc822":
                _of_mail(stream, notes, zone)
            case "video" | "audio" if found.media_type in ("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"):
                size = stream.seek(0, 2)
                _date(notes, iso_media.created_at(stream, size), ZONE_UTC)
    except (OSError, ValueError, TypeError, KeyError, SyntaxError, AttributeError, PyPdfError, ArithmeticError):
        # A wrong tag of a telephone must not keep a threat out of its file.
        notes.words.setdefault("Informations de l'appareil", "illisibles")
    return notes


def _date(notes: FileNotes, moment: datetime | None, zone_note: str) -> None:
    if moment is None:
        return
    if OLDEST <= moment <= clock.real_now() + timedelta(days=2):
        notes.captured_at, notes.zone_note = moment, zone_note
    else:
        notes.words["Date notée par l'appareil"] = f"{moment:%d/%m/%Y %H:%M}, invraisemblable"


def _of_picture(stream: BinaryIO, notes: FileNotes, zone: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(stream, formats=("JPEG", "PNG", "WEBP", "GIF", "TIFF"))
        except Image.UnidentifiedImageError:
            return  # HEIC
        with picture:
            notes.words["Dimensions"] = f"{picture.width} × {picture.height} pixels"
            exif = picture.getexif()
            details: Mapping[int, object] = exif.get_ifd(ExifTags.IFD.Exif)
            camera = " ".join(_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)).strip()
            if camera:
                notes.words["Appareil"] = camera[:120]
            if software := _text(exif.get(ExifTags.Base.Software)):
                notes.words["Logiciel"] = software[:120]
            # That there is a position is said; the position itself stays in the original.
            has_position = ExifTags.IFD.GPSInfo in exif and bool(exif.get_ifd(ExifTags.IFD.GPSInfo))
            notes.words["Position GPS"] = "présente dans le fichier" if has_position else "absente"
            taken = _text(details.get(ExifTags.Base.DateTimeOriginal)) or _text(exif.get(ExifTags.Base.DateTime))
            _exif_date(notes, taken, _text(details.get(ExifTags.Base.OffsetTimeOriginal)), zone)


def _exif_date(notes: FileNotes, taken: str, offset: str, zone: str) -> None:
    if not taken or taken.startswith("0000"):
        return
    if offset:
        try:
            _date(notes, datetime.strptime(f"{taken}{offset}", "%Y:%m:%d %H:%M:%S%z"), ZONE_GIVEN)
        except ValueError:
            pass
        else:
            return
    naive = datetime.strptime(taken, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # the zone is added at once
    _date(notes, naive.replace(tzinfo=ZoneInfo(zone)), ZONE_GUESSED)


def _of_pdf(stream: BinaryIO, notes: FileNotes, zone: str) -> None:
    reader = pypdf.PdfReader(stream, strict=False)
    if reader.is_encrypted:
        notes.words["Mot de passe"] = "ce PDF est protégé : l'antivirus n'en lit pas le contenu"
        return
    metadata = reader.metadata
    if metadata is None:
        return
    if metadata.creator:
        notes.words["Logiciel"] = printable(str(metadata.creator))[:120]
    made = metadata.creation_date
    if made is not None:
        aware = made if made.tzinfo else made.replace(tzinfo=ZoneInfo(zone))
        _date(notes, aware, ZONE_GIVEN if made.tzinfo else ZONE_GUESSED)


def _of_mail(stream: BinaryIO, notes: FileNotes, zone: str) -> None:
    head = b""
    while len(head) < HEADERS_BYTES and (piece := stream.read(HEADERS_BYTES - len(head))):
        head += piece
    headers = email.message_from_bytes(head, policy=email.policy.compat32)
    # Neither the sender nor the subject: they are facts of the threat, and stay in the original.
    if sent := headers.get("Date"):
        moment = parsedate_to_datetime(str(sent))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        _date(notes, aware, ZONE_GIVEN if moment.tzinfo else ZONE_GUESSED)
    notes.words["Signature DKIM"] = "présente" if headers.get("DKIM-Signature") else "absente"


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return printable(value).strip() if isinstance(value, str) else ""
