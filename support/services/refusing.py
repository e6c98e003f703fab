"""A rule of the database said as a sentence of the form."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from core.acts import ActRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def refused_by(rules: Mapping[str, tuple[str, str | None]]) -> Iterator[None]:
    """`rules` gives, for the name of a constraint, the sentence and the field it is about. One transaction.

    Raises ActRefused for these; whatever else the database refuses is a bug and goes on.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name not in rules:
            raise
        sentence, field = rules[name]
        raise ActRefused(sentence, field=field) from None
