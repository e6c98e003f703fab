"""Sealed files: what was written comes back whole, or does not come back."""

import os
import time

import pytest

from core.sealed_files import (
    MAGIC,
    PIECE_BYTES,
    SEALED_BYTES,
    SealedFile,
    SealedFileAltered,
    SealedFileMissing,
    SealedWriter,
    path_of,
    sweep_orphans,
)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.ATTACHMENTS_DIR = str(tmp_path)
    return tmp_path


def sealed(content: bytes, place: str = "table|file|1") -> SealedFile:
    writer = SealedWriter(place=place)
    for start in range(0, len(content), 100_000):
        writer.write(content[start : start + 100_000])
    writer.finish()
    return writer.keep()


def read(file: SealedFile) -> bytes:
    return b"".join(file.pieces())


@pytest.mark.parametrize("size", [1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 700_001])
def test_what_was_written_comes_back_byte_for_byte(size):
    content = os.urandom(size)
    file = sealed(content)
    assert read(file) == content
    assert file.size == size


def test_nothing_of_the_text_is_on_the_disk(own_folder):
    sealed(b"un texte que personne ne doit lire" * 20_000)
    assert all(b"personne" not in path.read_bytes() for path in own_folder.rglob("*") if path.is_file())


def test_a_sealed_file_is_read_from_anywhere():
    content = os.urandom(600_000)
    with sealed(content).open() as stream:
        assert stream.seek(-10, os.SEEK_END) == 599_990
        assert stream.read() == content[-10:]
        stream.seek(PIECE_BYTES - 5)
        assert stream.read(5) == content[PIECE_BYTES - 5 : PIECE_BYTES]


def damage(file: SealedFile, change) -> None:
    path = path_of(file.storage_key)
    path.write_bytes(change(path.read_bytes()))


PIECES = 3 * PIECE_BYTES
START = len(MAGIC)
DAMAGES = {
    "a bit changed": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "cut within a piece": lambda data: data[:-7],
    "cut between two pieces": lambda data: data[: START + SEALED_BYTES],
    "a piece dropped": lambda data: data[:START] + data[START + SEALED_BYTES :],
    "two pieces swapped": lambda data: (
        data[:START] + data[START + SEALED_BYTES : START + 2 * SEALED_BYTES] + data[START : START + SEALED_BYTES]
        + data[START + 2 * SEALED_BYTES :]
    ),
    "a piece repeated": lambda data: data + data[-SEALED_BYTES:],
    "emptied": lambda data: b"",
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_any_change_of_the_file_is_seen(name):
    file = sealed(os.urandom(PIECES))
    damage(file, DAMAGES[name])
    with pytest.raises(SealedFileAltered):
        read(file)


def test_a_shorter_file_is_not_taken_for_whole_when_its_row_is_made_to_agree():
    file = sealed(os.urandom(PIECES))
    damage(file, lambda data: data[: START + SEALED_BYTES])
    with pytest.raises(SealedFileAltered):
        read(SealedFile(file.storage_key, file.key, file.place, PIECE_BYTES))


def test_a_file_opens_with_its_own_key_and_at_its_own_place_only():
    file, other = sealed(b"un"), sealed(b"de", place="table|file|2")
    for wrong in (
        SealedFile(file.storage_key, file.key, other.place, 2),
        SealedFile(file.storage_key, other.key, file.place, 2),
        SealedFile(other.storage_key, file.key, file.place, 2),
    ):
        with pytest.raises(SealedFileAltered):
            read(wrong)


@pytest.mark.parametrize("key", ["../../etc/passwd", "ab/" + "0" * 32, ""])
def test_a_file_that_is_not_there_is_told_and_no_other_path_is_opened(key):
    with pytest.raises(SealedFileMissing):
        read(SealedFile(key, sealed(b"un").key, "table|file|1", 2))


def test_an_abandoned_file_leaves_nothing(own_folder):
    writer = SealedWriter(place="x")
    writer.write(b"un")
    writer.abandon()
    writer.abandon()
    assert [path for path in own_folder.rglob("*") if path.is_file()] == []


def aged(path, days: float) -> None:
    os.utime(path, (time.time() - days * 86_400,) * 2)


def test_what_no_row_claims_is_set_aside_then_deleted(own_folder):
    claimed, lost, recent = sealed(b"un"), sealed(b"deux"), sealed(b"trois")
    SealedWriter(place="x")._file.close()  # its process died
    (unfinished,) = (own_folder / "incoming").iterdir()
    for path in (path_of(claimed.storage_key), path_of(lost.storage_key), unfinished):
        aged(path, 2)
    swept = sweep_orphans([claimed.storage_key])
    assert (swept.abandoned, swept.set_aside, swept.deleted) == (1, 1, 0)
    assert read(claimed) == b"un"
    assert read(recent) == b"trois"
    (aside,) = (own_folder / "orphans").iterdir()
    aged(aside, 31)
    assert sweep_orphans([claimed.storage_key]).deleted == 1
