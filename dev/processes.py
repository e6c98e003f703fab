"""Small things about processes: locks between runs, ports, servers that die with the one who started them."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def prctl(option: int, value: int) -> bool:
    """False where the system has no prctl (macOS): what relies on it is then done by a sweep, or by the next start."""
    if not sys.platform.startswith("linux"):
        return False
    return ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0


def adopt_orphans() -> bool:
    """Descendants whose parent died become our children instead of init's, so that a final sweep finds them."""
    return prctl(PR_SET_CHILD_SUBREAPER, 1)


def dies_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """For subprocess's preexec_fn: the kernel sends `signum` to the child when its parent is gone, even by SIGKILL."""

    def set_death_signal() -> None:
        prctl(PR_SET_PDEATHSIG, signum)

    return set_death_signal


def end_with_make() -> None:
    """Ends us with the `make` that started us. It passes SIGTERM on, and the kernel tells its death, but GNU make
    only waits when a SIGINT is sent to it alone: from then on it no longer catches that signal, which is looked at.
    """
    dies_with_parent(signal.SIGTERM)()
    make = os.getppid()
    if catches_interruptions(make):
        signal.signal(signal.SIGALRM, lambda *_: catches_interruptions(make) or os.kill(os.getpid(), signal.SIGINT))
        signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)


def catches_interruptions(pid: int) -> bool:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    caught = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:"))
    return bool(caught >> (signal.SIGINT - 1) & 1)


# Kept, or Python complains of a process that is still running when its last reference goes: ours are meant to.
_started: list[subprocess.Popen] = []


def start_server(command: list, log: Path, *, tied: signal.Signals | None = None, **options: Any) -> int:
    """A process in its own session: a Ctrl-C is for the supervisor. `tied`: the signal it gets when we end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            preexec_fn=dies_with_parent(tied) if tied else None,
            **options,
        )
    _started.append(process)
    return process.pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; released by the kernel if the holder is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class InUse:
    """Counts the runs that share an instance, without a counter that a killed run would leave wrong."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.handle = path.open("a")
        # Inherited by nobody: a server that outlives us must not look like a user of itself.
        os.set_inheritable(self.handle.fileno(), False)

    def join(self) -> None:
        fcntl.flock(self.handle, fcntl.LOCK_SH)

    def alone(self) -> bool:
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def running(pid: int, word: str) -> psutil.Process | None:
    """The process, if that number still belongs to a command line holding `word` (numbers are reused)."""
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE and word in " ".join(process.cmdline()):
            return process
    except psutil.Error:
        return None
    return None


def stop(
    process: psutil.Process,
    signum: signal.Signals = signal.SIGTERM,
    patience: float = 10,
) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signum)
        try:
            process.wait(patience)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
