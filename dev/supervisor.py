"""Runs the product's processes with honcho, and ends every one of them whatever happens to the supervisor."""

import contextlib
import multiprocessing
import os
import select
import shlex
import signal
import sys
from pathlib import Path

import psutil
from honcho.manager import Manager
from honcho.process import Popen, Process

from dev.processes import dies_with_parent

# In the environment of every process of an instance: how the next start knows the leftovers of a killed one.
OWNED_BY = "PORTAL_SUPERVISED_IN"
PATIENCE = 8


class Kept(Process):
    """A process that is started again when it crashes, but not when someone stopped it (exit code 0).

    Stopping the worker by hand is how the demonstration shows the silence of a process.
    """

    restarts = True
    stopping = multiprocessing.Event()

    def run(self, events=None, ignore_signals=False) -> None:
        # Honcho's own intermediate process: dies with the supervisor, and its child with it.
        dies_with_parent(signal.SIGKILL)()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._events = events
        while True:
            self._child = Popen(self.cmd, env=self.env, cwd=self.cwd, preexec_fn=end_with_honcho)
            self._send_message({"pid": self._child.pid}, type="start")
            self.forward_output()
            code = self._child.wait()
            if not self.restarts or code == 0 or self.stopping.is_set():
                break
            self._send_message(f"arrêt inattendu ({code}), nouveau départ dans 3 s\n".encode())
            if self.stopping.wait(3):
                break
        self._send_message({"returncode": code}, type="stop")

    def forward_output(self) -> None:
        """Until the process ends; not until its output is closed, which a surviving grandchild may hold open."""
        descriptor = self._child.stdout.fileno()
        pending = b""
        while True:
            ended = self._child.poll() is not None
            ready, _, _ = select.select([descriptor], [], [], 0 if ended else 0.2)
            if ready:
                data = os.read(descriptor, 65536)
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    self._send_message(line + b"\n")
                if not data:
                    break
            elif ended:
                break
        if pending:
            self._send_message(pending + b"\n")


class Once(Kept):
    restarts = False


def end_with_honcho() -> None:
    dies_with_parent(signal.SIGTERM)()
    # Ignored signals are inherited through exec: Celery and gunicorn set theirs, a shell in between would not.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class Supervisor(Manager):
    def __init__(self, *, environment: dict[str, str], folder: Path) -> None:
        if sys.platform.startswith("linux"):
            multiprocessing.set_start_method("fork", force=True)
        super().__init__()
        self.environment = environment | {"PYTHONUNBUFFERED": "1"}
        self.folder = folder
        self.essential: set[str] = set()

    def run_until_it_stops(self, name: str, command: list[str], **environment: str) -> None:
        """When this one stops, everything stops."""
        self.essential.add(name)
        self.add(Once, name, command, environment)

    def keep(self, name: str, command: list[str], **environment: str) -> None:
        self.add(Kept, name, command, environment)

    def add(self, kind: type[Process], name: str, command: list[str], environment: dict[str, str]) -> None:
        self._process_ctor = kind
        # exec: the signals sent to the shell's number reach the program itself.
        self.add_process(name, "exec " + shlex.join(command), env=self.environment | environment, cwd=str(self.folder))

    def terminate(self) -> None:
        Kept.stopping.set()
        if not self._all_started():
            # Too early for honcho, which has no number to send a signal to. Asked to stop, stopped: no error, as later.
            sys.exit(0)
        super().terminate()

    def _any_stopped(self) -> bool:
        """Honcho stops everything when this is true; it is also true while stopping, so that its time limit runs."""
        return self._terminating or any("returncode" in self._processes[name] for name in self.essential)


def end_descendants(*, but: tuple[psutil.Process | None, ...], patience: float = PATIENCE) -> None:
    """What is left below this process, orphans included (they were adopted), except the servers stopped afterwards."""
    spared = set()
    for process in filter(None, but):
        with contextlib.suppress(psutil.NoSuchProcess):
            spared |= {process, *process.children(recursive=True)}
    end([process for process in psutil.Process().children(recursive=True) if process not in spared], patience)


def end_leftovers(directory: Path) -> None:
    """The processes of an earlier start whose supervisor was killed where the kernel could not do it for us."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(OWNED_BY) == str(directory):
                found.append(process)
    end(found)


def end(processes: list[psutil.Process], patience: float = PATIENCE) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=patience)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
