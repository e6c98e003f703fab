"""Logs: one line per event, in JSON for machines or in plain text for a terminal.

Five things never reach them: query strings, which carry names typed in a search; the secret of the address of an
agenda; which page of « Mon soutien » is opened; the local variables or the data of an exception, which carry everything
else; and what reads like a telephone number in the message of an exception.
"""

from __future__ import annotations

import logging.config
import re
import sys
import traceback
from typing import TYPE_CHECKING, Any

import structlog
from django.db import Error as DatabaseFailure
from django.template.base import VariableDoesNotExist

if TYPE_CHECKING:
    from types import TracebackType

    from structlog.types import EventDict, Processor, WrappedLogger

    ExceptionInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

# From a "?" that follows a path to the next blank or quote.
_QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]*")
# The name of an .ics file is the right to read it; the key of a slip would tie it to the psychologist who reads it.
_SECRET = re.compile(r"(/agenda/)[^/\s'\"]+(\.ics)|(/guichet/demandes/)[^/\s'\"]+()")
# Which page of « Mon soutien » a person opens would say that there is a link with an anonymous slip.
_OWN_SUPPORT = re.compile(r"(/mon-soutien/)[^\s'\"]+")

# Six digits or more, as people write a telephone number: a message such as int()'s repeats what it could not read.
_NUMBER = re.compile(r"\+?\d(?:[\s()]{0,2}\d){5,}|\d\d(?:[-/.]\d\d){3,}")


def without_query(text: str) -> str:
    text = _OWN_SUPPORT.sub(r"\1…", text)
    return _SECRET.sub(r"\1\3…\2\4", _QUERY.sub(r"\1", text))


def without_number(text: str) -> str:
    return _NUMBER.sub("…", text)


def strip_queries(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Processor: cut the query string and the secret of every path, in the message and in its fields."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = without_query(value)
    return event


def describe(error: BaseException) -> str:
    """The exception in one line. A database error gives its code and constraint, not the values it refused."""
    name = type(error).__qualname__
    if isinstance(error, DatabaseFailure) and (sqlstate := getattr(error.__cause__, "sqlstate", None)):
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        return f"{name}: sqlstate {sqlstate}" + (f", {constraint}" if constraint else "")
    if type(error).__module__.startswith("psycopg"):
        return f"{name}: sqlstate {getattr(error, 'sqlstate', None)}"
    if isinstance(error, VariableDoesNotExist):
        # Its message is the whole context of the page.
        return f"{name}: {error.params[0]}"
    lines = str(error).splitlines()
    return f"{name}: {without_number(without_query(lines[0][:300]))}" if lines else name


def render_exception(info: ExceptionInfo) -> str:
    """A traceback with its causes: files, lines and functions; no local variable, no second line of a message."""
    parts: list[str] = []
    error = info[1]
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        parts.append("".join(traceback.format_tb(error.__traceback__)) + describe(error))
        hidden = error.__suppress_context__ and error.__cause__ is None
        error = None if hidden else error.__cause__ or error.__context__
    return "\n\ncaused by:\n".join(parts)


def add_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Processor: replace `exc_info` by its rendering."""
    info: Any = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    elif info and not isinstance(info, tuple):
        info = sys.exc_info()
    if info and info[1] is not None:
        event["exception"] = render_exception(info)
    return event


def configure(config: dict[str, Any]) -> None:
    """Called by Django with settings.LOGGING: {"level": "INFO", "json": true}."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_exception,
        strip_queries,
    ]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if config["json"]
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    # Loggers that Django configures with handlers of their own: everything goes through ours, mail to ADMINS included.
    through_root = {"handlers": [], "level": "NOTSET", "propagate": True}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": config["level"]},
            "loggers": {
                "django": through_root,
                "django.server": through_root,
                # Its "request_started" line doubles every "request_finished".
                "django_structlog.middlewares.request": {"level": "INFO"},
            },
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
