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
from equipage.api.security import context_of, session_key, sign_in
from equipage.api.state import Context
from equipage.api.words.pages import PAGE_WORDS
from equipage.dispatch.access import hash_secret
from equipage.dispatch.model import Key
from equipage.dispatch.status import Role

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
    """Return the console to whoever is signed in; a crew is sent to its own page."""
    context = context_of(request)
    with context.store.reading() as reading:
        key = session_key(request, reading)
    if key is not None and key.role is Role.CREW:
        return RedirectResponse("/crew", 303)
    return signed_in_page(request, "console.html")


def signed_in_page(request: Request, template: str, **content: Any) -> Response:
    """Return a page to whoever is signed in, in the demo to everybody; the rest are sent to sign in.

    What the page then asks the server for is checked there, each by its role. A crew's session begins anew
    with each page: it ends when its telephone has been put away for long.
    """
    context = context_of(request)
    with context.store.reading() as reading:
        key = session_key(request, reading)
    demo_key = demo_key_of(context)
    if key is None and demo_key is None:
        elsewhere = RedirectResponse("/login", 303)
        remember_language(elsewhere, request)
        return elsewhere
    page = show_page(request, template, {"city": context.city, "demo": context.settings.demo, **content})
    if key is None and demo_key is not None:
        sign_in(page, request, demo_key)
    elif key is not None and key.role is Role.CREW:
        sign_in(page, request, key)
    return page


def demo_key_of(context: Context) -> Key | None:
    """Return the key that everybody has in the demo; elsewhere there is none."""
    if not context.settings.demo:
        return None
    with context.store.reading() as reading:
        return reading.key_by_hash(hash_secret(DEMO_KEY))
