"""Who may do what over HTTP: every route against every role, keys, sessions, limits of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from equipage.api.app import create_app
from equipage.api.console import DEMO_KEY
from equipage.api.routes.trackers import tracker_routes
from equipage.api.security import SESSION_COOKIE, Anybody, May
from equipage.api.settings import Settings
from equipage.dispatch.access import PERMISSIONS, Action
from equipage.dispatch.status import Role
from tests.api.conftest import Live, demo_settings, ready, serving, wait_until

CREW = "duty-1"


class Declared(NamedTuple):
    """A route, and what it asks of its caller."""

    method: str
    path: str
    asks: frozenset[Action | None]


def declared_routes(app: FastAPI) -> Iterator[Declared]:
    """Yield every route with what its dependencies ask; None stands for nothing."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, Mount) or context.original_route in tracker_routes:
            continue
        dependant = getattr(context, "dependant", None)
        asks = frozenset(_asked(dependant)) if dependant else frozenset[Action | None]()
        for method in sorted(context.methods or ()):
            yield Declared(method, context.path or "", asks)


def _asked(dependant: Any) -> Iterator[Action | None]:
    for each in dependant.dependencies:
        if isinstance(each.call, May):
            yield each.call.action
        elif isinstance(each.call, Anybody):
            yield None
        yield from _asked(each)


ROUTES = [
    route
    for route in declared_routes(create_app(Settings(demo=True)))
    if route.path != "/openapi.json" and route.method != "HEAD"
]
PROTECTED = [route for route in ROUTES if route.asks - {None}]


@pytest.fixture(scope="module")
def keys(live: Live) -> Mapping[Role, str]:
    """A key of every role."""
    return {role: live.key(role, **({"crew_id": CREW} if role is Role.CREW else {})) for role in Role}


def status_of(client: httpx.Client, route: Declared, key: str | None) -> int:
    """Return the status of a request to a route, whatever its answer."""
    path = route.path.replace("{crew_id}", CREW)
    while "{" in path:
        path = path[: path.index("{")] + "999999" + path[path.index("}") + 1 :]
    headers = {"X-API-Key": key} if key else {}
    body: dict[str, Any] | None = {} if route.method in {"POST", "PATCH"} else None
    with client.stream(route.method, path, headers=headers, json=body) as answer:
        return answer.status_code


def test_every_route_says_what_it_asks_of_its_caller() -> None:
    """None is forgotten: each names an action, or that anybody may."""
    assert len(ROUTES) > 60
    silent = [route for route in ROUTES if len(route.asks) != 1 and len(route.asks - {Action.LOOK}) != 1]
    assert silent == []


def test_what_changes_something_always_needs_a_key() -> None:
    """Apart from signing in and out, Open311, which checks its own key, and a citizen's own link.

    What is posted to OSRM's API is a question.
    """
    free = {route.path for route in ROUTES if route.asks == {None} and route.method not in {"GET", "OPTIONS"}}
    assert free == {
        "/login",
        "/logout",
        "/open311/v2/requests.{suffix}",
        "/follow/{token}/erase",
        "/osrm/{asked:path}",
    }


@pytest.mark.parametrize("route", PROTECTED, ids=lambda route: f"{route.method} {route.path}")
def test_each_role_may_do_what_the_table_says(
    anonymous: httpx.Client, keys: Mapping[Role, str], route: Declared
) -> None:
    """Without a key it is 401, with one of another role 403, and with the right one neither."""
    assert status_of(anonymous, route, None) == 401
    assert status_of(anonymous, route, "wrong") == 401
    for role, key in keys.items():
        may = all(role in PERMISSIONS[action] for action in route.asks if action)
        status = status_of(anonymous, route, key)
        assert (status == 403) is not may, f"{role} got {status}"
        assert status != 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer demo"},
        {"Authorization": "bearer demo"},
        {"X-API-Key": "demo"},
    ],
)
def test_a_key_travels_in_two_headers(anonymous: httpx.Client, headers: dict[str, str]) -> None:
    """The key `demo` opens everything in the demo."""
    me = anonymous.get("/api/v1/me", headers=headers).json()
    assert (me["name"], me["role"], me["demo"]) == ("demo", "admin", True)
    assert set(me["permissions"]) == set(Action)
    assert me["city"]["key"] == "la-serena-coquimbo"
    west, south, east, north = me["city"]["bounds"]
    lon, lat = me["city"]["center"]
    assert west < lon < east
    assert south < lat < north


