"""The scanner, against servers that behave as clamd does, and as it should not."""

import socketserver
import struct
import threading
import time
from contextlib import contextmanager

import pytest

from core import scanning
from core.scanning import EICAR, ClamdScanner, DemoScanner, ScanFailed, ScannerAway, scanner

PIECES = (b"a" * 1000, b"", b"b" * 70_000)


class FakeClamd(socketserver.BaseRequestHandler):
    """Reads a stream as clamd, remembers it, then does what the test says."""

    behaviour = "clean"
    received = b""

    def handle(self):
        kind = type(self)
        assert self.exactly(10) == b"zINSTREAM\0"
        kind.received = b""
        while length := struct.unpack("!I", self.exactly(4))[0]:
            kind.received += self.exactly(length)
            if kind.behaviour == "dies":
                return
            if kind.behaviour == "too large":
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        if kind.behaviour == "hangs":
            time.sleep(2)
            return
        answers = {"clean": b"stream: OK\0", "error": b"lstat() failed: ERROR\0", "odd": b"stream: OKAY\0"}
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in kind.received else b"stream: OK\0"
        self.request.sendall(found if kind.behaviour == "clean" else answers[kind.behaviour])

    def exactly(self, count):
        found = b""
        while len(found) < count:
            piece = self.request.recv(count - len(found))
            if not piece:
                return b"\0" * count
            found += piece
        return found


@contextmanager
def clamd(behaviour, path=None):
    FakeClamd.behaviour = behaviour
    kind = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
    with kind(str(path) if path else ("127.0.0.1", 0), FakeClamd) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield str(path) if path else server.server_address
        finally:
            server.shutdown()


def scan(address, *pieces, timeout=5.0):
    return ClamdScanner(address, timeout=timeout).scan(iter(pieces or PIECES))


def test_a_clean_stream_is_read_whole_and_said_clean():
    with clamd("clean") as address:
        assert scan(address) == scanning.Verdict(True, "ClamAV")
        assert FakeClamd.received == b"".join(PIECES)


def test_a_virus_is_named():
    with clamd("clean") as address:
        assert scan(address, b"x" * 10, EICAR) == scanning.Verdict(False, "ClamAV", "Win.Test.EICAR_HDB-1")


def test_a_local_socket_serves_as_well(tmp_path):
    with clamd("clean", tmp_path / "clamd.sock") as address:
        assert scan(address).is_clean


@pytest.mark.parametrize(("behaviour", "error"), [
    ("dies", ScannerAway), ("hangs", ScannerAway), ("error", ScanFailed), ("odd", ScanFailed),
    ("too large", ScanFailed),
])  # fmt: skip
def test_anything_but_a_verdict_is_no_verdict(behaviour, error):
    with clamd(behaviour) as address, pytest.raises(error):
        scan(address, *[b"x" * 200_000] * 20, timeout=0.5)


def test_a_port_where_nobody_listens_is_an_absence():
    with pytest.raises(ScannerAway):
        scan(("127.0.0.1", 1))


def test_without_a_setting_nothing_is_ever_clean(settings):
    for url in ("", "n'importe quoi", "tcp://"):
        settings.SCANNER_URL = url
        with pytest.raises(ScannerAway):
            scanner().scan(iter(PIECES))


@pytest.mark.parametrize("cut", [1, 30, len(EICAR) - 1])
def test_the_stand_in_finds_its_signature_across_two_pieces_and_says_what_it_is(cut):
    verdict = DemoScanner().scan([b"x" * 500 + EICAR[:cut], EICAR[cut:] + b"y", b"z" * 300])
    assert (verdict.is_clean, verdict.signature) == (False, "Eicar-Test-Signature")
    assert "démonstration" in verdict.engine
    assert DemoScanner().scan([EICAR[:-1], b"?"]).is_clean


def test_the_settings_choose(settings):
    settings.SCANNER_URL = "tcp://127.0.0.1"
    assert scanner().address == ("127.0.0.1", 3310)
    settings.SCANNER_URL = "unix:///run/clamd.sock"
    assert scanner().address == "/run/clamd.sock"
