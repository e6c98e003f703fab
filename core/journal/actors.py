from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True)
class Actor:
    """Who acts, as the journal keeps it: numbers to search by, labels that stay true when people leave."""

    user_id: int | None
    label: str
    posting_id: int | None
    posting_label: str
    address: str | None


ANONYMOUS = Actor(user_id=None, label="visiteur", posting_id=None, posting_label="", address=None)
SYSTEM = Actor(user_id=None, label="portail", posting_id=None, posting_label="", address=None)


def clean_address(address: str | None) -> str | None:
    """The address as the database stores it, or None when a header held something else."""
    try:
        return str(ip_address((address or "").split("%")[0]))
    except ValueError:
        return None
