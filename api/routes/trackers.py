"""The trackers' entrance: `/` and `/t/{token}` for every application, `/gpslogger`, and OwnTracks' `/pub`.

These are the busiest routes of the server, so they are plain Starlette routes: reading a post takes
microseconds on the event loop, storing it happens in the ingest's thread.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.routing import Route

from equipage.api.console import console_page
from equipage.api.errors import OverloadedError
from equipage.api.rates import Counted, Rates, retry_after
from equipage.api.security import context_of
from equipage.api.trackers.osmand import KNOT_MPS, read_post
from equipage.api.trackers.owntracks import is_owntracks, read_message
from equipage.api.trackers.post import TrackerPost, UnreadableBodyError
from equipage.dispatch.status import Verdict

VERDICT_HEADER = "X-Equipage-Verdict"
MOST_BYTES = 64 * 1024
_DEVICE_PARAMETERS = frozenset({"id", "deviceid"})
_METRE_A_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class _Application:
    """How an application's posts are read, and what it wants to hear when one was taken."""

    read: Callable[[Request, bytes], TrackerPost | None]
    taken: str = ""
    media_type: str | None = None

    def heard(self, verdict: Verdict | None = None) -> Response:
        """Answer what needs no repetition, whatever became of it."""
        headers = {} if verdict is None else {VERDICT_HEADER: verdict.value}
        return Response(self.taken, headers=headers, media_type=self.media_type)


def _read_osmand(request: Request, body: bytes, *, speed_unit_mps: float = KNOT_MPS) -> TrackerPost:
    content_type = request.headers.get("content-type", "")
    return read_post(_query(request), body, content_type, speed_unit_mps=speed_unit_mps)


def _read_gpslogger(request: Request, body: bytes) -> TrackerPost:
    return _read_osmand(request, body, speed_unit_mps=_METRE_A_SECOND)


def _read_owntracks(request: Request, body: bytes) -> TrackerPost | None:
    return read_message(body, request.query_params.get("d") or request.headers.get("x-limit-d"))


_OSMAND = _Application(_read_osmand)
_GPSLOGGER = _Application(_read_gpslogger)
_OWNTRACKS = _Application(_read_owntracks, taken="[]", media_type="application/json")


async def root(request: Request) -> Response:
    """Take a tracker's post, or show the console to everybody else."""
    if request.method == "POST" or _names_device(_query(request)):
        return await _take(request, _OSMAND, _unknown_id)
    return await run_in_threadpool(console_page, request)


async def by_token(request: Request) -> Response:
    """Take the post of the tracker whose token is in the path, OwnTracks' too."""
    return await _take(request, None, _unknown_token, token=request.path_params["token"])


async def gpslogger(request: Request) -> Response:
    """Take what GPSLogger sends to its custom URL, where speeds are in m/s."""
    return await _with_credentials(request, _GPSLOGGER)


async def owntracks(request: Request) -> Response:
    """Take a message of OwnTracks."""
    return await _with_credentials(request, _OWNTRACKS)


async def _with_credentials(request: Request, application: _Application) -> Response:
    """Take a post whose Basic credentials, where it has any, carry the tracker's token as their password."""
    password = _password(request)
    unknown = _unknown_id if password is None else _unknown_password
    return await _take(request, application, unknown, token=password)


async def _take(
    request: Request,
    application: _Application | None,
    unknown: Callable[[TrackerPost], Response],
    *,
    token: str | None = None,
) -> Response:
    """Return 200 for whatever a known device says: anything else would be sent again for ever."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return Response("a tracker's post has at most 64 KiB", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    application = application or (_OWNTRACKS if is_owntracks(body) else _OSMAND)
    try:
        post = application.read(request, bytes(body))
        if post is None:
            return application.heard()
        rates: Rates = request.app.state.rates
        if wait_s := rates.wait_s(Counted.FIX, token or post.device_id or ""):
            told = "too many posts of this tracker"
            return Response(told, HTTPStatus.TOO_MANY_REQUESTS, headers=retry_after(wait_s))
        verdict = await context_of(request).ingest.take(post, token=token)
    except UnreadableBodyError as error:
        return Response(str(error), HTTPStatus.BAD_REQUEST)
    except OverloadedError as error:
        return Response(str(error), HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "2"})
    return unknown(post) if verdict is None else application.heard(verdict)


def _unknown_id(post: TrackerPost) -> Response:
    told = "no id was given" if post.device_id is None else "there is no tracker with this id"
    return Response(told, HTTPStatus.NOT_FOUND if post.json else HTTPStatus.BAD_REQUEST)


def _unknown_token(_: TrackerPost) -> Response:
    return Response("there is no tracker with this token", HTTPStatus.NOT_FOUND)


def _unknown_password(_: TrackerPost) -> Response:
    told = "there is no tracker with this password; it is the token that was shown when it was set up"
    return Response(told, HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Basic realm="trackers"'})


def _password(request: Request) -> str | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _query(request: Request) -> str:
    """Return what follows the question mark; putting the whole URL together takes longer than reading it."""
    query: bytes = request.scope["query_string"]
    return query.decode()


def _names_device(query: str) -> bool:
    return any(name in _DEVICE_PARAMETERS for name, _ in parse_qsl(query, keep_blank_values=True))


tracker_routes = [
    Route("/", root, methods=["GET", "POST"]),
    Route("/t/{token}", by_token, methods=["GET", "POST"]),
    Route("/t/{token}/", by_token, methods=["GET", "POST"]),
    Route("/gpslogger", gpslogger, methods=["GET", "POST"]),
    Route("/pub", owntracks, methods=["POST"]),
]
