"""The browser harness sees the faults it is there for, on pages made faulty on purpose."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.harness.browser import Watcher, axe

PAGES = {
    "/sound": "<h1>Bonjour</h1>",
    "/inline": "<h1>Bonjour</h1><p style='color: red'>x</p><script>document.title = 'x'</script>",
    "/outside": "<h1>Bonjour</h1><img src='http://127.0.0.2:9/x.png' alt=''>",
    "/broken": "<h1>Bonjour</h1><script src='/missing.js'></script>",
    "/inaccessible": "<h1>Bonjour</h1><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><input>",
}
PAGE = "<!doctype html><html lang='fr'><head><title>Essai</title></head><body><main>{}</main></body></html>"
CSP = "default-src 'self'; img-src 'self' data:; script-src 'self'; style-src 'self'"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGES.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(PAGE.format(body or "").encode())

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def origin():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(browser, origin):
    context = browser.new_context()
    watcher = Watcher(context, origin)
    page = context.new_page()

    def go(path):
        page.goto(origin + path)
        page.wait_for_load_state("networkidle")
        return page, watcher.faults

    yield go
    context.close()


@pytest.mark.parametrize("path", ["/sound", "/unknown"])
def test_a_page_without_fault_passes_whatever_its_status(visit, path):
    assert visit(path)[1] == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [("/inline", "CSP: style-src"), ("/inline", "CSP: script-src"), ("/outside", "another origin"), ("/broken", "404")],
)
def test_a_faulty_page_is_reported(visit, path, fault):
    _, faults = visit(path)
    assert any(fault in line for line in faults), faults


def test_axe_runs_under_a_strict_policy_and_leaves_no_fault_of_its_own(visit):
    page, faults = visit("/sound")
    assert axe(page) == []
    assert faults == []


def test_axe_reports_what_is_inaccessible(visit):
    page, _ = visit("/inaccessible")
    assert {line.split(" ")[0] for line in axe(page)} == {"image-alt", "label"}
