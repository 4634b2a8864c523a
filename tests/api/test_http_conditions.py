"""Areas of closures over HTTP: what is no area, or too much of one, is the sender's fault."""

from __future__ import annotations

import json
import math
from typing import Any

import httpx
import pytest

from equipage.api.routes.conditions import MOST_CORNERS


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
