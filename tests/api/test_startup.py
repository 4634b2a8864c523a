"""The server's life: what it answers before it is ready, what it keeps over a restart, and how it ends."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from equipage.api import app as app_module
from equipage.api.server import run
from equipage.api.settings import Settings
from equipage.api.state import Context
from equipage.data.networks import save_network
from equipage.routing.network import RoadNetwork
from tests.api.conftest import PATIENCE_S, START_TIMEOUT_S, Live, demo_settings, ready, serving, wait_until

PLACE = {"lon": -71.2519, "lat": -29.9027}


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Live]:
    """A server that is still loading its road network, and stays so."""
    never = threading.Event()

    def load(*_: Any) -> Context:
        never.wait(10 * PATIENCE_S)
        raise RuntimeError("the test is over")

    monkeypatch.setattr(app_module, "assemble", load)
    with serving(demo_settings(tmp_path)) as live:
        yield live
    never.set()


def test_until_it_is_ready_everything_else_is_503(loading: Live) -> None:
    """It is alive, says what it waits for, and when to come again; Open311 in its own form."""
    assert httpx.get(f"{loading.url}/healthz").status_code == 200
    answer = httpx.get(f"{loading.url}/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "starting")
    assert "equipage_ready 0" in httpx.get(f"{loading.url}/metrics").text
    for path in ("/", "/?id=demo-phone", "/api/v1/reports", "/nothing"):
        answer = httpx.get(f"{loading.url}{path}")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json()["detail"].startswith("the server is starting")
    faults = httpx.get(f"{loading.url}/open311/v2/services.json").json()
    assert [fault["code"] for fault in faults] == [503]


def test_who_speaks_osrm_is_told_in_its_words(loading: Live) -> None:
    """Code and message are all there is, and when to come again."""
    answer = httpx.get(f"{loading.url}/osrm/route/v1/car/1,1;2,2")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert set(answer.json()) == {"code", "message"}
    assert answer.json()["code"] == "Starting"
    assert answer.json()["message"].startswith("the server is starting")


def test_a_browser_that_comes_too_early_gets_a_page_that_asks_again(loading: Live) -> None:
    """In the visitor's language and drawn with files that are there already, instead of a problem in JSON."""
    asking = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "fr"}
    answer = httpx.get(f"{loading.url}/crew", headers=asking)
    assert answer.status_code == 503
    assert answer.headers["Refresh"] == answer.headers["Retry-After"]
    assert "Équipage démarre" in answer.text
    for sheet in re.findall(r'href="(/static/[^"]+)"', answer.text):
        assert httpx.get(f"{loading.url}{sheet}").status_code == 200


def test_a_server_that_is_still_loading_ends_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody waits for a road network that is not needed any more."""
    never = threading.Event()
    monkeypatch.setattr(app_module, "assemble", lambda *_: never.wait(10 * PATIENCE_S))
    with serving(demo_settings(tmp_path)):
        begun = time.monotonic()
    assert time.monotonic() - begun < PATIENCE_S
    never.set()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"city": "atlantis"}, "there is no city 'atlantis'"),
        ({"database_url": "mysql://localhost/x"}, "mysql"),
    ],
)
def test_a_server_that_cannot_start_ends_and_says_why(
    tmp_path: Path, settings: dict[str, Any], said: str
) -> None:
    """Nothing hangs half started."""
    assert said in run(demo_settings(tmp_path, **settings))


def test_what_the_operator_can_mend_is_told_once_and_names_no_class(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever runs the server tells it; the log need not, too. Of a defect both tell all that they know."""
    assert run(demo_settings(tmp_path, city="dijon")).startswith("Dijon métropole ships without roads.")
    assert not [record for record in caplog.records if record.levelname == "CRITICAL"]


