"""Seals: keyed fingerprints that make any later change of the journal visible, even one made by the database's owner.

Entries are numbered by a trigger under a shared lock (migration 0002). The sealer takes that lock alone for an
instant: every smaller number is then committed or lost for ever, so that nothing can slip into a sealed range. Each
seal signs its entries, their count and the previous seal with a key that the database does not hold.

The last entries, not sealed yet, and the loss of the whole database are out of reach: the head of the chain goes to
the log at each sealing, and `verify_journal --anchor` compares with a head kept elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction

from core import clock
from core.journal.selectors import last_seal, last_verification
from core.locks import JOURNAL_SEALER, JOURNAL_WRITERS, try_session_lock
from core.models import JournalEntry, JournalSeal, JournalVerification

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

logger = structlog.get_logger(__name__)

ENTRIES_PER_SEAL = 10_000
FETCHED_AT_ONCE = 5_000
# New entries wait behind the sealer: it must give up early when a long transaction holds the journal.
LOCK_PATIENCE = "1s"
FINDINGS_KEPT = 100

# One unambiguous line per entry, independent of the session's settings. Adding a column means adding it here and
# sealing with a new key from then on.
_ENTRY_LINES = """
SELECT id, json_build_array(
    id, extract(epoch FROM at), extract(epoch FROM recorded_at), action, outcome, actor_id, actor_label, posting_id,
    posting_label, address::text, object_type, object_id, object_label, reason, details
)::text
FROM core_journalentry
"""


class JournalBusy(Exception):
    """Entries are being written by a long transaction; sealing will be tried again."""


class _Fingerprint:
    """The keyed fingerprint of one seal, fed line by line."""

    def __init__(self) -> None:
        self._mac = hmac.new(settings.JOURNAL_SEAL_KEY.encode(), digestmod=hashlib.sha256)
        self.entries = 0

    def add(self, line: str) -> None:
        self._mac.update(line.encode())
        self._mac.update(b"\n")
        self.entries += 1

    def close(self, *, number: int, last_id: int, sealed_at: datetime, previous: bytes) -> bytes:
        moment = sealed_at.astimezone(UTC).isoformat()
        self._mac.update(f"seal|{number}|{last_id}|{self.entries}|{moment}|{previous.hex()}".encode())
        return self._mac.digest()


def seal_journal() -> int:
    """Seal every entry written so far, by batches. Returns how many entries were sealed.

    Raises JournalBusy when a long transaction keeps writing; does nothing when another process is sealing.
    """
    sealed = 0
    with try_session_lock(JOURNAL_SEALER, "seal") as alone:
        if not alone:
            return 0
        bound = _last_settled_id()
        head = last_seal()
        while seal := _seal_next_batch(head, bound):
            sealed += seal.entries
            head = seal
    if sealed and head is not None:
        # The log is kept elsewhere: it is what the chain's end can be compared with.
        logger.info("journal_sealed", entries=sealed, anchor=anchor_of(head))
    return sealed


def anchor_of(seal: JournalSeal) -> str:
    """The head of the chain, short enough to be kept outside."""
    return f"{seal.number}:{bytes(seal.mac).hex()}"


@transaction.atomic
def _seal_next_batch(head: JournalSeal | None, bound: int) -> JournalSeal | None:
    after = head.last_id if head else None
    fingerprint = _Fingerprint()
    last_id = None
    for entry_id, line in _lines(after=after, until=bound, limit=ENTRIES_PER_SEAL):
        fingerprint.add(line)
        last_id = entry_id
    if last_id is None:
        return None
    number = head.number + 1 if head else 1
    sealed_at = clock.real_now()
    mac = fingerprint.close(
        number=number,
        last_id=last_id,
        sealed_at=sealed_at,
        previous=bytes(head.mac) if head else b"",
    )
    return JournalSeal.objects.create(
        number=number, last_id=last_id, entries=fingerprint.entries, sealed_at=sealed_at, mac=mac
    )


def _last_settled_id() -> int:
    """The largest number below which no entry can appear any more."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [JOURNAL_WRITERS])
            cursor.execute("SELECT coalesce(max(id), 0) FROM core_journalentry")
            return cursor.fetchone()[0]
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
            raise
        raise JournalBusy("Le journal est en cours d'écriture ; le scellement reprendra.") from error


