"""Laws that hold on every network, however strange, under all conditions, and for many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipage.routing.conditions import Conditions
from equipage.routing.errors import EmptyNetworkError, UnroutableError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, ROUNDED_S
from tests.routing.wild import scipy_table, wild_conditions, wild_networks

Places = list[tuple[float, float]]

# Longer trips count as none; near that, rounding decides.
NEARLY_THREE_DAYS_S = 250_000.0
NO_TRIP_S = 268_000.0

PLACES = st.lists(
    st.tuples(st.floats(LON - 0.001, LON + 0.005), st.floats(LAT - 0.001, LAT + 0.004)),
    min_size=1,
    max_size=5,
)


def router_on(network: RoadNetwork, conditions: Conditions) -> Router | None:
    """Return a router; None where the network has no road to come and go on."""
    try:
        return Router(network, max_snap_m=np.inf, conditions=conditions)
    except EmptyNetworkError:
        return None


def seconds_of_route(router: Router, ends: Places) -> float:
    """Return the seconds of a route that is continuous and whose times sum up, inf where there is none."""
    try:
        route = router.route(*ends)
    except UnroutableError:
        return np.inf
    network, edges = router.network, list(route.edges)
    assert (network.edge_head[edges[:-1]] == network.edge_tail[edges[1:]]).all()
    drawn = shapely.get_coordinates(route.geometry)
    assert np.isfinite(drawn).all()
    assert route.cumulative_duration_s[0] == 0.0
    assert route.cumulative_duration_s[-1] == route.duration_s
    assert (np.diff(route.cumulative_duration_s) >= 0.0).all()
    assert np.isfinite(route.distance_m)
    return route.duration_s


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(wild_networks(), PLACES, PLACES, st.data())
def test_every_answer_is_scipys(
    network: RoadNetwork, origins: Places, destinations: Places, data: st.DataObject
) -> None:
    """Table, both matrices and routes agree with each other and with scipy, under any conditions."""
    conditions = data.draw(wild_conditions(network))
    router = router_on(network, conditions)
    if router is None:
        return
    starts, ends = router.snap(origins), router.snap(destinations)
    seconds, both = router.matrix(origins, destinations), router.matrices(origins, destinations)
    expected = scipy_table(network, starts, ends, conditions)
    sure = (expected < NEARLY_THREE_DAYS_S) | (expected > NO_TRIP_S)
    known = np.where(expected > NO_TRIP_S, np.inf, expected)
    np.testing.assert_allclose(seconds[sure], known[sure], rtol=0.0, atol=ROUNDED_S)
    np.testing.assert_allclose(both.duration_s[sure], known[sure], rtol=0.0, atol=ROUNDED_S)
    assert (np.isfinite(both.distance_m) == np.isfinite(both.duration_s)).all()
    assert not (both.distance_m < 0.0).any()
    for i, origin in enumerate(origins):
        for j, destination in enumerate(destinations):
            told = seconds_of_route(router, [origin, destination])
            assert told == pytest.approx(seconds[i, j], abs=ROUNDED_S)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(wild_networks(), PLACES, st.data())
def test_threads_get_the_answers_of_one(network: RoadNetwork, places: Places, data: st.DataObject) -> None:
    """Eight threads ask one router while others make routers under other conditions from it."""
    conditions = data.draw(wild_conditions(network))
    router = router_on(network, Conditions())
    if router is None:
        return

    def ask(changed: Conditions | None) -> list[object]:
        asked = router if changed is None else router.with_conditions(changed)
        both = asked.matrices(places, places)
        routes = [seconds_of_route(asked, [places[0], place]) for place in places]
        reached = asked.edge_seconds(places).left_s
        near = asked.nearest(places[0], 3, max_snap_m=np.inf)
        tables = (asked.matrix(places, places), both.duration_s, both.distance_m, reached, near.edge)
        return [*(table.tobytes() for table in tables), routes]

    alone = {changed: ask(changed) for changed in (None, conditions)}
    with ThreadPoolExecutor(8) as threads:
        turns = [None, conditions] * 8
        assert list(threads.map(ask, turns)) == [alone[changed] for changed in turns]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(wild_networks(), PLACES, st.sampled_from(["from", "to"]))
def test_what_is_reached_is_what_trips_take(network: RoadNetwork, places: Places, direction: str) -> None:
    """Isochrones are valid, nested and never empty; seconds to edges are never nan and grow along them."""
    router = router_on(network, Conditions())
    if router is None:
        return
    areas = router.isochrones(places[:2], [1, 5], direction)  # type: ignore[arg-type]
    assert areas.geometry.is_valid.all()
    assert not areas.geometry.is_empty.any()
    seconds = router.edge_seconds(places, direction)  # type: ignore[arg-type]
    assert not np.isnan(seconds.entered_s).any()
    assert not np.isnan(seconds.left_s).any()
    reached = router.reached_edges(places[:2], [1, np.inf], direction)  # type: ignore[arg-type]
    assert np.isfinite(reached[["length_m", "entered_s", "left_s"]].to_numpy()).all()
    assert (reached["length_m"] > 0.0).all()