def test_a_defect_is_told_with_its_class_and_in_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody could mend it without."""

    def broken(*_: object) -> None:
        raise KeyError("crews")

    monkeypatch.setattr(app_module, "assemble", broken)
    assert run(demo_settings(tmp_path)) == "KeyError: 'crews'"
    [record] = [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert record.exc_info


def test_no_thread_of_a_server_keeps_the_others_waiting_for_long(tmp_path: Path) -> None:
    """While the planner computes, what stores fixes and answers requests has its turn every millisecond."""
    before = sys.getswitchinterval()
    try:
        run(demo_settings(tmp_path, city="nowhere"))
        assert sys.getswitchinterval() == pytest.approx(0.001)
    finally:
        sys.setswitchinterval(before)


def test_whoever_waits_for_it_is_told_that_the_server_is_ready(tmp_path: Path) -> None:
    """Once, and before others may ask it for anything."""
    told: list[int] = []
    with serving(demo_settings(tmp_path), on_ready=lambda: told.append(1)) as live:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        assert len(told) == 1


def test_readyz_tells_what_it_runs_on(live: Live) -> None:
    """Dialect, network, clock and planner."""
    told = httpx.get(f"{live.url}/readyz").json()
    assert (told["status"], told["dialect"], told["planner"], told["speed"]) == (
        "ready",
        "sqlite",
        "running",
        1,
    )
    assert told["network_id"] == live.context.router.network.network_id
    assert abs(datetime.fromisoformat(told["now"]) - datetime.now(UTC)) < timedelta(seconds=PATIENCE_S)
    clock = httpx.get(f"{live.url}/api/v1/clock").json()
    assert (clock["speed"], clock["time_zone"]) == (1, "America/Santiago")


def test_a_faulty_planner_is_told(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else goes on answering."""
    chore = live.context.planner._chores[0]
    monkeypatch.setattr(chore, "fault", "OSError: no disk")
    answer = httpx.get(f"{live.url}/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "degraded")
    assert "no disk" in answer.json()["planner"]
    assert httpx.get(f"{live.url}/api/v1/clock").status_code == 200


def test_metrics_count(live: Live) -> None:
    """One line a counter, in Prometheus' text format; how far back positions go is known from the start."""
    httpx.get(f"{live.url}/", params={"id": "demo-phone"})
    text = httpx.get(f"{live.url}/metrics").text
    assert re.search(r'^equipage_fixes_total\{verdict="no_position"\} \d+$', text, re.MULTILINE)
    assert re.search(r"^equipage_positions_since_seconds [1-9]\d+$", text, re.MULTILINE)
    assert all(re.fullmatch(r"equipage_[a-z_]+(\{[^}]*\})? \d+", line) for line in text.splitlines())


@pytest.mark.parametrize("page", ["/", "/docs", "/login"])
def test_every_asset_a_page_names_answers_and_none_is_from_elsewhere(live: Live, page: str) -> None:
    """No page needs the internet."""
    text = httpx.get(f"{live.url}{page}").text
    named = re.findall(r'(?:src|href)="([^"#][^"]*)"', text)
    assets = [each for each in named if not each.startswith("data:") and "openstreetmap.org" not in each]
    assert assets
    for asset in assets:
        address = urljoin(f"{live.url}{page}", asset)
        assert urlsplit(address).netloc == urlsplit(live.url).netloc, f"{asset} is from elsewhere"
        assert httpx.get(address, follow_redirects=True).status_code == 200


def test_the_api_describes_itself(live: Live) -> None:
    """Every operation has a summary and a tag; the description is whole."""
    told = httpx.get(f"{live.url}/openapi.json").json()
    operations = [
        (path, method, operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) > 60
    # A summary that nobody wrote is the function's name, every word in capitals.
    assert [
        each[:2] for each in operations if each[2]["summary"].istitle() and " " in each[2]["summary"]
    ] == []
    assert [each[:2] for each in operations if not each[2].get("tags")] == []
    assert {"HTTPBearer", "APIKeyHeader"} == set(told["components"]["securitySchemes"])
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(names) == len(set(names))


def test_a_restart_keeps_reports_links_and_sessions(tmp_path: Path) -> None:
    """Everything that was answered is there again, and signed with the same secret."""
    with serving(demo_settings(tmp_path)) as live, live.client() as client:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        body = {"service_code": "pothole", **PLACE}
        report = client.post("/api/v1/reports", json=body).json()
        cookies = dict(client.get("/").cookies)
        path = httpx.URL(report["follow_url"]).path
    with serving(demo_settings(tmp_path)) as live:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        assert httpx.get(f"{live.url}{path}.json").json()["service_request_id"] == report["id"]
        me = httpx.get(f"{live.url}/api/v1/me", cookies=cookies)
        assert me.json()["name"] == "demo"


def test_a_faster_clock_takes_wall_times_as_now_and_never_runs_back(tmp_path: Path) -> None:
    """A phone's fix moves its vehicle at the server's present; after a restart the time goes on."""
    fast = {"speed": 600.0}
    with serving(demo_settings(tmp_path, **fast)) as live, live.client() as client:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        time.sleep(1.0)
        answer = client.post("/", data={"id": "demo-phone", **PLACE, "timestamp": int(time.time())})
        assert answer.headers["X-Equipage-Verdict"] == "accepted"
        vehicle = client.get("/api/v1/vehicles/phone").json()
        assert vehicle["age_s"] < 600 * PATIENCE_S
        assert datetime.fromisoformat(vehicle["fix_time"]) > datetime.now(UTC) + timedelta(minutes=5)
        filed = client.post("/api/v1/reports", json={"service_code": "pothole", **PLACE}).json()
    with serving(demo_settings(tmp_path, **fast)) as live:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        assert live.context.now() > datetime.fromisoformat(filed["requested_at"])
        assert live.context.now() > datetime.now(UTC) + timedelta(minutes=5)


def test_roads_of_another_place_keep_the_services_only(tmp_path: Path) -> None:
    """The sample city's crews and depots would lie off that map."""
    corners = [(5.0, 47.0), (5.01, 47.0), (5.01, 47.01)]
    roads = tmp_path / "roads.equipage"
    save_network(
        RoadNetwork.from_arrays(corners, [0, 1, 1, 2], [1, 0, 2, 1], edge_duration_s=[60, 60, 90, 90]), roads
    )
    settings = Settings(**{**demo_settings(tmp_path).model_dump(), "network": roads})
    with serving(settings) as live, live.client() as client:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        assert client.get("/api/v1/crews").json()["items"] == []
        assert client.get("/api/v1/services").json()["items"]
        assert client.get("/api/v1/me").json()["city"]["bounds"] == [5.0, 47.0, 5.01, 47.01]
        report = client.post("/api/v1/reports", json={"service_code": "pothole", "lon": 5.0, "lat": 47.0})
        assert report.status_code == 201
        path = f"/api/v1/reports/{report.json()['id']}"
        assert wait_until(lambda: client.get(path).json()["unassigned_reason"])
