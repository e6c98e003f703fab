"""A morning at the portal, in its own process, with the product's settings: `python -m tests.processes.acts`.

Prints the seconds that each act took, as JSON.
"""

import json
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from tests import build  # noqa: E402


def main() -> None:
    seconds: dict[str, float] = {}

    def timed(name: str, act: Callable):  # type: ignore[no-untyped-def]
        start = time.monotonic()
        result = act()
        seconds[name] = round(time.monotonic() - start, 2)
        return result

    official = build.an_official("Prévenue")
    official.email = "prevenue@elus.example"
    official.save(update_fields=["email"])
    referent, decider = build.referent(), build.decider()
    threat = timed("threat", lambda: build.a_threat(user=referent, official=official))
    request = timed("request", lambda: build.a_request(threat=threat))
    timed("grant", lambda: build.granted(request, by=decider))
    for name, path, user in (
        ("home", reverse("home"), decider),
        ("in_force", reverse("call_buttons:in_force"), decider),
        ("case", reverse("cases:detail", args=[threat.case.reference]), referent),
    ):
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(User.objects.get(pk=user.pk))
        answer = timed(name, lambda client=client, path=path: client.get(path))
        assert answer.status_code == 200, (name, answer.status_code)
    sys.stdout.write(json.dumps(seconds) + "\n")


if __name__ == "__main__":
    main()
