"""A real Chromium in front of a real server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from equipage.dispatch.status import Role
from tests.api.conftest import START_TIMEOUT_S, Live, demo_settings, ready, serving, wait_until

CHROMIUMS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
WAIT_MS = 60_000
"""How long a page may take to show what is expected: nobody looks at the clock, but a machine may be busy."""
expect.set_options(timeout=WAIT_MS)

CREW = "phone"
TELEPHONE: ViewportSize = {"width": 390, "height": 844}

SANDBOXLESS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
"""A sandbox needs rights that a container's root does not have."""


@dataclass
class Console:
    """The console in a browser, with all that the browser complained about."""

    page: Page
    server: Live
    faults: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note every error and every request that leaves the server under test."""
        own = urlsplit(self.server.url).netloc

        def on_request(sent: Request) -> None:
            target = urlsplit(sent.url)
            if target.scheme in {"http", "https", "ws", "wss"} and target.netloc != own:
                self.foreign.append(sent.url)

        def on_line(line: ConsoleMessage) -> None:
            if line.type == "error":
                self.faults.append(line.text)

        def on_response(answer: Response) -> None:
            if answer.status >= HTTPStatus.BAD_REQUEST:
                self.faults.append(f"{answer.status} {answer.url}")

        self.page.on("request", on_request)
        self.page.on("console", on_line)
        self.page.on("response", on_response)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self) -> Page:
        """Load the console and wait until it shows the city."""
        self.page.goto(self.server.url)
        self.page.wait_for_selector("body[data-ready=true]")
        return self.page


@dataclass
class Telephone:
    """A crew's page in a telephone's browser, signed in as that crew."""

    console: Console

    @property
    def page(self) -> Page:
        """The page."""
        return self.console.page

    @property
    def present(self) -> Locator:
        """The job on top."""
        return self.page.locator(".job.present")

    def open(self) -> Page:
        """Load the page and wait until it shows the day."""
        self.page.goto(f"{self.console.server.url}/crew")
        self.page.wait_for_selector("body[data-ready=true]")
        return self.page

    def step(self, name: str) -> None:
        """Tap the next step, which must be the named one."""
        button = self.page.locator(f"#step[data-step={name}]:not([aria-disabled])")
        button.click()


def chromium_path() -> str:
    """Return the browser that the tests drive."""
    for candidate in (os.environ.get("EQUIPAGE_CHROMIUM", ""), *CHROMIUMS):
        if candidate and Path(candidate).is_file():
            return candidate
    msg = "no Chromium was found: run `make test`, which installs it where it may, or set EQUIPAGE_CHROMIUM"
    raise FileNotFoundError(msg)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server for each file of browser tests: what one leaves behind is not in the way of another."""
    with serving(demo_settings(tmp_path_factory.mktemp("browser"))) as started:
        wait_until(lambda: ready(started), START_TIMEOUT_S)
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here; Playwright's event loop runs in this thread until it is closed."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=SANDBOXLESS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that remembers nothing of other tests."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
    fresh.set_default_timeout(WAIT_MS)
    yield fresh
    fresh.close()


@pytest.fixture
def console(context: BrowserContext, server: Live) -> Console:
    """The console in a fresh browser, not yet loaded."""
    opened = Console(context.new_page(), server)
    opened.listen()
    return opened


@pytest.fixture(params=["fr-FR", "en-GB"])
def telephone(request: pytest.FixtureRequest, browser: Browser, server: Live) -> Iterator[Telephone]:
    """A telephone of either language that the crew signed in on; afterwards the crew has nothing to do."""
    yield from signed_in(browser, server, request.param)
    let_go(server)


@pytest.fixture
def english(browser: Browser, server: Live) -> Iterator[Telephone]:
    """A telephone set to English."""
    yield from signed_in(browser, server, "en-GB")
    let_go(server)


def signed_in(browser: Browser, server: Live, locale: str, crew_id: str = CREW) -> Iterator[Telephone]:
    """Yield a telephone with a session of the crew."""
    context = browser.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale=locale)
    context.set_default_timeout(WAIT_MS)
    console = Console(context.new_page(), server)
    console.listen()
    key = server.key(Role.CREW, crew_id=crew_id)
    answer = context.request.post(f"{server.url}/login", form={"key": key})
    assert answer.url.endswith(f"/crew/{crew_id}")
    yield Telephone(console)
    context.close()


def let_go(server: Live) -> None:
    """Close what was filed, for the tests to come have lists of their own to look at, and end the pause."""
    with server.client() as client:
        for each in client.get("/api/v1/reports", params={"open": True}).json()["items"]:
            closing = {"status": "cancelled", "note": "the test is over"}
            client.post(f"/api/v1/reports/{each['id']}/close", json=closing).raise_for_status()
        client.patch(f"/api/v1/crews/{CREW}", json={"paused": False}).raise_for_status()
