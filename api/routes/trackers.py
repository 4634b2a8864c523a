"""The trackers' entrance: `/` and `/t/{token}`.

These are the busiest routes of the server, so they are plain Starlette routes: reading a post takes
microseconds on the event loop, storing it happens in the ingest's thread.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.routing import Route

from equipage.api.console import console_page
from equipage.api.errors import OverloadedError
from equipage.api.security import context_of
from equipage.api.trackers import UnreadableBodyError, read_post

VERDICT_HEADER = "X-Equipage-Verdict"
MOST_BYTES = 64 * 1024
_DEVICE_PARAMETERS = frozenset({"id", "deviceid"})


async def root(request: Request) -> Response:
    """Take a tracker's post, or show the console to everybody else."""
    if request.method == "POST" or _names_device(request.url.query):
        return await _take(request, token=None)
    return await run_in_threadpool(console_page, request)


async def by_token(request: Request) -> Response:
    """Take the post of the tracker whose token is in the path."""
    return await _take(request, token=request.path_params["token"])


async def _take(request: Request, token: str | None) -> Response:
    """Return 200 for whatever a known device says: anything else would be sent again for ever."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return Response("a tracker's post has at most 64 KiB", 413)
    try:
        post = read_post(request.url.query, bytes(body), request.headers.get("content-type", ""))
    except UnreadableBodyError as error:
        return Response(str(error), 400)
    try:
        verdict = await context_of(request).ingest.take(post, token=token)
    except OverloadedError as error:
        return Response(str(error), 503, headers={"Retry-After": "2"})
    if verdict is None:
        return _unknown(post.device_id, by_token=token is not None, as_json=post.json)
    return Response(headers={VERDICT_HEADER: verdict.value})


def _unknown(device_id: str | None, *, by_token: bool, as_json: bool) -> Response:
    if by_token:
        return Response("there is no tracker with this token", 404)
    told = "no id was given" if device_id is None else "there is no tracker with this id"
    return Response(told, 404 if as_json else 400)


def _names_device(query: str) -> bool:
    return any(name in _DEVICE_PARAMETERS for name, _ in parse_qsl(query, keep_blank_values=True))


tracker_routes = [
    Route("/", root, methods=["GET", "POST"]),
    Route("/t/{token}", by_token, methods=["GET", "POST"]),
    Route("/t/{token}/", by_token, methods=["GET", "POST"]),
]
