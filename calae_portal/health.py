"""/sante/ for probes: is the portal able to serve a page? Public, and says nothing but yes or no.

Redis is reported without being fatal: the pages do without it, messages wait in the outbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from accounts.gate import access
from accounts.permissions import PUBLIC

if TYPE_CHECKING:
    from django.http import HttpRequest


@access(PUBLIC)
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Ready when the database answers: 200, otherwise 503."""
    database = _database_answers()
    state = {"base de données": database, "redis": _redis_answers()}
    shown = {name: "répond" if answers else "ne répond pas" for name, answers in state.items()}
    return JsonResponse(shown, status=200 if database else 503, json_dumps_params={"ensure_ascii": False})


@access(PUBLIC)
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked. A restart would not repair a database."""
    return JsonResponse({"portail": "répond"}, json_dumps_params={"ensure_ascii": False})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseFailure:
        return False
    return True


def _redis_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
