"""What a file is, read from its content: its name and what the browser says of it prove nothing.

Only what is listed here is accepted. Each type is recognised by its signature, then confirmed by its structure, so
that a file cut in the middle is refused when it is sent and not discovered on the day of the trial.
"""

from __future__ import annotations

import email
import email.policy
import os
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import puremagic
import pypdf
from PIL import Image, UnidentifiedImageError
from pypdf.errors import PyPdfError

from core.iso_media import IsoDamaged, brand_of, check_boxes

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_BYTES = 64 * 1024
# What the decoded picture may weigh; a bomb of a few kilobytes announces more.
MOST_PIXELS = 200_000_000
CUT = "Ce fichier est incomplet : il a été coupé pendant sa copie. Recopiez-le depuis l'appareil, puis joignez-le."


class FileRefused(Exception):
    """Why a file is not taken, in a French sentence."""


@dataclass(frozen=True)
class FileType:
    kind: str
    media_type: str
    label: str
    extensions: tuple[str, ...]
    confirm: Callable[[BinaryIO, int], None]


def _size_of(stream: BinaryIO) -> int:
    return stream.seek(0, os.SEEK_END)


def _at(stream: BinaryIO, offset: int, length: int) -> bytes:
    """`length` bytes from `offset`: a raw stream may give fewer at a time."""
    stream.seek(offset)
    found = b""
    while len(found) < length and (piece := stream.read(length - len(found))):
        found += piece
    return found


