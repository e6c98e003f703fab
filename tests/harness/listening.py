"""The product behind a socket, in the process of the test: for a program or a browser, on the test's own rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application
from django.db import connections


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


class _Threads(ThreadingMixIn, WSGIServer):
    """One thread a request, that gives its connection back."""

    def process_request_thread(self, *arguments: Any) -> None:
        try:
            super().process_request_thread(*arguments)
        finally:
            connections.close_all()


@contextmanager
def listening(settings: Any) -> Iterator[str]:
    """The address at which the product answers. Needs `committed_db`: its threads see what is committed only."""
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = False
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Threads, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
