"""Areas of closures over HTTP: what is no area, or too much of one, is the sender's fault."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from equipage.api.routes.conditions import MOST_CORNERS
from tests.api.conftest import send_positions, wait_until


def circle(corners: int) -> dict[str, Any]:
    """Return a circle in the city with so many corners."""
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    ring = [[-71.25 + 0.004 * math.cos(turn), -29.9 + 0.004 * math.sin(turn)] for turn in turns]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def close(client: httpx.Client, area: Any) -> httpx.Response:
    """Close the roads of an area."""
    return client.post("/api/v1/conditions", json={"name": "flood", "kind": "closure", "area": area})


def test_an_area_may_have_so_many_corners_and_no_more(client: httpx.Client) -> None:
    """The ring's end, which is its beginning, counts."""
    taken = close(client, circle(MOST_CORNERS - 1))
    assert taken.status_code == 201, taken.text
    assert client.delete(taken.headers["Location"]).status_code == 204
    refused = close(client, circle(MOST_CORNERS))
    assert refused.status_code == 422
    assert "simplify" in refused.text


@pytest.mark.parametrize(
    "area",
    [
        {},
        {"type": "Point", "coordinates": [-71.25, -29.9]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[-71.25, "x"], [1, 2], [3, 4]]]},
        {"type": "Polygon", "coordinates": [[[1e400, -29.9], [1, 2], [3, 4]]]},
    ],
)
def test_what_is_no_area_is_told(client: httpx.Client, area: Any) -> None:
    """Whatever its fault, it is 422 and names the area."""
    refused = client.post(
        "/api/v1/conditions",
        content=json.dumps({"name": "x", "kind": "closure", "area": area}),
        headers={"Content-Type": "application/json"},
    )
    assert refused.status_code == 422, refused.text
    assert "area" in refused.text


def test_a_speed_may_be_about_a_class_at_some_hours(client: httpx.Client) -> None:
    """It is told as it was given; a class that the city does not have is refused by name."""
    classes = [each["name"] for each in client.get("/api/v1/road-classes").json()["items"]]
    assert "residential" in classes
    given = {
        "name": "school",
        "kind": "speed",
        "speed_kph": 20.0,
        "road_classes": ["residential"],
        "hours": "Mo-Fr 07:00-09:00",
    }
    made = client.post("/api/v1/conditions", json=given)
    assert made.status_code == 201, made.text
    assert given.items() <= made.json().items()
    assert client.delete(made.headers["Location"]).status_code == 204
    refused = client.post("/api/v1/conditions", json={**given, "road_classes": ["canal"]})
    assert (refused.status_code, "canal" in refused.text) == (422, True)


def test_a_slow_city_is_slow_for_all_who_ask(client: httpx.Client) -> None:
    """At a quarter of the speed, OSRM's seconds, suggestions and the arrival promised all follow."""
    send_positions(client)
    filed = client.post(
        "/api/v1/reports", json={"service_code": "pothole", "lon": -71.2519, "lat": -29.9027, "hold_s": 900}
    ).json()
    path = f"/api/v1/reports/{filed['id']}"
    table = "/osrm/table/v1/car/-71.2519,-29.9027;-71.2394,-29.9126"

    def suggested() -> dict[str, datetime]:
        told = client.get(f"{path}/suggestions").json()["suggestions"]
        return {each["crew_id"]: datetime.fromisoformat(each["eta"]) for each in told}

    def seconds() -> float:
        return float(client.get(table).json()["durations"][0][1])

    # Who comes only behind a break may be held up by that alone.
    soon = datetime.fromisoformat(client.get("/api/v1/clock").json()["now"]) + timedelta(minutes=25)
    usual_s, usual = seconds(), {crew: eta for crew, eta in suggested().items() if eta < soon}
    crew_id = max(usual, key=lambda crew: usual[crew])
    taken = client.post("/api/v1/assignments", json={"report_id": filed["id"], "crew_id": crew_id})
    assert taken.status_code == 201, taken.text
    promised = datetime.fromisoformat(client.get(f"{path}/eta").json()["eta"])
    made = client.post("/api/v1/conditions", json={"name": "snow", "kind": "speed", "speed_factor": 0.25})
    try:
        wait_until(lambda: seconds() > 2.0 * usual_s)
        assert datetime.fromisoformat(client.get(f"{path}/eta").json()["eta"]) > promised
        later = suggested()
        assert all(later[crew] > eta for crew, eta in usual.items() if crew in later)
    finally:
        client.delete(made.headers["Location"])
        client.patch(path, json={"status": "cancelled"})
    wait_until(lambda: seconds() == usual_s)
