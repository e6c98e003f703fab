"""Wrong codes are answered later and later. Nothing of who typed them is known, nor kept.

In the memory of each web process: nothing in the database nor in Redis tells that somebody tried. A right code never
waits here. A wait holds a thread, so that one at most waits at a time in a process; what comes meanwhile is answered at
once. 75 bits behind a slow hash are what keeps codes safe: ten guesses a second find one in 10^14 years.
"""

from __future__ import annotations

import threading
import time
from collections import deque

# Seconds.
MEMORY = 600.0
FIRST, LONGEST = 0.25, 8.0


class Pace:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: deque[float] = deque(maxlen=64)
        self._waiting = False

    def _delay(self, now: float) -> float:
        while self._wrong and now - self._wrong[0] > MEMORY:
            self._wrong.popleft()
        self._wrong.append(now)
        return min(LONGEST, FIRST * 2 ** min(len(self._wrong) - 1, 10))

    def wait_after_wrong(self) -> float:
        """Wait for as long as the last wrong codes say, and give the seconds waited."""
        with self._lock:
            delay = self._delay(time.monotonic())
            if self._waiting:
                return 0.0
            self._waiting = True
        try:
            sleep(delay)
        finally:
            self._waiting = False
        return delay

    def forget(self) -> None:
        self._wrong.clear()


def sleep(seconds: float) -> None:
    """For tests, which do not wait."""
    time.sleep(seconds)


codes = Pace()
