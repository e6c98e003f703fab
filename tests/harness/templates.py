"""An undefined variable in a template of ours fails the test; other people's templates keep Django's silence."""

import sys
from types import FrameType

from django.template.base import FilterExpression, Node

from dev.places import ROOT

OURS = str(ROOT / "templates")
# `{{ name|default:"…" }}` says that the name may be missing.
OPTIONAL = {"default", "default_if_none"}


class UndefinedVariableError(Exception):
    pass


class UndefinedVariable(str):
    """Given to Django as string_if_invalid. Django asks for its truth exactly when a variable is not found."""

    __slots__ = ()

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        expression = frame.f_locals.get("self")
        if frame.f_code is FilterExpression.resolve.__code__ and not is_optional(expression):
            template = template_being_rendered(frame)
            if template.startswith(OURS):
                raise UndefinedVariableError(f"{{{{ {expression.token} }}}} is undefined in {template}")
        return False


def is_optional(expression: FilterExpression) -> bool:
    return bool(expression.filters) and expression.filters[0][0].__name__ in OPTIONAL


def template_being_rendered(frame: FrameType | None) -> str:
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return node.origin.name
        frame = frame.f_back
    return ""
