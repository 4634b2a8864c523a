"""What every answer carries, and what is answered before the server is ready."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equipage.api.console import show_page
from equipage.api.errors import OPEN311_ROOT, open311_fault, problem
from equipage.api.rates import RateLimit, Rates
from equipage.api.settings import Settings
from equipage.api.state import Startup

# What answers while the road network is still being loaded.
ALWAYS_ANSWERED = frozenset({"/healthz", "/readyz", "/metrics"})
# Files that need nothing loaded; the page that waits for the rest is drawn with them.
_FILES = "/static/"
_RETRY_S = "2"
# Swagger's page and Folium's maps bring scripts within the page; nothing else does.
_INLINE_SCRIPTS = ("/docs", "/maps/")
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'{inline}; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "form-action 'self'"
)
_STRICT = _POLICY.format(inline="")
_LOOSE = _POLICY.format(inline=" 'unsafe-inline'")


class SecurityHeaders:
    """Send the headers that keep a browser from doing what no page of ours asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = _LOOSE if scope["path"].startswith(_INLINE_SCRIPTS) else _STRICT

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Content-Security-Policy", policy)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class ReadinessGate:
    """Answer 503 with `Retry-After` until everything is loaded; a browser's page asks again by itself."""

    def __init__(self, app: ASGIApp, startup: Startup) -> None:
        self.app = app
        self._startup = startup

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when there is something to answer it with."""
        if scope["type"] != "http" or self._startup.done or _is_always_answered(scope["path"]):
            await self.app(scope, receive, send)
            return
        await self._ask_to_wait(Request(scope))(scope, receive, send)

    def _ask_to_wait(self, request: Request) -> Response:
        """Return what those who come too early are told, in the form that they asked for."""
        status, path = HTTPStatus.SERVICE_UNAVAILABLE, request.url.path
        headers = {"Retry-After": _RETRY_S}
        detail = f"the server is starting: {self._startup.step}"
        if path.startswith(OPEN311_ROOT):
            return open311_fault(path, status, detail, headers=headers)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return show_page(
                request, "starting.html", {}, status=status, headers={**headers, "Refresh": _RETRY_S}
            )
        return problem(status, detail, path, code="starting", headers=headers)


def _is_always_answered(path: str) -> bool:
    return path in ALWAYS_ANSWERED or path.startswith(_FILES)


class OsrmAtRoot:
    """Have whatever comes to a port of its own reach OSRM's API, which begins at that port's root."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as one below `/osrm` where it came to that port."""
        if scope["type"] == "http" and scope["server"][1] == scope["app"].state.osrm_port:
            scope = {**scope, "path": f"/osrm{scope['path']}"}
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuse bodies that are too long with 413, before they are read where they say so, else while they are.

    Parameters
    ----------
    most_bytes : int
        What is taken anywhere.
    most_media_bytes : int
        What is taken by Open311, where photographs may come.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int, most_media_bytes: int) -> None:
        self.app = app
        self._most_bytes = most_bytes
        self._most_media_bytes = most_media_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        for_open311 = scope["path"].startswith(OPEN311_ROOT)
        most = self._most_media_bytes if for_open311 else self._most_bytes
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > most:
            detail = f"the body has {length} bytes; at most {most} are taken"
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            path = scope["path"]
            refusal = (
                open311_fault(path, status, detail)
                if for_open311
                else problem(status, detail, path, code=status.name.lower())
            )
            await refusal(scope, receive, send)
            return
        taken = 0

        async def receive_within_limit() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, f"the body is too long; at most {most} bytes are taken")
            return message

        await self.app(scope, receive_within_limit, send)


def install_middleware(app: FastAPI, startup: Startup, settings: Settings, rates: Rates) -> None:
    """Wrap the app; the last added is the outermost."""
    app.add_middleware(
        BodyLimit, most_bytes=settings.max_body_bytes, most_media_bytes=settings.max_media_bytes
    )
    app.add_middleware(ReadinessGate, startup=startup)
    app.add_middleware(RateLimit, rates=rates)
    app.add_middleware(SecurityHeaders)
    if settings.osrm_port is not None:
        app.add_middleware(OsrmAtRoot)
