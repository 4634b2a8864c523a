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
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.api.conftest import START_TIMEOUT_S, Live, demo_settings, ready, serving, wait_until

CHROMIUMS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
WAIT_MS = 15_000
"""How long a page may take to show what is expected: nobody looks at the clock, but a machine may be busy."""
expect.set_options(timeout=WAIT_MS)

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
