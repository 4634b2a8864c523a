"""The demo's rush: more reports at once than crews, each for a crew that is on duty."""

from __future__ import annotations

from http import HTTPStatus

import httpx

from tests.api.conftest import send_positions, wait_until


def test_a_rush_gives_crews_routes_of_several_stops(client: httpx.Client) -> None:
    """Two reports for each crew on duty, all of them within the city; some crew gets more than one."""
    send_positions(client)
    crews = client.get("/api/v1/crews").json()["items"]
    on_duty = [crew for crew in crews if crew["status"] not in {"off_shift", "on_break"}]
    answer = client.post("/api/v1/demo/rush")
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    count = answer.json()["reports"]
    assert count >= 2 * len(on_duty) > 0
    filed = client.get("/api/v1/reports", params={"open": True, "limit": 200}).json()["items"]
    assert len(filed) == count
    assert all(each["zone_id"] and each["description"] for each in filed)

    def several() -> bool:
        return any(len(route["stops"]) > 1 for route in client.get("/api/v1/plan").json()["routes"])

    wait_until(several)
