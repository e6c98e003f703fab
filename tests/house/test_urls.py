from collections.abc import Iterator

from django.urls import URLPattern, get_resolver

from accounts.gate import access_of
from accounts.permissions import TokenDoor

# Django's own and third-party views are wrapped by a view of ours or listed here with their reason.
NOT_OURS: dict[str, str] = {}

# Pages that take files check the CSRF token themselves, once they have said how a file is read (core.uploads).
CHECKED_LATER = {
    "dossiers/import/",
    "dossiers/<reference:reference>/pieces-jointes/",
    "soutien/associations/import/",
}


def views(patterns=None, prefix: str = "") -> Iterator[tuple[str, object]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from views(entry.url_patterns, route)


def test_every_view_declares_its_access():
    undeclared = [route for route, callback in views() if access_of(callback) is None and route not in NOT_OURS]
    assert undeclared == []


def test_only_what_a_token_opens_is_exempt_from_the_csrf_check() -> None:
    exempt = {route for route, callback in views() if getattr(callback, "csrf_exempt", False)}
    by_token = {route for route, callback in views() if isinstance(access_of(callback), TokenDoor)}
    assert exempt == by_token | CHECKED_LATER


def test_every_url_has_a_name():
    def unnamed(patterns, prefix=""):
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLPattern):
                if not entry.name:
                    yield route
            else:
                yield from unnamed(entry.url_patterns, route)

    assert list(unnamed(get_resolver().url_patterns)) == []


def test_a_view_without_declaration_would_be_seen():
    def undeclared_view(request):
        return None

    assert access_of(undeclared_view) is None
