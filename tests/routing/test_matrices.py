"""Matrices with metres: the seconds are the matrix's, the metres those of the routes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from equipage.data.city import load_city
from equipage.routing.conditions import Closure, Conditions
from equipage.routing.errors import OffNetworkError, UnroutableError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP, chain, networks, points

ROUNDED_S = 0.002
ROUNDED_M = 0.2


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), points(3), points(2))
def test_seconds_are_the_matrixs_and_metres_no_more_than_the_routes(
    network: RoadNetwork, origins: list[tuple[float, float]], destinations: list[tuple[float, float]]
) -> None:
    """Of equally fast trips the shortest counts; where there is no way, both are inf."""
    router = Router(network, max_snap_m=5000.0)
    found = router.matrices(origins, destinations)
    expected_s = router.matrix(origins, destinations)
    np.testing.assert_allclose(found.duration_s, expected_s, rtol=0.0, atol=ROUNDED_S)
    for i, origin in enumerate(origins):
        for j, destination in enumerate(destinations):
            try:
                route = router.route(origin, destination)
            except UnroutableError:
                assert np.isinf(found.distance_m[i, j])
            else:
                assert found.distance_m[i, j] <= route.distance_m + ROUNDED_M


def test_in_a_city_the_metres_are_the_routes() -> None:
    """For 200 trips between junctions, a closure on the way or not: to a decimetre a trip."""
    network = load_city("la-serena-coquimbo").network
    rng = np.random.default_rng(11)
    places = network.node_lonlat[rng.choice(network.node_count, 15, replace=False)]
    way = int(network.edge_way_id[Router(network).route(places[0], places[1]).edges[3]])
    for conditions in (Conditions(), Conditions(closures=(Closure(way_ids=(way,)),))):
        router = Router(network, conditions=conditions)
        found = router.matrices(places, places)
        for i, j in np.argwhere(np.isfinite(found.distance_m)):
            route = router.route(places[i], places[j])
            assert found.distance_m[i, j] == pytest.approx(route.distance_m, abs=ROUNDED_M)
            assert found.duration_s[i, j] == pytest.approx(route.duration_s, abs=ROUNDED_S)


def test_the_fastest_is_not_the_shortest() -> None:
    """Two roads lead there: the metres are those of the longer and faster one."""
    corners = [(0, 0), (1, 0), (2, 0), (1, 1), (3, 0), (1, -1)]
    network = RoadNetwork.from_arrays(
        [(LON + STEP * x, LAT + STEP * y) for x, y in corners],
        [0, 1, 1, 3, 2, 4, 5],
        [1, 2, 3, 2, 4, 5, 0],
        edge_duration_s=[10.0, 500.0, 10.0, 10.0, 10.0, 10.0, 10.0],
        edge_length_m=[100.0, 100.0, 150.0, 250.0, 100.0, 300.0, 300.0],
    )
    origin, destination = (LON + 0.5 * STEP, LAT), (LON + 2.5 * STEP, LAT)
    found = Router(network).matrices([origin], [destination])
    assert found.distance_m[0, 0] == pytest.approx(50 + 150 + 250 + 50, abs=0.1)


def test_behind_on_the_same_road_is_as_far_as_it_is() -> None:
    """On a two-way road a quarter of it back, on a one-way street without a loop nowhere."""
    lonlat = [(LON, LAT), (LON + STEP, LAT)]
    ahead, behind = (LON + 0.5 * STEP, LAT), (LON + 0.25 * STEP, LAT)
    road = Router(chain(lonlat, edge_length_m=[400.0, 400.0])).matrices([ahead], [behind])
    assert road.distance_m[0, 0] == pytest.approx(100.0, abs=0.5)
    street = Router(chain(lonlat, two_way=False)).matrices([ahead], [behind])
    assert np.isinf(street.distance_m[0, 0])


def test_what_is_snapped_stays_so() -> None:
    """Places that `snap` found are taken as they are, beyond the router's own limit too."""
    router = Router(chain([(LON, LAT), (LON + STEP, LAT)]), max_snap_m=10.0)
    far = router.snap([(LON, LAT + 0.01), (LON + STEP, LAT + 0.01)], max_snap_m=np.inf)
    found = router.matrices(far, far)
    assert found.distance_m[0, 1] == pytest.approx(router.network.edge_length_m[0], abs=0.1)
    assert router.route(far.part(slice(0, 1)), far.part(slice(1, 2))).distance_m == pytest.approx(
        found.distance_m[0, 1], abs=0.1
    )
    with pytest.raises(OffNetworkError):
        router.matrices(far, [(LON, LAT + 0.01)])


def test_several_roads_are_near() -> None:
    """Nearest first, no more than there are within the limit, and refused like a snap where there is none."""
    router = Router(chain([(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP)]))
    point = (LON + 0.6 * STEP, LAT + 0.1 * STEP)
    near = router.nearest(point, 5)
    assert near.edge.tolist() == [0, 1]
    assert near.distance_m[0] == pytest.approx(router.snap(point).distance_m[0])
    assert (np.diff(near.distance_m) > 0).all()
    assert len(router.nearest(point, 5, max_snap_m=30.0)) == 1
    with pytest.raises(OffNetworkError):
        router.nearest(point, 1, max_snap_m=1.0)