# --- Confirmations -------------------------------------------------------------------------------
def _picture(stream: BinaryIO, size: int) -> None:
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(stream, formats=("JPEG", "PNG", "WEBP", "GIF", "TIFF")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileRefused("Cette image est trop grande pour être ouverte sans danger.")
                if picture.format == "JPEG":
                    # An eighth of the picture costs little and reads the whole file.
                    picture.draft("L", (max(1, picture.width // 8), max(1, picture.height // 8)))
                    picture.load()
                else:
                    picture.verify()
    except UnidentifiedImageError:
        raise FileRefused("Cette image ne s'ouvre pas : le fichier est abîmé.") from None
    except Image.DecompressionBombError:
        raise FileRefused("Cette image est trop grande pour être ouverte sans danger.") from None
    except (OSError, SyntaxError, ValueError, struct.error, EOFError):
        raise FileRefused(CUT) from None


def _gif(stream: BinaryIO, size: int) -> None:
    _picture(stream, size)
    if _at(stream, max(0, size - 64), 64).rstrip(b"\0")[-1:] != b";":
        raise FileRefused(CUT)


def _webp(stream: BinaryIO, size: int) -> None:
    _riff(stream, size)
    _picture(stream, size)


def _riff(stream: BinaryIO, size: int) -> None:
    (declared,) = struct.unpack("<I", _at(stream, 4, 4))
    # A recorder that streams leaves 0 or the largest number.
    if declared not in (0, 0xFFFFFFFF) and declared + 8 > size + 1:
        raise FileRefused(CUT)


def _iso(stream: BinaryIO, size: int) -> None:
    try:
        check_boxes(stream, size)
    except IsoDamaged:
        raise FileRefused(CUT) from None


def _ogg(stream: BinaryIO, size: int) -> None:
    # The last page of a stream says that it is the last; a live recorder may not have had the time: any page will do.
    if b"OggS" not in _at(stream, max(0, size - 70_000), 70_000):
        raise FileRefused(CUT)


def _nothing_more(stream: BinaryIO, size: int) -> None:
    """Formats that are a plain sequence of pieces: there is no end to look for."""


def _pdf(stream: BinaryIO, size: int) -> None:
    if b"%%EOF" not in _at(stream, max(0, size - 2048), 2048):
        raise FileRefused(CUT)
    stream.seek(0)
    try:
        reader = pypdf.PdfReader(stream, strict=False)
        if not reader.is_encrypted:
            reader.trailer["/Root"]["/Pages"]  # reads the tables, which is what is asked
    except (PyPdfError, KeyError, TypeError, ValueError, OSError, RecursionError, AttributeError):
        raise FileRefused("Ce PDF ne s'ouvre pas : le fichier est abîmé.") from None


def _message(stream: BinaryIO, size: int) -> None:
    """An Outlook message is a compound file; so are Word and Excel files, with their macros."""
    head = _at(stream, 0, 512)
    sector = 1 << struct.unpack("<H", head[30:32])[0] if len(head) == 512 else 0
    if sector not in (512, 4096):
        raise FileRefused("Ce fichier .msg est abîmé.")
    (first,) = struct.unpack("<I", head[48:52])
    directory = _at(stream, (first + 1) * sector, sector)
    if len(directory) < sector:
        raise FileRefused(CUT)
    names = set()
    for start in range(0, sector, 128):
        (length,) = struct.unpack("<H", directory[start + 64 : start + 66])
        names.add(directory[start : start + min(max(length - 2, 0), 62)].decode("utf-16-le", "replace"))
    if not any(name.startswith(("__properties_version", "__substg1.0_", "__nameid_version")) for name in names):
        raise FileRefused(
            "Les fichiers Word, Excel et PowerPoint ne sont pas acceptés : ils peuvent contenir des macros."
            " Enregistrez le document en PDF, puis joignez le PDF."
        )


JPEG = FileType("image", "image/jpeg", "une image JPEG", ("jpg", "jpeg", "jpe", "jfif"), _picture)
PNG = FileType("image", "image/png", "une image PNG", ("png",), _picture)
GIF = FileType("image", "image/gif", "une image GIF", ("gif",), _gif)
WEBP = FileType("image", "image/webp", "une image WebP", ("webp",), _webp)
TIFF = FileType("image", "image/tiff", "une image TIFF", ("tif", "tiff"), _picture)
HEIC = FileType("image", "image/heic", "une photo HEIC", ("heic", "heif"), _iso)
PDF = FileType("pdf", "application/pdf", "un PDF", ("pdf",), _pdf)
MP3 = FileType("audio", "audio/mpeg", "un son MP3", ("mp3",), _nothing_more)
M4A = FileType("audio", "audio/mp4", "un son M4A", ("m4a", "m4b"), _iso)
WAV = FileType("audio", "audio/wav", "un son WAV", ("wav",), _riff)
OGG = FileType("audio", "audio/ogg", "un son OGG", ("ogg", "oga", "opus"), _ogg)
AMR = FileType("audio", "audio/amr", "un son AMR", ("amr",), _nothing_more)
AAC = FileType("audio", "audio/aac", "un son AAC", ("aac",), _nothing_more)
MP4 = FileType("video", "video/mp4", "une vidéo MP4", ("mp4", "m4v", "m4a"), _iso)
MOV = FileType("video", "video/quicktime", "une vidéo MOV", ("mov", "qt"), _iso)
GP3 = FileType("video", "video/3gpp", "un enregistrement 3GP", ("3gp", "3gpp", "3g2"), _iso)
WEBM = FileType("video", "video/webm", "une vidéo WebM", ("webm",), _nothing_more)
AVI = FileType("video", "video/x-msvideo", "une vidéo AVI", ("avi",), _riff)
EML = FileType("email", "message/rfc822", "un courriel", ("eml",), _nothing_more)
MSG = FileType("email", "application/vnd.ms-outlook", "un courriel Outlook", ("msg",), _message)

ALL = (
    JPEG, PNG, GIF, WEBP, TIFF, HEIC, PDF, MP3, M4A, WAV, OGG, AMR, AAC, MP4, MOV, GP3, WEBM, AVI, EML, MSG,
)  # fmt: skip
EXTENSIONS = frozenset(extension for known in ALL for extension in known.extensions)
ACCEPTED_WORDS = "photos et images, PDF, enregistrements audio et vidéo, courriels (.eml, .msg)"

# --- What is refused by its name -----------------------------------------------------------------
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!", b"dex\n")
_MARKUP = (b"<!doctype html", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<!--", b"<!doctype svg")
ARCHIVE = (
    "Les archives (zip, rar, 7z…) et les fichiers Office ne sont pas acceptés. Joignez un par un les fichiers"
    " qu'elle contient, ou enregistrez le document en PDF."
)
PROGRAM = "Les programmes et les scripts ne sont pas acceptés."
MARKUP = (
    "Les pages web et les images SVG ne sont pas acceptées : elles peuvent contenir du code."
    " Faites une capture d'écran, ou imprimez la page en PDF."
)


def detect_type(stream: BinaryIO, *, name: str) -> FileType:
    """The type of a seekable stream, confirmed. `name` only has to agree. Raises FileRefused, with the reason."""
    size = _size_of(stream)
    if size == 0:
        raise FileRefused("Ce fichier est vide.")
    head = _at(stream, 0, HEAD_BYTES)
    extension = os.path.splitext(name)[1].lstrip(".").lower()  # noqa: PTH122  # a name, not a path
    _refuse_dangerous(head)
    found = _recognise(head, stream, extension)
    if found is None:
        raise FileRefused(_not_recognised(head, extension))
    if extension and extension not in found.extensions:
        if extension in EXTENSIONS:
            expected = next(known for known in ALL if extension in known.extensions)
            raise FileRefused(
                f"Ce fichier porte l'extension .{extension} mais n'est pas {expected.label} : c'est {found.label}."
                f" Renommez-le en .{found.extensions[0]} si c'est bien le fichier voulu."
            )
        raise FileRefused(
            f"L'extension .{extension[:20]} n'est pas acceptée. Ce fichier est {found.label} : renommez-le en"
            f" .{found.extensions[0]} si c'est bien le fichier voulu."
        )
    found.confirm(stream, size)
    return found


def _refuse_dangerous(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()[:512]
    # UTF-16 hides the same tags behind zeros.
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if start.startswith(_MARKUP):
        raise FileRefused(MARKUP)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        raise FileRefused(ARCHIVE)
    if head.startswith(_PROGRAMS) and not head.startswith(b"#!AMR"):
        raise FileRefused(PROGRAM)


_SIGNATURES: tuple[tuple[int, bytes, FileType], ...] = (
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (0, b"II*\0", TIFF),
    (0, b"MM\0*", TIFF),
    (0, b"%PDF-", PDF),
    (0, b"ID3", MP3),
    (0, b"OggS", OGG),
    (0, b"#!AMR", AMR),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", MSG),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"M4A ", b"M4B "), M4A),
    b"qt  ": MOV,
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3g2a", b"3gpp", b"3ge6", b"3gr6", b"3gs6"), GP3),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash", b"mmp4"),
        MP4,
    ),
}


def _recognise(head: bytes, stream: BinaryIO, extension: str) -> FileType | None:
    for offset, signature, known in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return known
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if brand := brand_of(head):
        return _BRANDS.get(brand)
    if head[:4] == b"\x1aE\xdf\xa3":
        return WEBM if b"webm" in head[:64] else None
    if (frames := _mpeg_frames(stream)) is not None:
        return frames
    return EML if extension == "eml" and _is_mail(head) else None


_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mpeg_frames(stream: BinaryIO) -> FileType | None:
    """Two frames that follow one another: one start alone happens by chance in any file."""
    first = _at(stream, 0, 10)
    if len(first) < 10 or first[0] != 0xFF or first[1] & 0xE0 != 0xE0:
        return None
    if first[1] & 0xF6 == 0xF0:  # ADTS
        length = (first[3] & 3) << 11 | first[4] << 3 | first[5] >> 5
        follows = _at(stream, length, 2)
        return AAC if length > 7 and follows[:1] == b"\xff" and follows[1] & 0xF6 == 0xF0 else None
    version, layer, rate = first[1] >> 3 & 3, first[1] >> 1 & 3, first[2] >> 2 & 3
    if version == 1 or layer != 1 or rate == 3 or first[2] >> 4 in (0, 15):
        return None
    bitrate = _BITRATES[1 if version == 3 else 2][first[2] >> 4] * 1000
    length = (144 if version == 3 else 72) * bitrate // _RATES[version][rate] + (first[2] >> 1 & 1)
    follows = _at(stream, length, 2)
    return MP3 if len(follows) == 2 and follows[0] == 0xFF and follows[1] & 0xE0 == 0xE0 else None


def _is_mail(head: bytes) -> bool:
    if b"\0" in head:
        return False
    headers = email.message_from_bytes(head.lstrip(b"\r\n"), policy=email.policy.compat32)
    known = ("from", "to", "date", "subject", "received", "message-id", "return-path")
    return sum(name in headers for name in known) >= 2


def _not_recognised(head: bytes, extension: str) -> str:
    expected = next((known for known in ALL if extension in known.extensions), None)
    if expected is not None:
        return f"Ce fichier porte l'extension .{extension} mais n'est pas {expected.label}."
    try:
        looks_like = puremagic.from_string(head[:4096]).lstrip(".")
    except (puremagic.PureError, ValueError):
        looks_like = ""
    shown = f" (il ressemble à un fichier .{looks_like})" if looks_like else ""
    return f"Ce type de fichier n'est pas accepté{shown}. Sont acceptés : {ACCEPTED_WORDS}."
