"""Isochrones: on the right side of travel times, nested, and shaped by the roads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from equipage.data.osm.read import read_osm
from equipage.routing.build import build_network
from equipage.routing.conditions import Closure, Conditions
from equipage.routing.errors import InvalidQueryError, OffNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.reach import Direction
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP, chain, grid

RIGHT = 0.95


def sampled(router: Router, area: BaseGeometry, seed: int) -> npt.NDArray[np.float64]:
    """Return 1,000 points lon, lat in the bounding box of an area.

    Half of them lie within 20 m of places drawn along the roads, half anywhere within 100 m of a road.
    """
    rng = np.random.default_rng(seed)
    lines, roads, frame = router.snapper.lines, router.snapper.roads, router.snapper.frame
    length_m = lines.length_m[roads]
    road = rng.choice(roads, 20_000, p=length_m / length_m.sum())
    beside = frame.to_lonlat(lines.at(road, rng.random(len(road))) + rng.uniform(-14, 14, (len(road), 2)))
    low, high = np.reshape(area.bounds, (2, 2))
    beside = beside[((low <= beside) & (beside <= high)).all(axis=1)]
    anywhere = rng.uniform(low, high, (10_000, 2))
    anywhere = anywhere[router.snap(anywhere, max_snap_m=np.inf).distance_m <= 100.0]
    return np.vstack([beside[:500], anywhere[:500]])


def share_right(router: Router, origin: tuple[float, float], minutes: float, direction: Direction) -> float:
    """Return the share of 1,000 points that lie inside exactly when the matrix says they are in time."""
    area = router.isochrones(origin, [minutes], direction).geometry[0]
    places = sampled(router, area, seed=int(minutes * 10))
    seconds = (
        router.matrix([origin], places)[0] if direction == "from" else router.matrix(places, [origin])[:, 0]
    )
    in_time = seconds <= 60.0 * minutes
    assert len(places) == 1000
    assert 250 < in_time.sum() < 750
    return float((shapely.contains_xy(area, places) == in_time).mean())


@pytest.mark.parametrize("direction", ["from", "to"])
@pytest.mark.parametrize("minutes", [3.0, 5.0])
def test_monaco_is_on_the_right_side(shared_data: Path, minutes: float, direction: Direction) -> None:
    """On real, steep and one-way streets, at least 95 % of 1,000 points are on the right side."""
    router = Router(build_network(read_osm(shared_data / "monaco" / "monaco.osm.pbf")))
    assert share_right(router, (7.4246, 43.7384), minutes, direction) >= RIGHT


@pytest.mark.parametrize("direction", ["from", "to"])
def test_a_grid_is_on_the_right_side(direction: Direction) -> None:
    """On 40 by 40 streets likewise."""
    router = Router(grid(40, 40))
    assert share_right(router, (LON + 17.3 * STEP, LAT + 22 * STEP), 4.0, direction) >= RIGHT


def test_one_way_streets_make_from_and_to_differ() -> None:
    """On a one-way ring, what is ahead of a point is reached from it, and what is behind reaches it."""
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    corners = np.column_stack([LON + 0.02 * np.cos(angle), LAT + 0.015 * np.sin(angle)])
    tail, head = np.arange(12), (np.arange(12) + 1) % 12
    ring = RoadNetwork.from_arrays(corners, tail, head, edge_duration_s=[60.0] * 12)
    middles = (corners[tail] + corners[head]) / 2
    router = Router(ring)
    ahead = router.isochrones(middles[0], [2.5], "from").geometry[0]
    behind = router.isochrones(middles[0], [2.5], "to").geometry[0]
    assert shapely.contains_xy(ahead, middles).nonzero()[0].tolist() == [0, 1, 2]
    assert shapely.contains_xy(behind, middles).nonzero()[0].tolist() == [0, 10, 11]


def test_longer_times_cover_shorter_ones() -> None:
    """Areas are valid, nested without a sliver, one row for each point and time in the order given."""
    router = Router(grid(30, 30))
    origins = [(LON + 3.3 * STEP, LAT + 4 * STEP), (LON + 20 * STEP, LAT + 18.6 * STEP)]
    table = router.isochrones(origins, [4, 1, 2.5])
    assert table.crs == "EPSG:4326"
    assert table.columns.tolist() == ["origin", "minutes", "direction", "geometry"]
    assert table.origin.tolist() == [0, 0, 0, 1, 1, 1]
    assert table.minutes.tolist() == [4, 1, 2.5, 4, 1, 2.5]
    assert table.direction.tolist() == ["from"] * 6
    assert table.is_valid.all()
    for first in (0, 3):
        longest, shortest, middle = table.geometry[first : first + 3]
        assert longest.covers(middle)
        assert middle.covers(shortest)
        assert longest.area > middle.area > shortest.area


def test_the_shortest_time_still_has_an_area() -> None:
    """A tenth of a second leaves a small area around the point's place on the road."""
    origin = (LON + 3.3 * STEP, LAT + 4 * STEP + 2e-4)
    router = Router(grid(10, 10))
    area = router.isochrones(origin, [0.1 / 60]).geometry[0]
    metres = router.snapper.frame.shape_to_metres(area)
    assert area.contains(shapely.Point(router.snap(origin).lonlat[0]))
    assert 0 < metres.area < 10_000


