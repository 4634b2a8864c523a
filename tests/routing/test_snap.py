"""Snapping: the nearest usable place, and what is said of points that have none."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from equipage.data.osm import read_osm
from equipage.geo.earth import distance_m
from equipage.geo.polylines import line_strings
from equipage.routing.build import build_network
from equipage.routing.errors import EmptyNetworkError, OffNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from equipage.routing.snap import Snapper
from tests.routing.roads import LAT, LON, STEP, chain, grid, networks, points


@settings(max_examples=60, deadline=None)
@given(networks(), points(3))
def test_no_core_edge_is_nearer(network: RoadNetwork, asked: list[tuple[float, float]]) -> None:
    """The distance told is the least distance to any core edge, and the place told is that far away."""
    snaps = Router(network).snap(asked, max_snap_m=math.inf)
    scale = [math.cos(math.radians(LAT)), 1.0]
    for index, place in enumerate(asked):
        metres = [
            shapely.Point(place * np.array(scale)).distance(shapely.LineString(shape * scale))
            * math.radians(1.0)
            * 6_371_008.8
            for edge, shape in enumerate(np.split(network.shape_lonlat, network.shape_start[1:-1]))
            if network.edge_in_core[edge]
        ]
        assert network.edge_in_core[snaps.edge[index]]
        # A flat sphere against the ellipsoid: right to half a per cent.
        assert snaps.distance_m[index] == pytest.approx(min(metres), rel=5e-3, abs=0.05)
        assert distance_m(place, snaps.lonlat[index]) == pytest.approx(
            snaps.distance_m[index], rel=5e-3, abs=0.05
        )


def test_offset_is_by_length_and_the_street_is_named() -> None:
    """A point 20 m beside three quarters of a street gets that offset, its distance and the street's name."""
    bent = [(LON, LAT), (LON + STEP, LAT), (LON + 3 * STEP, LAT)]
    street = RoadNetwork.from_arrays(
        [bent[0], bent[2]], [0, 1], [1, 0], shapes=[bent, bent[::-1]], edge_name=["Rue du Bourg"] * 2
    )
    snap = Router(street).snap((LON + 2.25 * STEP, LAT + 0.00018))[0]
    assert snap.edge == 0
    assert snap.fraction == pytest.approx(0.75, abs=1e-6)
    assert snap.distance_m == pytest.approx(20.0, abs=0.1)
    assert snap.name == "Rue du Bourg"
    assert snap.lon == pytest.approx(LON + 2.25 * STEP)
    assert snap.lat == pytest.approx(LAT, abs=1e-6)


def test_both_directions_of_a_road_are_offered() -> None:
    """A two-way road offers its reverse at the opposite fraction, a one-way road nothing else."""
    corners = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP), (LON + 2 * STEP, LAT)]
    mixed = RoadNetwork.from_arrays(corners, [0, 1, 1, 2, 3], [1, 0, 2, 3, 1])
    snaps = Router(mixed).snap([(LON + 0.25 * STEP, LAT), (LON + STEP, LAT + 0.5 * STEP)])
    assert snaps.edge.tolist() == [0, 2]
    assert snaps.reverse.tolist() == [1, -1]
    np.testing.assert_allclose(snaps.side_fractions[0], [0.25, 0.75], atol=1e-6)


def test_a_direction_nobody_can_reach_is_not_offered() -> None:
    """A street whose way back can be entered from nowhere is offered in one direction only."""
    corners = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP)]
    network = RoadNetwork.from_arrays(corners, [0, 1, 1, 2], [1, 0, 2, 0])
    assert network.edge_reverse[0] == 1
    assert network.edge_in_core.tolist() == [True, False, True, True]
    assert Router(network).snap((LON + 0.25 * STEP, LAT)).sides.tolist() == [[0, -1]]


def test_pockets_are_never_snapped_to() -> None:
    """A street that nobody can leave is passed over for the nearest one that belongs to the rest."""
    places = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP), (LON, LAT - STEP)]
    network = RoadNetwork.from_arrays(places, [0, 1, 3, 1], [1, 3, 0, 2])
    snap = Router(network).snap((LON + STEP, LAT + 0.5 * STEP))[0]
    assert network.edge_in_core.tolist() == [True, True, True, False]
    assert snap.edge == 0
    assert snap.fraction == pytest.approx(1.0, abs=1e-3)


