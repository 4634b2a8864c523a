"""The console's page, and how a browser gets its session."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from equipage.api.language import Language, language_of, remember_language
from equipage.api.page_words import PAGE_WORDS
from equipage.api.security import context_of, session_key, sign_in

FOLDER = Path(__file__).parent
_templates = Jinja2Templates(directory=FOLDER / "templates")
DEMO_KEY = "demo"


def show_page(
    request: Request,
    template: str,
    content: Mapping[str, Any],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page in the visitor's language; it depends on who asks, so nothing may keep it."""
    language = language_of(request)
    page = _templates.TemplateResponse(
        request,
        template,
        {"language": language, "languages": Language, "words": PAGE_WORDS[language], **content},
        status_code=status,
        headers={"Cache-Control": "no-store", "Content-Language": language, **(headers or {})},
    )
    remember_language(page, request)
    return page


def console_page(request: Request) -> Response:
    """Return the console to whoever is signed in, in the demo to everybody; the rest are sent to sign in."""
    return page_of_the_desk(request, "console.html")


def page_of_the_desk(request: Request, template: str, **content: Any) -> Response:
    """Return a page to whoever is signed in, in the demo to everybody; the rest are sent to sign in.

    What the page then asks the server for is checked there, each by its role.
    """
    context = context_of(request)
    with context.store.reading() as reading:
        signed_in = session_key(request, reading) is not None
    if not signed_in and not context.settings.demo:
        elsewhere = RedirectResponse("/login", 303)
        remember_language(elsewhere, request)
        return elsewhere
    page = show_page(request, template, {"city": context.city, "demo": context.settings.demo, **content})
    if not signed_in:
        sign_in(page, request, DEMO_KEY)
    return page
