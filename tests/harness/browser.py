"""A real Chromium on the real product. A page that logs an error, breaks the CSP or looks outside fails its test."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from dev.browser import find_chromium
from tests.harness import databases, run
from tests.harness.portal import Portal, running_portal

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
OpenPage = Callable[..., Page]


class Watcher:
    """Collects what no page may do, in every page of a context."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.faults: list[str] = []
        # A blocked resource is reported by an event even where the console says nothing.
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e =>"
            " console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI))"
        )
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self.on_request)
        context.on("response", self.on_response)

    def on_console(self, message: ConsoleMessage) -> None:
        # The status of the page itself is for the test to judge; that of other resources is seen by on_response.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"request to another origin: {request.url}")

    def on_response(self, response: Response) -> None:
        # A page, or the part of one that htmx asks for: the test judges what it says.
        is_page = response.request.resource_type == "document" or "hx-request" in response.request.headers
        refused_page = is_page and response.status < 500
        if response.status >= 400 and not refused_page:
            self.faults.append(f"{response.status} for {response.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.fail("Chromium is missing: make test installs it or says how")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def portal(worker_id: str) -> Iterator[Portal]:
    """The product on an empty database."""
    name = run.database_name(worker_id, "portal")
    with running_portal(name, databases.plain_template(), run.redis_url(worker_id)) as started:
        yield started


@pytest.fixture(scope="session")
def seeded_portal(worker_id: str) -> Iterator[Portal]:
    """The product on the demonstration's content, with its accounts. Shared by the tests of a worker."""
    name = run.database_name(worker_id, "seededportal")
    with running_portal(name, databases.seeded_template(), run.redis_url(worker_id)) as started:
        yield started


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """`open_page(portal, viewport=PHONE, java_script_enabled=False)`: a new person, with cookies of their own."""
    opened: list[tuple[BrowserContext, Watcher]] = []

    def open_one(portal: Portal, **options) -> Page:
        options.setdefault("viewport", DESKTOP)
        context = browser.new_context(base_url=portal.url, locale="fr-FR", timezone_id="Europe/Paris", **options)
        context.set_default_timeout(15_000)
        opened.append((context, Watcher(context, portal.url)))
        return context.new_page()

    yield open_one
    faults = [fault for _, watcher in opened for fault in watcher.faults]
    for context, _ in opened:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def browser_page(open_page: OpenPage, portal: Portal) -> Page:
    return open_page(portal)


@pytest.fixture
def seeded_page(open_page: OpenPage, seeded_portal: Portal) -> Page:
    return open_page(seeded_portal)


def axe(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds, every rule on but those `without` which the page was just read, one line an element at fault."""
    if not page.evaluate("'axe' in window"):
        # Half a megabyte: once a page, not once a width.
        page.evaluate(AXE_SCRIPT)
    rules = {rule: {"enabled": False} for rule in without}
    violations = page.evaluate(
        "options => axe.run(options).then(results => results.violations)",
        {"resultTypes": ["violations"], "reporter": "no-passes", "rules": rules},
    )
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']} — {node['html'][:200]}"
        for violation in violations
        for node in violation["nodes"]
    ]


def settled(page: Page) -> None:
    """Waits until the page is whole: loaded, and what it asks for by itself has come."""
    page.wait_for_load_state("load")
    if page.locator("[hx-trigger=load]").count():
        page.wait_for_load_state("networkidle")
