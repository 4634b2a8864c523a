"""Which language a page is in, and that the server says so."""

from __future__ import annotations

import httpx
import pytest

from equipage.api.language import LANGUAGE_COOKIE, Language, preferred
from equipage.api.words.pages import ENGLISH, FRENCH, PageWords
from equipage.dispatch.status import ReportStatus
from tests.api.conftest import Live


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr", Language.FRENCH),
        ("en", Language.ENGLISH),
        ("EN-gb", Language.ENGLISH),
        ("fr-CA, en;q=0.8", Language.FRENCH),
        ("fr;q=0.3, en;q=0.8", Language.ENGLISH),
        ("de, en ; q=0.5 , fr;q=0.4", Language.ENGLISH),
        ("en, fr", Language.ENGLISH),
        ("fr, en", Language.FRENCH),
        ("en;q=0, fr;q=0.1", Language.FRENCH),
        ("en;q=0", None),
        ("en;q=much", None),
        ("en;q=nan", None),
        ("en;q=7", None),
        ("frisian, english", None),
        ("de-DE, *;q=0.5", None),
        ("", None),
        (",;=,", None),
    ],
)
def test_accept_language_is_read(header: str, expected: Language | None) -> None:
    """The highest q of a language we speak wins, of equals the first; q=0 means no."""
    assert preferred(header) is expected


@pytest.mark.parametrize(
    ("query", "cookie", "header", "expected"),
    [
        (None, None, None, "fr"),
        (None, None, "de", "fr"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, "fr", "en", "fr"),
        (None, "de", "en", "en"),
        ("en", "fr", "fr", "en"),
        ("fr", "en", "en", "fr"),
        ("de", "en", "fr", "en"),
    ],
)
def test_the_address_precedes_the_cookie_and_that_the_browser(
    live: Live, query: str | None, cookie: str | None, header: str | None, expected: str
) -> None:
    """`?lang=`, then the cookie, then `Accept-Language`, then French; what is not ours is passed over."""
    headers = {"Accept-Language": header} if header else {}
    cookies = {LANGUAGE_COOKIE: cookie} if cookie else {}
    with httpx.Client(base_url=live.url, headers=headers, cookies=cookies) as browser:
        page = browser.get("/login", params={"lang": query} if query else {})
    assert f'<html lang="{expected}">' in page.text
    assert page.headers["Content-Language"] == expected
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/login"])
def test_a_language_that_was_asked_for_is_kept(anonymous: httpx.Client, path: str) -> None:
    """The next page without `?lang=` speaks it, too; a language that is not ours is not kept."""
    assert LANGUAGE_COOKIE not in anonymous.get(path, params={"lang": "de"}).cookies
    assert anonymous.get(path, params={"lang": "en"}).cookies[LANGUAGE_COOKIE] == "en"
    assert '<html lang="en">' in anonymous.get(path).text


@pytest.mark.parametrize(("language", "words"), [("fr", FRENCH), ("en", ENGLISH)])
def test_signing_in_is_refused_in_the_visitors_language(
    anonymous: httpx.Client, language: str, words: PageWords
) -> None:
    """The form, its fault and the hint are in one language."""
    page = anonymous.post("/login", data={"key": "wrong"}, headers={"Accept-Language": language})
    assert page.status_code == 401
    for name in ("key", "key_refused", "key_hint", "sign_in"):
        assert getattr(words, name) in page.text


@pytest.mark.parametrize(
    ("language", "name", "question"),
    [
        (None, "Pothole", "Where in the street is it?"),
        ("es", "Pothole", "Where in the street is it?"),
        ("fr-FR, en;q=0.5", "Nid-de-poule", "Où est-il dans la rue\N{NO-BREAK SPACE}?"),
    ],
)
def test_open311_names_services_in_the_language_asked_for(
    anonymous: httpx.Client, language: str | None, name: str, question: str
) -> None:
    """Where nobody translated to it, or none was asked for, the city's own names are told."""
    headers = {"Accept-Language": language} if language else {}
    services = anonymous.get("/open311/v2/services.json", headers=headers)
    assert "Accept-Language" in services.headers["Vary"]
    assert name in {service["service_name"] for service in services.json()}
    definition = anonymous.get("/open311/v2/services/pothole.json", headers=headers).json()
    assert definition["attributes"][0]["description"] == question


def test_the_api_tells_names_in_every_language(client: httpx.Client) -> None:
    """A service and a skill come with the city's own name and the translations, whatever is asked for."""
    service = client.get("/api/v1/services/pothole", headers={"Accept-Language": "fr"}).json()
    assert (service["name"], service["names"]) == ("Pothole", {"fr": "Nid-de-poule"})
    skills = {skill["code"]: skill for skill in client.get("/api/v1/skills").json()["items"]}
    assert skills["trees"] == {"code": "trees", "name": "Trees", "names": {"fr": "Élagage"}}


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_status_has_words_without_javascript(words: PageWords) -> None:
    """A citizen without JavaScript is told how any report stands."""
    assert set(words.statuses) == set(ReportStatus)
