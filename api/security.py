"""Who is calling, and what each route asks of its caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyHeader, HTTPBearer

from equipage.api.errors import UnauthorizedError
from equipage.api.state import Context
from equipage.dispatch.access import Action, Principal, hash_secret, require, speaks_for
from equipage.dispatch.errors import ForbiddenError
from equipage.dispatch.model import Key
from equipage.dispatch.ports import Reading
from equipage.dispatch.status import Role

SESSION_COOKIE = "equipage_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# They only tell /docs how keys travel; `May` looks itself, so that it can tell a wrong key from none.
KEY_SCHEMES = (
    Depends(HTTPBearer(auto_error=False, description="an API key")),
    Depends(APIKeyHeader(name="X-API-Key", auto_error=False, description="an API key")),
)


def context_of(request: Request) -> Context:
    """Return what the server consists of; only ever asked once it is ready."""
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(context_of)]


@dataclass(frozen=True, slots=True)
class May:
    """What a route asks of its caller: a dependency that answers with who it is, or refuses."""

    action: Action

    def __call__(self, request: Request) -> Principal:
        """Return the caller.

        Raises
        ------
        UnauthorizedError
            If no key was sent, or one that is not known.
        ForbiddenError
            If the key may not do this.
        """
        with context_of(request).store.reading() as reading:
            caller = identify(request, reading)
        if caller is None:
            raise UnauthorizedError("this needs a key: send `Authorization: Bearer KEY` or `X-API-Key: KEY`")
        require(caller, self.action)
        return caller


class Anybody:
    """What a route says that needs no key."""

    def __call__(self) -> None:
        """Let everybody pass."""


def identify(request: Request, reading: Reading, *, api_key: str | None = None) -> Principal | None:
    """Return who is calling: the holder of a key or of a session; None where nothing was sent.

    Parameters
    ----------
    api_key : str, optional
        A key sent in another place than the headers, as Open311 does.

    Raises
    ------
    UnauthorizedError
        If a key was sent that is not known or was revoked.
    ForbiddenError
        If another site's page makes a browser change something with its session.
    """
    sent = api_key or _key_in_headers(request)
    if sent is not None:
        key = reading.key_by_hash(hash_secret(sent))
        if key is None or key.revoked_at is not None:
            raise UnauthorizedError("this key is not known")
        return principal_of(key)
    key = session_key(request, reading)
    if key is None:
        return None
    if request.method not in _SAFE_METHODS and not _comes_from_our_pages(request):
        raise ForbiddenError("a browser's session changes nothing for the page of another site")
    return principal_of(key)


def require_own_crew(caller: Principal, crew_id: str) -> None:
    """Refuse a crew that meddles with another one's affairs.

    Raises
    ------
    ForbiddenError
        If the caller speaks for another crew.
    """
    if not speaks_for(caller, crew_id):
        raise ForbiddenError(f"{caller.name} speaks for crew {caller.crew_id} only, not for {crew_id}")


def session_key(request: Request, reading: Reading) -> Key | None:
    """Return the key that the browser signed in with, if it did and may still."""
    session = request.cookies.get(SESSION_COOKIE)
    context = context_of(request)
    key_hash = context.signer.session_key_hash(session, context.now()) if session else None
    key = reading.key_by_hash(key_hash) if key_hash else None
    return key if key is not None and key.revoked_at is None else None


def sign_in(response: Response, request: Request, key: Key) -> None:
    """Set the session of a key on an answer; a crew's lasts for days, a desk's for hours."""
    context = context_of(request)
    settings = context.settings
    lasts = (
        timedelta(days=settings.crew_session_days)
        if key.role is Role.CREW
        else timedelta(hours=settings.session_hours)
    )
    # The cookie is the browser's, which counts in real time; what it says is checked by the server's clock.
    until = context.now() + lasts * context.clock.speed
    response.set_cookie(
        SESSION_COOKIE,
        context.signer.session(key.secret_hash, until),
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def principal_of(key: Key) -> Principal:
    """Return the holder of a key."""
    return Principal(
        name=key.name,
        role=key.role,
        services=key.services,
        communes=key.communes,
        crew_id=key.crew_id,
    )


def _key_in_headers(request: Request) -> str | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    return request.headers.get("x-api-key")


def _comes_from_our_pages(request: Request) -> bool:
    """Tell whether a page of this server made the request: another site's can send neither of these."""
    if "x-requested-with" in request.headers:
        return True
    origin = request.headers.get("origin") or request.headers.get("referer")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
