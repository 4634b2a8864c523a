"""The console's page, and how a browser gets its session."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from equipage.api.security import context_of, session_key, sign_in

FOLDER = Path(__file__).parent
templates = Jinja2Templates(directory=FOLDER / "templates")
DEMO_KEY = "demo"


def console_page(request: Request) -> Response:
    """Return the console to whoever is signed in, in the demo to everybody; the rest are sent to sign in."""
    context = context_of(request)
    with context.store.reading() as reading:
        signed_in = session_key(request, reading) is not None
    if not signed_in and not context.settings.demo:
        return RedirectResponse("/login", 303)
    page = templates.TemplateResponse(
        request,
        "console.html",
        {"city": context.city, "demo": context.settings.demo},
        headers={"Cache-Control": "no-store"},
    )
    if not signed_in:
        sign_in(page, request, DEMO_KEY)
    return page