def test_the_limit_is_the_callers() -> None:
    """A point 111 m off is refused under a limit of 100 m, both told, and found under one of 200 m."""
    network, place = grid(2, 2), (LON, LAT - 0.001)
    with pytest.raises(OffNetworkError, match=r"point \(lon 5, lat 46\.999\) is 111 m .* the 100 m allowed"):
        Router(network, max_snap_m=100.0).snap(place)
    assert Router(network, max_snap_m=100.0).snap(place, max_snap_m=200.0).distance_m[0] == pytest.approx(
        111, abs=1
    )


def test_any_distance_may_be_asked_for() -> None:
    """Without a limit a point on another continent still has its nearest street."""
    snaps = Router(grid(2, 2)).snap((150.0, -30.0), max_snap_m=math.inf)
    assert snaps.distance_m[0] > 1e7


@pytest.mark.parametrize("place", [(math.nan, LAT), (math.inf, LAT), (LON, 95.0), (200.0, LAT)])
def test_what_is_no_place_is_refused(place: tuple[float, float]) -> None:
    """Not a number, infinite, and out of range are no places, whatever the limit."""
    with pytest.raises(OffNetworkError, match="is no place"):
        Router(grid(2, 2)).snap(place, max_snap_m=math.inf)


def test_a_network_without_usable_roads_is_refused() -> None:
    """A router on nothing cannot be made."""
    nothing = RoadNetwork.from_arrays([(LON, LAT)], [], [])
    with pytest.raises(EmptyNetworkError, match="0 edges"):
        Router(nothing)


def test_snapping_a_snapped_place_stays_there() -> None:
    """A place on the network is its own nearest place, to a fraction of a millimetre."""
    router = Router(chain([(LON, LAT), (LON + STEP, LAT + STEP), (LON + 2 * STEP, LAT)]))
    once = router.snap([(LON + 0.3 * STEP, LAT + 0.7 * STEP)])
    twice = router.snap(once.lonlat)
    assert twice.distance_m[0] < 1e-3
    assert twice.fraction[0] == pytest.approx(once.fraction[0], abs=1e-6)


def test_places_on_a_real_city_are_shapelys(shared_data: Path) -> None:
    """On the roads of Porto, 4,000 points on, beside and far from roads get the distances of shapely's index.

    The road is one of those within a millimetre of that distance, the one with the lowest number.
    """
    network = build_network(read_osm(shared_data / "porto" / "porto_portugal.osm.pbf"))
    snapper = Snapper(network)
    random = np.random.default_rng(4)
    on_roads = network.shape_lonlat[random.choice(len(network.shape_lonlat), 3000)]
    on_roads[1000:] += random.normal(0.0, 3e-4, (2000, 2))
    low, high = network.bounds[:2], network.bounds[2:]
    lonlat = np.concatenate(
        [on_roads, random.uniform(low, high, (900, 2)), random.uniform(-90, 90, (100, 2))]
    )
    snaps = snapper.snap(math.inf, point=lonlat)[0]
    shapes = line_strings(snapper.lines.xy, network.shape_start, snapper.roads)
    points = np.asarray(shapely.points(snapper.frame.to_metres(lonlat)))
    (asked, road), away_m = shapely.STRtree(shapes).query_nearest(points, return_distance=True)
    nearest_m = np.full(len(lonlat), np.inf)
    np.minimum.at(nearest_m, asked, away_m)
    np.testing.assert_allclose(snaps.distance_m, nearest_m, rtol=1e-9, atol=2e-3)
    lowest = np.full(len(lonlat), network.edge_count)
    np.minimum.at(lowest, asked, snapper.roads[road])
    assert (snaps.edge <= lowest).all()
    own = shapely.distance(line_strings(snapper.lines.xy, network.shape_start, snaps.edge), points)
    np.testing.assert_allclose(own, snaps.distance_m, rtol=1e-9, atol=1e-9)
