"""The demo in Dijon, on its real roads; it skips where the shared data is absent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from equipage.api.words.demo import FRENCH
from tests.e2e.test_demo import Demo
from tests.ports import free_port

ROADS = "dijon_drive_overpass_2025-11-03.json"


@pytest.fixture(scope="module")
def dijon(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of Dijon that is ready."""
    roads = str(shared_data / "dijon" / ROADS)
    running = Demo(free_port(), tmp_path_factory.mktemp("dijon"), "--city", "dijon", "--osm", roads)
    try:
        running.until_ready()
        yield running
    finally:
        running.close()


def test_citizens_report_in_french_and_crews_drive_to_them(dijon: Demo) -> None:
    """A simulated citizen says in French what is wrong, and a crew arrives there by Dijon's streets."""

    def reached() -> list[dict[str, object]]:
        listed = dijon.get("/api/v1/reports")["items"]
        return [each for each in listed if each["status"] == "in_progress"]

    report = dijon.until("a crew on site", reached)[0]
    assert report["description"].startswith(FRENCH.observed[str(report["service_code"])])
    crew = dijon.get(f"/api/v1/crews/{report['assignment']['crew_id']}")
    vehicle = dijon.get(f"/api/v1/vehicles/{crew['vehicle_id']}")
    assert 4.94 < vehicle["lon"] < 5.13
    assert 47.28 < vehicle["lat"] < 47.39
