"""An act that a rule refuses, and how a form says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm

Made = TypeVar("Made")


class ActRefused(Exception):
    """A rule refuses the act: `str(error)` is the French sentence, `field` the form field it is about, if one is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def attempt(form: BaseForm, act: Callable[[], Made]) -> Made | None:
    """Do `act` when `form` is valid; what it made, or None with the refusal among the errors of the form."""
    if not form.is_valid():
        return None
    try:
        return act()
    except ActRefused as error:
        form.add_error(error.field, str(error))
        return None