@pytest.mark.parametrize("key", ["wrong", "", "Demo", "x" * 10_000])
def test_a_key_that_is_sent_and_wrong_is_401_in_the_demo_too(anonymous: httpx.Client, key: str) -> None:
    """Also beside a good session: whoever sends a key expects it to count."""
    anonymous.get("/")
    answer = anonymous.get("/api/v1/reports", headers={"X-API-Key": key})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_demo_signs_a_browser_in_with_the_page_itself(anonymous: httpx.Client) -> None:
    """The same 200 answer brings an HttpOnly cookie, which is not the key."""
    page = anonymous.get("/")
    assert page.status_code == 200
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert anonymous.cookies[SESSION_COOKIE] != DEMO_KEY
    assert anonymous.get("/api/v1/me").json()["role"] == "admin"
    assert "Set-Cookie" not in anonymous.get("/").headers


def test_a_session_changes_nothing_for_the_page_of_another_site(live: Live, anonymous: httpx.Client) -> None:
    """Only with a header that such a page cannot send, or from our own origin."""
    anonymous.get("/")
    body = {"service_code": "pothole", "lon": -71.2519, "lat": -29.9027}

    def status(**headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return anonymous.post("/api/v1/reports", json=body, headers=sent).status_code

    assert status() == 403
    assert status(Origin="https://evil.example") == 403
    assert status(Origin=live.url + ".evil.example") == 403
    assert status(Origin=live.url) == 201
    assert status(X_Requested_With="equipage") == 201
    assert anonymous.get("/api/v1/reports").status_code == 200


AS_A_PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
THEN = {
    "/maps/coverage?minutes=5": "/maps/coverage?minutes=5",
    "//maps.example/": "/",
    "https://elsewhere.example/maps/": "/",
    "": "/",
}


@pytest.mark.parametrize("session", ["", "x", "a.b", "a.b.c", "é", "." * 100])
def test_a_forged_session_is_no_session(live: Live, session: str) -> None:
    """It is 401 like none at all."""
    cookie = f"{SESSION_COOKIE}={session}".encode()
    answer = httpx.get(f"{live.url}/api/v1/me", headers=[(b"Cookie", cookie)])
    assert answer.status_code == 401


def test_outside_the_demo_a_browser_signs_in_with_a_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The console sends to the sign-in page; a session ends with its key."""
    with serving(demo_settings(tmp_path_factory.mktemp("city"), demo=False)) as live:
        wait_until(lambda: ready(live))
        key = live.key(Role.DISPATCHER)
        with live.client(None) as browser:
            answer = browser.get("/")
            assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
            assert browser.get("/login").status_code == 200
            assert browser.post("/login", data={"key": "wrong"}).status_code == 401
            assert browser.get("/api/v1/me", headers={"X-API-Key": "demo"}).status_code == 401
            answer = browser.post("/login", data={"key": f" {key} "})
            assert (answer.status_code, answer.headers["Location"]) == (303, "/")
            assert browser.get("/").status_code == 200
            assert browser.get("/api/v1/me").json()["role"] == "dispatcher"
            assert browser.get("/", params={"id": "demo-phone"}).status_code == 400
            with live.client(live.key(Role.ADMIN)) as admin:
                [mine] = [
                    each for each in admin.get("/api/v1/keys").json()["items"] if each["role"] == "dispatcher"
                ]
                assert admin.delete(f"/api/v1/keys/{mine['id']}").status_code == 204
            assert browser.get("/api/v1/me").status_code == 401
            assert browser.post("/logout").status_code == 303
            assert SESSION_COOKIE not in browser.cookies
            asked = browser.get("/maps/live?lang=en", headers=AS_A_PAGE)
            assert (asked.status_code, asked.headers["Location"]) == (
                303,
                "/login?then=%2Fmaps%2Flive%3Flang%3Den",
            )
            form = browser.get(asked.headers["Location"]).text
            assert 'name="then" value="/maps/live?lang=en"' in form
            assert (
                'name="then" value="/maps/live"' in browser.post("/login", data={"then": "/maps/live"}).text
            )
            key = live.key(Role.DISPATCHER)
            for then, leads_to in THEN.items():
                answer = browser.post("/login", data={"key": key, "then": then})
                assert (answer.status_code, answer.headers["Location"]) == (303, leads_to)


def test_in_the_demo_a_map_is_opened_without_signing_in(anonymous: httpx.Client) -> None:
    """Whoever asks as a program does is told that a key is missing."""
    assert anonymous.get("/maps/live").status_code == 401
    page = anonymous.get("/maps/live", headers=AS_A_PAGE, follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/maps/live")


def test_a_new_key_is_shown_once_and_works_until_it_is_revoked(
    client: httpx.Client, anonymous: httpx.Client
) -> None:
    """Lists show only its beginning."""
    made = client.post("/api/v1/keys", json={"name": "Ana", "role": "analyst"})
    assert made.status_code == 201
    key = made.json()["key"]
    headers = {"Authorization": f"Bearer {key}"}
    assert anonymous.get("/api/v1/me", headers=headers).json()["name"] == "Ana"
    assert key not in client.get("/api/v1/keys").text
    assert key not in client.get(made.headers["Location"]).text
    assert client.delete(made.headers["Location"]).status_code == 204
    assert anonymous.get("/api/v1/me", headers=headers).status_code == 401


def test_a_key_is_limited_to_its_services_and_communes(live: Live, client: httpx.Client) -> None:
    """What lies outside is not listed, not found, and cannot be filed or assigned."""
    place = {"lon": -71.2519, "lat": -29.9027}
    inside = client.post("/api/v1/reports", json={"service_code": "pothole", **place}).json()
    outside = client.post("/api/v1/reports", json={"service_code": "graffiti", **place}).json()
    limits = {"services": frozenset({"pothole"}), "communes": frozenset({"La Serena"})}
    with live.client(live.key(Role.DISPATCHER, **limits)) as limited:
        listed = {item["id"] for item in limited.get("/api/v1/reports").json()["items"]}
        assert inside["id"] in listed
        assert outside["id"] not in listed
        assert limited.get(f"/api/v1/reports/{inside['id']}").status_code == 200
        for suffix in ("", "/eta", "/suggestions", "/history"):
            assert limited.get(f"/api/v1/reports/{outside['id']}{suffix}").status_code == 404
        assert limited.patch(f"/api/v1/reports/{outside['id']}", json={"priority": 1}).status_code == 404
        body = {"report_id": outside["id"], "crew_id": CREW, "override": True}
        assert limited.post("/api/v1/assignments", json=body).status_code == 404
        assert limited.get("/api/v1/reports", params={"service_code": "graffiti"}).status_code == 403
        other = {"service_code": "graffiti", **place}
        assert limited.post("/api/v1/reports", json=other).status_code == 403
    newest = client.get("/api/v1/reports", params={"service_code": "graffiti"}).json()["items"][0]
    assert newest["id"] == outside["id"]


def test_a_crew_speaks_for_itself_only(live: Live, client: httpx.Client) -> None:
    """It says how far it is, sees its own jobs, and pauses itself, nobody else."""
    place = {"lon": -71.2519, "lat": -29.9027, "hold_s": 900}
    report = client.post("/api/v1/reports", json={"service_code": "pothole", **place}).json()
    body = {"report_id": report["id"], "crew_id": "phone", "override": True, "pin": True}
    assignment = client.post("/api/v1/assignments", json=body).json()
    path = f"/api/v1/assignments/{assignment['id']}/status"
    with live.client(live.key(Role.CREW, crew_id=CREW)) as other:
        assert other.post(path, json={"status": "en_route"}).status_code == 403
        assert other.get("/api/v1/crews/phone/jobs").status_code == 403
        assert other.get("/api/v1/crews/phone/route").status_code == 403
        assert other.patch("/api/v1/crews/phone", json={"paused": True}).status_code == 403
        assert other.get(f"/api/v1/crews/{CREW}/jobs").status_code == 200
    with live.client(live.key(Role.CREW, crew_id="phone")) as own:
        jobs = own.get("/api/v1/crews/phone/jobs").json()["items"]
        assert assignment["id"] in {job["id"] for job in jobs}
        assert own.post(path, json={"status": "refused", "reason": "a flat tyre"}).status_code == 200


def test_a_trackers_id_is_for_dispatchers_only(live: Live) -> None:
    """Outside the demo it is the credential at `/`."""
    with live.client(live.key(Role.ANALYST)) as analyst, live.client(live.key(Role.DISPATCHER)) as dispatcher:
        assert analyst.get("/api/v1/vehicles/phone").json()["device_id"] is None
        assert dispatcher.get("/api/v1/vehicles/phone").json()["device_id"]


def test_answers_carry_what_keeps_browsers_safe(anonymous: httpx.Client) -> None:
    """No sniffing, no scripts from elsewhere or within the page, no framing by others."""
    headers = anonymous.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy
