"""Run by test_supervisor.py: `python supervised.py MARK ROLE`. A small demonstration made of processes that resist."""

import signal
import subprocess
import sys
import time
from pathlib import Path


def supervise(mark: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from dev.processes import adopt_orphans
    from dev.supervisor import Supervisor, end_descendants

    command = [sys.executable, __file__, mark]
    adopt_orphans()
    supervisor = Supervisor(environment={}, folder=Path.cwd())
    supervisor.run_until_it_stops("web", [*command, "web"])
    supervisor.keep("worker", [*command, "worker"])
    try:
        supervisor.loop()
    finally:
        end_descendants(but=(), patience=0.5)


def run(mark: str, role: str) -> None:
    if role == "supervisor":
        supervise(mark)
        return
    if role == "under-make":
        sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
        from dev.processes import end_with_make

        end_with_make()
        Path("ready").touch()
    if role == "web":
        subprocess.Popen([sys.executable, __file__, mark, "stubborn"], start_new_session=True)
    if role == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
