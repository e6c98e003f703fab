"""Pages of long lists by position of the last row seen, and counts that stop early.

The page in the middle of a million rows costs what the first one costs; OFFSET would read all that precedes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q

from core import encryption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model, QuerySet

M = TypeVar("M", bound="Model")
_PLACE = "pagination"
_UNPACKERS: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "uuid": UUID,
}


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    items: list[M]
    next_cursor: str | None
    previous_cursor: str | None


def paginate_keyset(
    queryset: QuerySet[M], *, order: Sequence[str] = ("-opened_at", "-pk"), cursor: str | None = None, size: int = 25
) -> KeysetPage[M]:
    """One page of `queryset` in `order`, after or before the row that `cursor` names.

    The columns of `order` are never null and the last one is unique. The cursor is encrypted: it carries the values
    of a row, and travels in addresses. One that does not open, or was made for another order, gives the first page.
    """
    position = _open_cursor(cursor, order)
    backwards = position is not None and position[0] == "before"
    directions = [_flip(name) for name in order] if backwards else list(order)
    rows = queryset
    if position is not None:
        rows = rows.filter(_beyond(directions, position[1]))
    found = list(rows.order_by(*directions)[: size + 1])
    more = len(found) > size
    items = found[:size]
    if backwards:
        items.reverse()
    if not items:
        # The rows around the cursor are gone: start again rather than show an empty page in the middle.
        return paginate_keyset(queryset, order=order, size=size) if position else KeysetPage([], None, None)
    has_next = more or backwards if backwards else more
    has_previous = more if backwards else position is not None
    return KeysetPage(
        items=items,
        next_cursor=_make_cursor("after", items[-1], order) if has_next else None,
        previous_cursor=_make_cursor("before", items[0], order) if has_previous else None,
    )


def capped_count(queryset: QuerySet[M], cap: int = 1000) -> tuple[int, bool]:
    """How many rows, counted up to `cap`; the second value says that there are more."""
    counted = queryset.order_by()[: cap + 1].count()
    return min(counted, cap), counted > cap


def _flip(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _beyond(directions: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows strictly after `values`. The first condition is redundant: it lets the index jump to the place."""
    after = Q()
    equal = Q()
    for direction, value in zip(directions, values, strict=True):
        name = direction.removeprefix("-")
        side = "lt" if direction.startswith("-") else "gt"
        after |= equal & Q((f"{name}__{side}", value))
        equal &= Q((name, value))
    first = directions[0].removeprefix("-")
    return Q((f"{first}__{'lte' if directions[0].startswith('-') else 'gte'}", values[0])) & after


def _make_cursor(side: str, row: Model, order: Sequence[str]) -> str:
    values = [_pack(_read(row, name.removeprefix("-"))) for name in order]
    return encryption.encrypt(json.dumps([side, list(order), values], separators=(",", ":")), place=_PLACE)


def _open_cursor(cursor: str | None, order: Sequence[str]) -> tuple[str, list[Any]] | None:
    if not cursor:
        return None
    try:
        side, made_for, values = json.loads(encryption.decrypt(cursor, place=_PLACE))
    except (encryption.DecryptionRefused, encryption.KeyMissing):
        return None
    return (side, [_unpack(value) for value in values]) if made_for == list(order) else None


def _read(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, UUID):
        return {"uuid": value.hex}
    if value is None:
        raise TypeError("a column of the order of a paginated list is never null")
    return value


def _unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return _UNPACKERS[kind](text)