def test_areas_follow_the_roads() -> None:
    """Inside the bend of a road, 200 m and more from either leg, nothing is reached: it is no hull."""
    router = Router(chain([(LON, LAT + 0.01), (LON, LAT), (LON + 0.015, LAT)]))
    area = router.isochrones((LON, LAT), [30]).geometry[0]
    inside_the_bend = shapely.Point(LON + 0.004, LAT + 0.003)
    assert area.convex_hull.contains(inside_the_bend)
    assert not area.contains(inside_the_bend)
    assert area.contains(shapely.Point(LON + 0.014, LAT + 0.0005))


def test_small_blocks_are_filled_and_large_land_is_not() -> None:
    """The middle of a 300 m block between reached streets is inside, that of 1.5 km without a street not."""
    small = [(LON, LAT), (LON + 0.004, LAT), (LON + 0.004, LAT + 0.0027), (LON, LAT + 0.0027), (LON, LAT)]
    large = [(LON, LAT), (LON + 0.02, LAT), (LON + 0.02, LAT + 0.0135), (LON, LAT + 0.0135), (LON, LAT)]
    for corners, filled in ((small, True), (large, False)):
        ring = RoadNetwork.from_arrays(corners[:4], [0, 1, 2, 3], [1, 2, 3, 0])
        area = Router(ring).isochrones(corners[0], [30]).geometry[0]
        middle = np.mean(corners[:4], axis=0)
        assert area.contains(shapely.Point(middle)) is filled


def test_a_closed_bridge_ends_the_area() -> None:
    """What lies beyond a closed road is no longer reached."""
    road = chain([(LON + STEP * i, LAT) for i in range(7)])
    far = shapely.Point(LON + 5.5 * STEP, LAT)
    router = Router(road)
    closed = router.with_conditions(Conditions(closures=(Closure(edges=(3,)),)))
    assert router.isochrones((LON, LAT), [10]).geometry[0].contains(far)
    assert not closed.isochrones((LON, LAT), [10]).geometry[0].contains(far)


def test_an_origin_off_the_network_is_refused() -> None:
    """Every origin too far from any road is named."""
    with pytest.raises(OffNetworkError, match="point 1"):
        Router(grid(3, 3)).isochrones([(LON, LAT), (LON + 1, LAT)], [5])


def test_questions_without_sense_are_refused() -> None:
    """Times of nothing and an unknown direction are told together."""
    with pytest.raises(InvalidQueryError, match=r"not -5, nan; direction .* 'past'"):
        Router(grid(3, 3)).isochrones((LON, LAT), [5, -5, float("nan")], "past")  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="minutes is empty"):
        Router(grid(3, 3)).isochrones((LON, LAT), [])
