"""Matrices against networkx on graphs built anew in the test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipage.data.osm.read import read_osm
from equipage.routing.build import build_network
from equipage.routing.errors import OffNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, ROUNDED_S, STEP, chain, grid, networks, points, sides, travel_s

PER_EDGE_S = 60.0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), points(3), points(2))
def test_every_entry_is_networkxs(
    network: RoadNetwork, origins: list[tuple[float, float]], destinations: list[tuple[float, float]]
) -> None:
    """With more origins or more destinations, all seconds are those of the oracle, inf included."""
    router = Router(network, max_snap_m=5000.0)
    starts, ends = router.snap(origins), router.snap(destinations)
    expected = [[travel_s(network, sides(starts, i), sides(ends, j)) for j in range(2)] for i in range(3)]
    np.testing.assert_allclose(router.matrix(origins, destinations), expected, rtol=0.0, atol=ROUNDED_S)
    expected = [[travel_s(network, sides(ends, j), sides(starts, i)) for i in range(3)] for j in range(2)]
    np.testing.assert_allclose(router.matrix(destinations, origins), expected, rtol=0.0, atol=ROUNDED_S)


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_edges_obey_the_triangle_inequality(network: RoadNetwork, data: st.DataObject) -> None:
    """Driving from edge to edge is never slower than by way of a third edge."""
    router = Router(network)
    count = len(network.edge_tail)
    middles = router.snapper.frame.to_lonlat(router.snapper.lines.at(np.arange(count), np.full(count, 0.5)))
    one_way = np.flatnonzero(network.edge_in_core & (router.snapper.reverse < 0))
    kept = [e for e in one_way if router.snap(middles[e]).edge[0] == e]
    seconds = router.matrix(middles[kept], middles[kept]) if kept else np.zeros((0, 0))
    detour = (seconds[:, :, None] + seconds[None, :, :]).min(axis=1) if kept else seconds
    assert (seconds <= detour + ROUNDED_S).all()


def test_a_straight_road_takes_its_share_of_seconds() -> None:
    """A quarter along one edge to the middle of the next but one: 45 s, 60 s and 30 s without a junction."""
    road = chain([(LON + STEP * i, LAT) for i in range(4)], edge_duration_s=[PER_EDGE_S] * 6)
    seconds = Router(road).matrix([(LON + 0.25 * STEP, LAT)], [(LON + 2.5 * STEP, LAT)])
    assert seconds[0, 0] == pytest.approx(45.0 + 60.0 + 30.0, abs=1e-3)


def test_a_point_is_no_seconds_from_itself() -> None:
    """Origin and destination at the same place are 0 s apart, on one-way streets too."""
    network = chain([(LON, LAT), (LON + STEP, LAT)], two_way=False, edge_duration_s=[PER_EDGE_S])
    place = [(LON + 0.3 * STEP, LAT + 1e-4)]
    assert Router(network).matrix(place, place).tolist() == [[0.0]]


def test_behind_on_a_one_way_needs_the_loop() -> None:
    """On a one-way ring of four 60 s sides, a tenth back is nine tenths, three sides and the turns ahead."""
    corners = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP), (LON, LAT + STEP)]
    ring = RoadNetwork.from_arrays(corners, [0, 1, 2, 3], [1, 2, 3, 0], edge_duration_s=[PER_EDGE_S] * 4)
    router = Router(ring)
    ahead = router.matrix([(LON + 0.4 * STEP, LAT)], [(LON + 0.5 * STEP, LAT)])[0, 0]
    behind = router.matrix([(LON + 0.5 * STEP, LAT)], [(LON + 0.4 * STEP, LAT)])[0, 0]
    assert ahead == pytest.approx(6.0, abs=1e-3)
    assert behind == pytest.approx(0.9 * 60.0 + 3 * 60.0 + float(ring.turn_duration_s.sum()), abs=1e-3)


def test_a_two_way_road_is_driven_back() -> None:
    """Behind on a two-way road is reached in the other direction, without a loop."""
    road = chain([(LON, LAT), (LON + STEP, LAT)], edge_duration_s=[PER_EDGE_S, 2 * PER_EDGE_S])
    seconds = Router(road).matrix([(LON + 0.5 * STEP, LAT)], [(LON + 0.25 * STEP, LAT)])
    assert seconds[0, 0] == pytest.approx(0.25 * 120.0, abs=1e-3)


def test_no_way_is_infinite() -> None:
    """Against a one-way street without a loop there is no way."""
    network = chain([(LON, LAT), (LON + STEP, LAT)], two_way=False)
    back = Router(network).matrix([(LON + 0.9 * STEP, LAT)], [(LON + 0.1 * STEP, LAT)])
    assert np.isinf(back).all()


def test_no_points_make_an_empty_matrix() -> None:
    """Without origins or destinations the matrix has no rows or columns."""
    router = Router(grid(3, 3))
    assert router.matrix([], [(LON, LAT)]).shape == (0, 1)
    assert router.matrix([(LON, LAT), (LON, LAT)], []).shape == (2, 0)


def test_every_bad_point_is_named_at_once() -> None:
    """Points far off, swapped, and not numbers are all in one message; the good ones are not."""
    router = Router(grid(3, 3))
    with pytest.raises(OffNetworkError) as refusal:
        router.matrix([(LON, LAT), (LAT, LON), (2.35, 48.85)], [(LON, float("nan")), (LON, LAT)])
    message = str(refusal.value)
    assert "origin 1 (lon 47, lat 5)" in message
    assert "looks swapped: give lon, lat" in message
    assert "origin 2 (lon 2.35, lat 48.85)" in message
    assert "destination 0 (lon 5, lat nan)" in message
    assert "origin 0" not in message
    assert "destination 1" not in message


def test_a_table_of_one_point_is_no_matrix() -> None:
    """Points of the wrong shape are refused with the shape they had."""
    with pytest.raises(OffNetworkError, match=r"shape \(1, 3\)"):
        Router(grid(3, 3)).matrix([(LON, LAT, 0.0)], [(LON, LAT)])


def test_monaco_agrees_with_networkx(shared_data: Path) -> None:
    """On real roads with real restrictions, 24 trips take what the oracle says."""
    network = build_network(read_osm(shared_data / "monaco" / "monaco.osm.pbf"))
    router = Router(network)
    rng = np.random.default_rng(7)
    places = network.node_lonlat[rng.choice(len(network.node_lonlat), 11)] + rng.normal(0, 2e-4, (11, 2))
    starts, ends = router.snap(places[:8]), router.snap(places[8:])
    expected = [[travel_s(network, sides(starts, i), sides(ends, j)) for j in range(3)] for i in range(8)]
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(router.matrix(places[:8], places[8:]), expected, rtol=0.0, atol=0.05)
