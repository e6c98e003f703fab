"""The environment of one instance (demo, dev, test): generated once, in var/<name>/env, for its owner's eyes only."""

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from dev.places import ROOT, VAR

APPLICATION_ROLE = "calae_app"
# Names the instance whose file filled the variables; an inherited DATABASE_URL then comes from us, not from the user.
MARK = "PORTAL_INSTANCE"


def random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": f"k1:{random_key()}",
        "BLIND_INDEX_KEY": random_key(),
        "TELEPHONE_INDEX_KEYS": f"t1:{random_key()}",
        "JOURNAL_SEAL_KEY": random_key(),
        "DEMO": "1",
        "OWNER_PASSWORD": secrets.token_hex(16),
        "APPLICATION_PASSWORD": secrets.token_hex(16),
        "REDIS_PASSWORD": secrets.token_hex(16),
    }


def read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'") for name, value in pairs}


def write(path: Path, values: dict[str, str]) -> None:
    """Replaces the file in one step: a reader never sees half of it, and it is never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{name}='{value}'\n" for name, value in values.items())
    partial.replace(path)


def kept_secrets(directory: Path) -> dict[str, str]:
    path = directory / "secrets"
    values = read(path)
    missing = {name: value for name, value in new_secrets().items() if name not in values}
    if missing:
        values |= missing
        write(path, values)
    return values


def given_by_user(name: str) -> str:
    """The user's own DATABASE_URL, DATABASE_OWNER_URL or REDIS_URL; empty when it was sourced from one of our files."""
    value = os.environ.get(name, "")
    mark = os.environ.get(MARK)
    if mark and read(VAR / mark / "env").get(name) == value:
        return ""
    return value


def with_credentials(url: str, user: str, password: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{host}"))


def with_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def filled_template() -> str:
    """`.env.dist` with fresh secrets, for docker-compose."""
    values = new_secrets()
    lines = (ROOT / ".env.dist").read_text().splitlines()
    return "\n".join(f"{line}{values.get(line[:-1], '')}" if line.endswith("=") else line for line in lines)


if __name__ == "__main__":
    print(filled_template())
