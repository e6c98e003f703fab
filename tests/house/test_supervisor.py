"""Nothing that the demonstration starts outlives it, however it ends."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from dev.places import ROOT

# Seconds; a busy machine takes ten.
PATIENCE = 30
ROLES = {"supervisor", "web", "stubborn", "worker"}


class Supervised:
    def __init__(self, mark: str, process: subprocess.Popen, output) -> None:
        self.mark, self.process, self.output = mark, process, output

    def processes(self) -> list[psutil.Process]:
        """The ones started under this mark, honcho's two intermediate copies of the supervisor included."""
        return [process for process in psutil.process_iter() if self.owns(process)]

    def owns(self, process: psutil.Process) -> bool:
        try:
            return self.mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def roles(self) -> set[str]:
        return {process.cmdline()[-1] for process in self.processes()}

    def one(self, role: str) -> psutil.Process:
        return next(process for process in self.processes() if process.cmdline()[-1] == role)

    def becomes(self, roles: set[str], seconds: float = 25) -> bool:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                if self.roles() == roles:
                    return True
            except psutil.Error:
                pass  # one of them ended while it was looked at
            time.sleep(0.05)
        return False


@pytest.fixture
def supervised(tmp_path):
    mark = f"{os.getpid()}-{tmp_path.name}"
    output = tmp_path / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "tests/house/supervised.py", mark, "supervisor"], cwd=ROOT, stdout=file, stderr=file
        )
    started = Supervised(mark, process, output)
    assert started.becomes(ROLES), output.read_text()
    yield started
    for left in started.processes():
        left.kill()
    process.wait(PATIENCE)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_even_what_ignores_it(supervised, signum):
    supervised.process.send_signal(signum)
    assert supervised.process.wait(30) == 0
    assert supervised.roles() == set()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the next start cleans up")
def test_a_killed_supervisor_takes_its_processes_with_it(supervised):
    supervised.process.kill()
    supervised.process.wait(PATIENCE)
    # What left for a session of its own has no parent to die with: the next start's sweep is for it.
    assert supervised.becomes({"stubborn"})


def test_the_end_of_the_web_ends_everything(supervised):
    supervised.one("web").kill()
    supervised.process.wait(30)
    assert supervised.roles() == set()


def test_a_crashed_worker_starts_again_while_the_web_goes_on(supervised):
    worker, web = supervised.one("worker"), supervised.one("web")
    worker.kill()
    worker.wait(PATIENCE)
    assert supervised.becomes(ROLES)
    assert web.is_running()
    assert "nouveau départ" in supervised.output.read_text()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="read in /proc")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_sent_to_make_alone_ends_what_it_started(tmp_path, signum):
    mark = f"{os.getpid()}-{tmp_path.name}"
    script = ROOT / "tests" / "house" / "supervised.py"
    (tmp_path / "Makefile").write_text(f"all:\n\t@exec {sys.executable} {script} {mark} under-make\n")
    make = subprocess.Popen(["make", "-s"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    started = Supervised(mark, make, None)
    assert started.becomes({"under-make"})
    # Its command line is there before it has tied itself to make.
    limit = time.monotonic() + PATIENCE
    while not (tmp_path / "ready").exists() and time.monotonic() < limit:
        time.sleep(0.05)
    time.sleep(0.5)
    make.send_signal(signum)
    make.wait(PATIENCE)
    assert started.becomes(set(), seconds=PATIENCE)