def _lines(*, after: int | None, until: int, limit: int | None = None) -> Iterator[tuple[int, str]]:
    """Entries of a range as signed lines, in order, without loading the range in memory."""
    where = "WHERE id <= %s" if after is None else "WHERE id <= %s AND id > %s"
    sql = f"{_ENTRY_LINES} {where} ORDER BY id" + (f" LIMIT {limit}" if limit else "")
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, [until] if after is None else [until, after])
        while rows := cursor.fetchmany(FETCHED_AT_ONCE):
            yield from rows


@dataclass
class _Findings:
    kept: list[dict[str, object]] = field(default_factory=list)

    def add(self, message: str, seal: int | None = None) -> None:
        if len(self.kept) < FINDINGS_KEPT:
            self.kept.append({"seal": seal, "message": message})


def verify_journal(*, anchor: str = "") -> JournalVerification:
    """Read the whole journal again, compare it with its seals and keep the result.

    `anchor` is a head of the chain ("number:hexadecimal") kept outside the database, from the log of a sealing.
    """
    findings = _Findings()
    seals = list(JournalSeal.objects.order_by("number"))
    _check_continuity(seals, findings)
    _check_remembered_heads(seals, anchor, findings)
    sealed_entries = _check_entries(seals, findings)
    unsealed = JournalEntry.objects.filter(id__gt=seals[-1].last_id) if seals else JournalEntry.objects.all()
    result = JournalVerification.objects.create(
        verified_at=clock.now(),
        is_intact=not findings.kept,
        sealed_entries=sealed_entries,
        unsealed_entries=unsealed.count(),
        seals=len(seals),
        last_mac=bytes(seals[-1].mac) if seals else b"",
        findings=findings.kept,
    )
    if findings.kept:
        logger.error("journal_altered", findings=len(findings.kept), verification=result.pk)
    return result


def _check_continuity(seals: list[JournalSeal], findings: _Findings) -> None:
    for expected, seal in enumerate(seals, start=1):
        if seal.number != expected:
            findings.add(f"Le sceau n° {expected} manque.", expected)
            return


def _check_remembered_heads(seals: list[JournalSeal], anchor: str, findings: _Findings) -> None:
    """The chain may grow; a head seen earlier, or kept outside, must still be in it."""
    macs = {seal.number: bytes(seal.mac) for seal in seals}
    previous = last_verification()
    if previous is not None and previous.seals and macs.get(previous.seals) != bytes(previous.last_mac):
        findings.add("La fin de la chaîne de sceaux, vue lors de la vérification précédente, a disparu ou changé.")
    if anchor:
        number, _, mac = anchor.partition(":")
        if not number.isdecimal() or macs.get(int(number), b"").hex() != mac.lower():
            findings.add("La chaîne ne contient pas le repère conservé à l'extérieur.")


def _check_entries(seals: list[JournalSeal], findings: _Findings) -> int:
    """Recompute each seal over the entries of its range. Returns how many entries were read."""
    if not seals:
        return 0
    lines = _lines(after=None, until=seals[-1].last_id)
    waiting = next(lines, None)
    previous = b""
    read = 0
    for seal in seals:
        fingerprint = _Fingerprint()
        while waiting is not None and waiting[0] <= seal.last_id:
            fingerprint.add(waiting[1])
            waiting = next(lines, None)
        found = fingerprint.entries
        read += found
        # The stored count is signed too: the recomputed fingerprint is closed with the count really found.
        mac = fingerprint.close(number=seal.number, last_id=seal.last_id, sealed_at=seal.sealed_at, previous=previous)
        if found != seal.entries or not hmac.compare_digest(mac, bytes(seal.mac)):
            findings.add(_what_happened(found, seal), seal.number)
        previous = bytes(seal.mac)
    return read


def _what_happened(found: int, seal: JournalSeal) -> str:
    where = f"sous le sceau n° {seal.number} du {seal.sealed_at.astimezone(clock.PARIS):%d/%m/%Y %H:%M}"
    difference = found - seal.entries
    if difference < 0:
        return f"{-difference} entrée(s) supprimée(s) {where}."
    if difference > 0:
        return f"{difference} entrée(s) ajoutée(s) après coup {where}."
    return f"Une entrée, ou le sceau lui-même, a été modifié {where}."
