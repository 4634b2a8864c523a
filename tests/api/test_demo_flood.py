"""Which district the demo puts under water."""

from __future__ import annotations

import shapely

from equipage.api.demo.flood import busiest_zone
from equipage.dispatch.model import Zone, ZoneId
from tests.dispatch.worlds import World, a_crew, a_job, an_assignment, lonlat


def zone(name: str, west: float, east: float) -> Zone:
    """Return a square kilometre or so, by metres east of the square."""
    corners = [lonlat((x, y)) for x, y in ((west, -500), (east, -500), (east, 500), (west, 500))]
    return Zone(id=ZoneId(name), name=name, commune="", geometry=shapely.Polygon(corners))


def test_the_district_that_crews_cross_is_flooded_rather_than_one_where_jobs_lie() -> None:
    """A flood is to turn crews around: three jobs at the end of the road turn nobody."""
    crossed, end = zone("crossed", 500, 1500), zone("end", 4000, 5000)
    jobs = [a_job("ahead", (2000.0, 0.0)), *(a_job(f"far-{n}", (4500.0, 0.0)) for n in range(3))]
    world = World(
        crews=[a_crew("A")],
        where={"A": (0.0, 0.0)},
        jobs=jobs,
        assignments=[an_assignment("ahead", "A", "en_route")],
    )
    assert busiest_zone([end, crossed], world.situation()) == crossed


def test_a_district_with_a_depot_is_spared_and_without_crews_under_way_jobs_decide() -> None:
    """Crews that cannot leave their depot would show nothing."""
    depot, empty, busy = zone("depot", -500, 500), zone("empty", 500, 1500), zone("busy", 4000, 5000)
    world = World(crews=[a_crew("A")], where={"A": (0.0, 0.0)}, jobs=[a_job("far", (4500.0, 0.0))])
    assert busiest_zone([empty, depot, busy], world.situation()) == busy
