"""Whole jobs of the people who use it, in both languages: a server on PostGIS, and what each holds in hand.

A person's walk is one file: it asks for `server` and `language`, for `desk` or `telephone` where it looks at
pages, and for `say` where a text of a page is expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Browser, ViewportSize

from equipage.dispatch.model import ServiceCode
from equipage.dispatch.status import Mode
from tests.api.conftest import START_TIMEOUT_S, Live, demo_settings, ready, serving, wait_until
from tests.browser.conftest import WAIT_MS, Console, browser
from tests.stores import FreshDatabase

__all__ = ["browser"]

LOCALES = {"fr": "fr-FR", "en": "en-GB"}
BY_HAND = ServiceCode("graffiti")
"""The service whose reports wait until a dispatcher decides."""


@pytest.fixture(scope="package")
def server(fresh_postgis: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server of the sample city on PostGIS for all walks."""
    folder = tmp_path_factory.mktemp("walks")
    with (
        fresh_postgis(folder) as url,
        serving(demo_settings(folder, database_url=url)) as started,
    ):
        wait_until(lambda: ready(started), START_TIMEOUT_S)
        assert httpx.get(f"{started.url}/readyz").json()["dialect"] == "postgresql"
        with started.context.store.transaction() as tx:
            tx.save_service(replace(tx.services()[BY_HAND], mode=Mode.SUGGEST))
        yield started


@pytest.fixture(params=list(LOCALES))
def language(request: pytest.FixtureRequest) -> str:
    """French, then English."""
    return str(request.param)


@pytest.fixture
def say(language: str) -> Callable[[str, str], str]:
    """Choose from a French and an English text."""
    return lambda french, english: french if language == "fr" else english


@pytest.fixture
def desk(browser: Browser, server: Live, language: str) -> Iterator[Console]:
    """A browser at a desk, set to the language."""
    yield from _opened(browser, server, language, {"width": 1280, "height": 720})


@pytest.fixture
def telephone(browser: Browser, server: Live, language: str) -> Iterator[Console]:
    """A browser of the size of a telephone, set to the language."""
    yield from _opened(browser, server, language, {"width": 390, "height": 844})


def _opened(browser: Browser, server: Live, language: str, size: ViewportSize) -> Iterator[Console]:
    context = browser.new_context(viewport=size, locale=LOCALES[language])
    context.set_default_timeout(WAIT_MS)
    opened = Console(context.new_page(), server)
    opened.listen()
    yield opened
    context.close()
