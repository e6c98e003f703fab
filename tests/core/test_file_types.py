"""A file is what its content says."""

import struct
from io import BytesIO
from zlib import compress, crc32

import pytest
from PIL import Image

from core.file_notes import ZONE_GIVEN, ZONE_GUESSED, ZONE_UTC, read_notes
from core.file_types import FileRefused, detect_type
from core.uploads import clean_name
from tests.cases import attached


def kind(content: bytes, name: str):
    return detect_type(BytesIO(content), name=name)


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        kind(content, name)
    return str(refused.value)


@pytest.mark.parametrize("name", attached.ACCEPTED)
def test_each_accepted_type_is_recognised_with_and_without_its_extension(name):
    content = attached.ACCEPTED[name]
    found = kind(content, name)
    assert name.rpartition(".")[2] in found.extensions
    if not name.endswith(".eml"):
        assert kind(content, name.partition(".")[0]) == found


@pytest.mark.parametrize("name", [name for name in attached.ACCEPTED if not name.endswith((".eml", ".pdf"))])
def test_a_file_renamed_pdf_is_refused_with_what_it_is(name):
    assert "porte l'extension .pdf mais n'est pas un PDF" in refusal(attached.ACCEPTED[name], "lettre.pdf")


REFUSED = {
    "image.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "SVG"),
    "image2.svg": (b"<?xml version='1.0'?><svg/>", "SVG"),
    "page.html": (b"  <!DOCTYPE html><html></html>", "pages web"),
    "utf16.html": ("<html>".encode("utf-16"), "pages web"),
    "photo.jpg": (b"<html><body>", "pages web"),
    "outil.exe": (b"MZ" + bytes(300), "programmes"),
    "lettre.pdf": (b"MZ" + bytes(300), "programmes"),
    "outil": (b"\x7fELF" + bytes(300), "programmes"),
    "outil.sh": (b"#!/bin/sh\nrm -rf /\n", "programmes"),
    "archive.zip": (b"PK\x03\x04" + bytes(300), "archives"),
    "texte.docm": (b"PK\x03\x04" + bytes(300), "Office"),
    "archive.rar": (b"Rar!\x1a\x07" + bytes(300), "archives"),
    "archive.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(300), "archives"),
    "archive.gz": (b"\x1f\x8b" + bytes(300), "archives"),
    "bombe.tar": (bytes(257) + b"ustar" + bytes(300), "archives"),
    "texte.doc": (attached.compound("WordDocument", "Macros"), "macros"),
    "texte.msg": (attached.compound("WordDocument", "Macros"), "macros"),
    "note.txt": (b"Bonjour", "pas accept"),
    "lettre2.pdf": (b"Bonjour", "n'est pas un PDF"),
    "vide.pdf": (b"", "vide"),
    "faux.eml": (b"Bonjour, ceci n'est pas un courriel.", "n'est pas un courriel"),
    "photo.exe": (attached.picture(), "L'extension .exe n'est pas accept"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_harm_is_refused_with_its_reason(name):
    content, reason = REFUSED[name]
    if name in ("texte.doc",):
        assert "L'extension .doc n'est pas acceptée" in refusal(content, name)
        return
    assert reason in refusal(content, name)


@pytest.mark.parametrize("name", ["photo.jpg", "capture.png", "anime.gif", "photo.webp", "lettre.pdf", "message.wav",
                                  "film.mp4", "film.mov", "photo.heic", "film.avi"])  # fmt: skip
def test_a_file_cut_in_the_middle_is_refused(name):
    content = attached.ACCEPTED[name]
    assert "incomplet" in refusal(content[: len(content) * 2 // 3], name)


def test_a_picture_that_would_fill_the_memory_is_refused():
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    content = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", compress(bytes(1000))) + chunk(b"IEND", b"")
    assert "trop grande" in refusal(content, "bombe.png")


def test_a_pdf_under_a_password_is_taken_and_said():
    content = attached.pdf(password="secret")
    found = kind(content, "lettre.pdf")
    assert "protégé" in read_notes(BytesIO(content), found=found, zone="Europe/Paris").words["Mot de passe"]


def notes_of(content: bytes, name: str, zone: str = "Indian/Reunion"):
    return read_notes(BytesIO(content), found=kind(content, name), zone=zone)


def test_a_photo_gives_its_date_its_camera_and_whether_it_knows_a_place():
    notes = notes_of(attached.photo_of_a_telephone(), "photo.jpg")
    assert notes.captured_at.isoformat() == "2026-05-12T21:40:00+04:00"
    assert notes.zone_note == ZONE_GUESSED
    assert notes.words["Appareil"] == "Fabricant Modele 12"
    assert notes.words["Position GPS"] == "présente dans le fichier"


def test_the_zone_that_the_camera_gives_is_kept():
    notes = notes_of(attached.photo_of_a_telephone(offset="+02:00"), "photo.jpg")
    assert (notes.captured_at.isoformat(), notes.zone_note) == ("2026-05-12T21:40:00+02:00", ZONE_GIVEN)


def test_a_film_a_mail_and_a_pdf_give_theirs():
    assert notes_of(attached.iso(created=3_800_000_000), "film.mp4").zone_note == ZONE_UTC
    assert notes_of(attached.mail(), "courriel.eml").captured_at.isoformat() == "2026-05-12T21:40:00+02:00"
    made = notes_of(attached.pdf(CreationDate="D:20260512214000+02'00'"), "lettre.pdf")
    assert made.captured_at.isoformat() == "2026-05-12T21:40:00+02:00"


def test_a_date_that_cannot_be_is_said_and_not_believed():
    notes = notes_of(attached.pdf(CreationDate="D:20990512214000+02'00'"), "lettre.pdf")
    assert notes.captured_at is None
    assert "invraisemblable" in notes.words["Date notée par l'appareil"]


def test_wrong_tags_refuse_nothing():
    exif = Image.Exif()
    exif[0x0132] = "pas une date"
    assert notes_of(attached.picture(exif=exif), "photo.jpg").captured_at is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\lettre.pdf", "lettre.pdf"),
        ("a\x00b\n.pdf", "ab .pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("رسالة.pdf", "رسالة.pdf"),
        ("...", "sans nom"),
    ],
)
def test_a_name_keeps_what_can_be_shown(given, kept):
    assert clean_name(given) == kept


def test_a_name_of_300_characters_keeps_its_extension():
    kept = clean_name("é" * 300 + ".pdf")
    assert len(kept) <= 255
    assert kept.endswith("….pdf")
