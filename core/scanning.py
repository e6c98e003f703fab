"""Antivirus behind one interface: a stream of pieces goes in, a verdict comes out, or the truth that there is none.

SCANNER_URL chooses: `tcp://host:3310` or `unix:///path` for clamd, `demo:` for the stand-in of the demonstration. No
scanner ever says « clean » of what it has not read to its end.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

DEMO_URL = "demo:"
# The test file of the antivirus makers, in two halves so that no antivirus stops on this source.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The antivirus does not answer, or stopped in the middle: the file waits."""


class ScanFailed(Exception):
    """The antivirus answers that it cannot scan this file: it waits too, and somebody has to look."""


@dataclass(frozen=True)
class Verdict:
    is_clean: bool
    engine: str
    # Name of what was found; empty when nothing was.
    signature: str = ""


class Scanner(Protocol):
    engine: str

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        """Read `pieces` to their end and judge. Raises ScannerAway or ScanFailed; never guesses."""


def scanner() -> Scanner:
    """The antivirus of the settings."""
    url = settings.SCANNER_URL
    if url == DEMO_URL:
        return DemoScanner()
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return ClamdScanner(parts.path)
    if parts.scheme == "tcp" and parts.hostname:
        return ClamdScanner((parts.hostname, parts.port or 3310))
    return NoScanner()


class NoScanner:
    """None is configured: everything waits."""

    engine = "aucun"

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        raise ScannerAway("aucun antivirus n'est configuré (SCANNER_URL)")


class DemoScanner:
    """Knows the test signature and nothing else, and says so in its name."""

    engine = "antivirus de démonstration (ne reconnaît que le fichier d'essai EICAR)"

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        found, tail = False, b""
        for piece in pieces:
            window = tail + piece
            found = found or EICAR in window
            tail = window[-len(EICAR) :]
        return Verdict(not found, self.engine, "Eicar-Test-Signature" if found else "")


class ClamdScanner:
    """clamd's INSTREAM: pieces with their length, an empty one, then one line of answer."""

    engine = "ClamAV"

    def __init__(self, address: str | tuple[str, int], *, timeout: float | None = None) -> None:
        self.address = address
        self.timeout = settings.SCANNER_TIMEOUT if timeout is None else timeout

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        if not isinstance(self.address, str) and ":" in self.address[0]:
            family = socket.AF_INET6
        with socket.socket(family) as connection:
            connection.settimeout(self.timeout)
            try:
                connection.connect(self.address)
                connection.sendall(b"zINSTREAM\0")
            except OSError as error:
                raise ScannerAway(f"l'antivirus ne répond pas ({type(error).__name__})") from error
            self._send(connection, pieces)
            return self._verdict(self._answer(connection))

    def _send(self, connection: socket.socket, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            # An empty piece would end the stream before its time.
            if not piece:
                continue
            try:
                connection.sendall(struct.pack("!I", len(piece)) + piece)
            except (BrokenPipeError, ConnectionResetError):
                return  # too large for it, or stopped: its answer says which
            except OSError as error:
                raise ScannerAway(f"l'antivirus s'est arrêté pendant l'analyse ({type(error).__name__})") from error
        try:
            connection.sendall(struct.pack("!I", 0))
        except (BrokenPipeError, ConnectionResetError):
            return
        except OSError as error:
            raise ScannerAway(f"l'antivirus s'est arrêté pendant l'analyse ({type(error).__name__})") from error

    def _answer(self, connection: socket.socket) -> str:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            try:
                received = connection.recv(LONGEST_ANSWER)
            except OSError as error:
                raise ScannerAway(f"l'antivirus n'a pas fini l'analyse ({type(error).__name__})") from error
            if not received:
                raise ScannerAway("l'antivirus s'est arrêté pendant l'analyse")
            answer += received
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")

    def _verdict(self, answer: str) -> Verdict:
        if answer == "stream: OK":
            return Verdict(True, self.engine)
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return Verdict(False, self.engine, answer[len("stream: ") : -len(" FOUND")][:200])
        if "size limit exceeded" in answer:
            raise ScanFailed("le fichier dépasse la taille que l'antivirus accepte (StreamMaxLength)")
        raise ScanFailed("l'antivirus a répondu par une erreur")
