"""Who is asking, what time it is, and how a browser signs in and out."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from equipage.api.console import demo_key_of, show_page
from equipage.api.errors import MAPS_ROOT
from equipage.api.representations.lists import Shown
from equipage.api.secrets import new_key_secret
from equipage.api.security import SESSION_COOKIE, Anybody, Here, May, sign_in
from equipage.api.state import Context
from equipage.dispatch.access import PERMISSIONS, Action, Principal, hash_secret
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import Key
from equipage.dispatch.services.signin import open_link
from equipage.dispatch.status import Role

router = APIRouter(tags=["session"])


class ClockShown(Shown):
    """The server's clock."""

    now: datetime
    speed: float
    time_zone: str


class CityNamed(Shown):
    """The city this server is for."""

    key: str
    name: str
    time_zone: str
    bounds: tuple[float, float, float, float]
    center: tuple[float, float]


class CallerShown(Shown):
    """Who is asking and what they may do."""

    name: str
    role: Role
    services: list[str]
    communes: list[str]
    crew_id: str | None
    demo: bool
    city: CityNamed
    permissions: list[Action]


@router.get("/api/v1/clock", summary="The server's clock", dependencies=[Depends(Anybody())])
def clock(here: Here) -> ClockShown:
    """Tell the server's time, how fast it runs, and the city's time zone."""
    return ClockShown(now=here.now(), speed=here.clock.speed, time_zone=here.city.time_zone)


@router.get("/api/v1/me", summary="Who is asking")
def me(here: Here, caller: Annotated[Principal, Depends(May(Action.LOOK))]) -> CallerShown:
    """Tell who is asking, what they may do, and which city this is."""
    west, south, east, north = here.places.bounds
    return CallerShown(
        name=caller.name,
        role=caller.role,
        services=sorted(caller.services),
        communes=sorted(caller.communes),
        crew_id=caller.crew_id,
        demo=here.settings.demo,
        city=CityNamed(
            key=here.city.key,
            name=here.city.name,
            time_zone=here.city.time_zone,
            bounds=(west, south, east, north),
            center=here.city.centre,
        ),
        permissions=sorted(action for action in Action if caller.role in PERMISSIONS[action]),
    )


@router.get("/login", include_in_schema=False, dependencies=[Depends(Anybody())])
def login_page(request: Request, here: Here, then: str = "") -> Response:
    """Show where a key is entered; the demo needs none to go on to the page that sent here."""
    demo_key = demo_key_of(here) if then else None
    if demo_key is not None:
        return _go_on(request, demo_key, then)
    return _login_page(request, then=then)


@router.post("/login", include_in_schema=False, dependencies=[Depends(Anybody())])
def login(
    request: Request,
    here: Here,
    key: Annotated[str, Form(max_length=200)] = "",
    link: Annotated[str, Form(max_length=200)] = "",
    then: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Sign the browser in with a key, which is not kept in it, or with what is in a sign-in link, once."""
    try:
        known = _opened(here, link) if link else _known(here, key.strip())
    except NotFoundError:
        return _login_page(request, refused="link" if link else "key", then=then)
    return _go_on(request, known, then)


@router.post("/logout", include_in_schema=False, dependencies=[Depends(Anybody())])
def logout() -> Response:
    """Forget the browser's session."""
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def _known(here: Context, secret: str) -> Key:
    with here.store.reading() as reading:
        known = reading.key_by_hash(hash_secret(secret))
    if known is None or known.revoked_at is not None:
        raise NotFoundError("this key is not known")
    return known


def _opened(here: Context, secret: str) -> Key:
    with here.store.transaction() as tx:
        return open_link(tx, secret, new_secret=new_key_secret(), now=here.now())


def _go_on(request: Request, key: Key, then: str) -> Response:
    """Sign in and go on: to a map, or to the console, which is the answer to any other address."""
    answer = RedirectResponse(then if then.startswith(MAPS_ROOT) else "/", 303)
    sign_in(answer, request, key)
    return answer


def _login_page(request: Request, *, refused: str = "", then: str) -> HTMLResponse:
    status = HTTPStatus.UNAUTHORIZED if refused else HTTPStatus.OK
    return show_page(request, "login.html", {"refused": refused, "then": then}, status=status)
