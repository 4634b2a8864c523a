"""How often a caller may call: whoever calls more often is asked to wait, with 429 and `Retry-After`."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from equipage.api.errors import OPEN311_ROOT, OSRM_ROOT, open311_fault, problem
from equipage.api.settings import Settings

_MOST_CALLERS = 50_000


class Counted(StrEnum):
    """What is counted, each by itself."""

    REQUEST = "request"
    FILING = "filing"
    SIGN_IN = "sign_in"
    FIX = "fix"


class Rate(NamedTuple):
    """So many a second in the long run, and so many at once after a silence."""

    per_s: float
    burst: float


class Rates:
    """A token bucket for each caller and thing counted; to be used on the event loop only.

    Parameters
    ----------
    settings : Settings
        The rates; a server whose clock runs faster is called more often by as much.
    clock : callable
        Seconds that only grow.

    Notes
    -----
    They are counted in one process: of several, each allows the whole rate. The 50,000 callers heard last are
    remembered; one that was forgotten has not called for long.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        faster = max(1.0, settings.speed)
        self._rates = {
            Counted.REQUEST: Rate(settings.most_requests_per_s * faster, settings.most_requests_per_s * 10),
            Counted.FILING: Rate(settings.most_filings_per_s * faster, settings.most_filings_per_s * 60),
            # Whoever mistypes a key is no attack; a list of guesses is.
            Counted.SIGN_IN: Rate(per_s=1 / 3, burst=20),
            # A phone that was without a network for ten minutes tells them all at once.
            Counted.FIX: Rate(settings.most_fixes_per_s * faster, settings.most_fixes_per_s * 300),
        }
        self._clock = clock
        self._left: OrderedDict[tuple[Counted, str], tuple[float, float]] = OrderedDict()

    def wait_s(self, counted: Counted, caller: str) -> float:
        """Return 0 and count it, or the seconds to wait until it may be tried again."""
        rate, key, now = self._rates[counted], (counted, caller), self._clock()
        left, since = self._left.pop(key, (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.per_s)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left), now
        if len(self._left) > _MOST_CALLERS:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / rate.per_s


class RateLimit:
    """Refuse requests that come too often; trackers' are counted where their post is read.

    Parameters
    ----------
    rates : Rates
        Where they are counted.
    """

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self.app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429."""
        counted = _counted(scope) if scope["type"] == "http" else None
        # By address: a key or a cookie costs whoever floods nothing to make up.
        address = (scope.get("client") or ("",))[0]
        wait_s = 0.0 if counted is None else self._rates.wait_s(counted, address)
        if wait_s == 0:
            await self.app(scope, receive, send)
            return
        path, status, headers = scope["path"], HTTPStatus.TOO_MANY_REQUESTS, retry_after(wait_s)
        detail = f"too many requests; try again in {headers['Retry-After']} s"
        if path.startswith(OPEN311_ROOT):
            answer = open311_fault(path, status, detail, headers=headers)
        else:
            answer = problem(status, detail, path, code=status.name.lower(), headers=headers)
        await answer(scope, receive, send)


def retry_after(wait_s: float) -> dict[str, str]:
    """Return the header that says how long to wait, in whole seconds."""
    return {"Retry-After": str(max(1, math.ceil(wait_s)))}


def _counted(scope: Scope) -> Counted | None:
    path, writes = scope["path"], scope["method"] == "POST"
    if path.startswith((OPEN311_ROOT, "/api/", "/maps/", "/follow/", OSRM_ROOT)):
        return Counted.FILING if writes and path.startswith(OPEN311_ROOT) else Counted.REQUEST
    return Counted.SIGN_IN if writes and path == "/login" else None
