"""Seconds to all edges, and the roads within some minutes: by arithmetic, networkx and scipy."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from equipage.routing.conditions import Closure, Conditions
from equipage.routing.errors import InvalidQueryError, OffNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.reach import Direction
from equipage.routing.router import Router
from tests.routing.roads import (
    LAT,
    LON,
    ROUNDED_S,
    SAME_PLACE_M,
    STEP,
    chain,
    grid,
    networks,
    points,
    travel_s,
)
from tests.routing.roads import sides as sides_of


def road(edges: int = 4) -> RoadNetwork:
    """Return a straight road of two-way edges, each 60 s long: edge i from point i on, those back after."""
    return chain([(LON + STEP * i, LAT) for i in range(edges + 1)], edge_duration_s=[60.0] * 2 * edges)


def ring() -> RoadNetwork:
    """Return a one-way ring of four 60 s sides."""
    corners = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP), (LON, LAT + STEP)]
    return RoadNetwork.from_arrays(corners, [0, 1, 2, 3], [1, 2, 3, 0], edge_duration_s=[60.0] * 4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), points(2))
def test_seconds_to_all_edges_are_networkxs(network: RoadNetwork, places: list[tuple[float, float]]) -> None:
    """Entering and leaving every edge, from two points and to them, takes what the oracle says."""
    router = Router(network, max_snap_m=5000.0)
    snaps = router.snap(places)
    metres = snaps.fraction * network.edge_length_m[snaps.edge]
    rest = network.edge_length_m[snaps.edge] - metres
    assume(all(near == 0.0 or near > SAME_PLACE_M for near in (*metres, *rest)))
    there, back = router.edge_seconds(places), router.edge_seconds(places, "to")
    for row in range(2):
        own = sides_of(snaps, row)
        for edge in range(network.edge_count):
            begin, end = [(edge, 0.0)], [(edge, 1.0)]
            expected = [travel_s(network, own, place) for place in (begin, end)]
            expected += [travel_s(network, place, own) for place in (begin, end)]
            found = [seconds.entered_s[row, edge] for seconds in (there, back)]
            left = [seconds.left_s[row, edge] for seconds in (there, back)]
            np.testing.assert_allclose(
                [found[0], left[0], found[1], left[1]], expected, rtol=0.0, atol=ROUNDED_S
            )


def test_seconds_to_all_edges_are_scipys() -> None:
    """On 12 by 9 streets, Dijkstra over edges and turns finds the same seconds to entering each."""
    network = grid(12, 9)
    router = Router(network)
    origin = router.snap((LON + 3.4 * STEP, LAT + 2 * STEP))
    edges, turns = network.edge_count, (network.turn_from, network.turn_to)
    seconds = network.edge_duration_s[turns[0]] + network.turn_duration_s
    reversed_s = np.full(edges, np.inf)
    for edge, fraction in sides_of(origin, 0):
        arcs = csr_array((seconds, turns), shape=(edges, edges))
        from_begin = dijkstra(arcs, indices=[edge])[0]
        from_begin[edge] = np.inf
        reversed_s = np.minimum(reversed_s, from_begin - fraction * network.edge_duration_s[edge])
    entered_s = router.edge_seconds(origin).entered_s[0]
    others = ~np.isin(np.arange(edges), origin.sides[0])
    np.testing.assert_allclose(entered_s[others], reversed_s[others], rtol=0.0, atol=ROUNDED_S)


def test_a_road_is_cut_where_the_time_is_up() -> None:
    """From a quarter along, 60 s: 45 s ahead and 15 s of the next edge, 15 s back and 45 s of that next."""
    network = road()
    reached = Router(network).reached_edges((LON + 1.25 * STEP, LAT), [1])
    shown = reached.set_index("edge").sort_index()
    assert shown.index.tolist() == [1, 2, 4, 5]
    np.testing.assert_allclose(shown.entered_s, [0.0, 45.0, 15.0, 0.0], atol=1e-3)
    np.testing.assert_allclose(shown.left_s, [45.0, 60.0, 60.0, 15.0], atol=1e-3)
    ends = [(line.coords[0][0] - LON, line.coords[-1][0] - LON) for line in shown.geometry]
    expected = [(1.25, 2.0), (2.0, 2.25), (1.0, 0.25), (1.25, 1.0)]
    np.testing.assert_allclose(np.array(ends) / STEP, expected, atol=1e-5)
    np.testing.assert_allclose(shown.length_m / network.edge_length_m[0], [0.75, 0.25, 0.75, 0.25], atol=1e-5)


def test_roads_to_a_point_are_cut_where_one_must_have_left() -> None:
    """To a quarter along, 60 s: the last 15 s and 45 s of the edge before, and so from the other side."""
    shown = Router(road()).reached_edges((LON + 1.25 * STEP, LAT), [1], "to").set_index("edge").sort_index()
    assert shown.index.tolist() == [0, 1, 5, 6]
    np.testing.assert_allclose(shown.entered_s, [60.0, 15.0, 45.0, 60.0], atol=1e-3)
    np.testing.assert_allclose(shown.left_s, [15.0, 0.0, 0.0, 45.0], atol=1e-3)
    begins = [line.coords[0][0] - LON for line in shown.geometry]
    np.testing.assert_allclose(np.array(begins) / STEP, [0.25, 1.0, 2.0, 2.25], atol=1e-5)


@pytest.mark.parametrize("direction", ["from", "to"])
def test_who_comes_round_reaches_the_rest_of_its_own_edge(direction: Direction) -> None:
    """On a one-way ring the edge of the point has two pieces, one on each side."""
    network = ring()
    router = Router(network)
    reached = router.reached_edges((LON + 0.4 * STEP, LAT), [np.inf], direction)
    assert sorted(reached.edge.tolist()) == [0, 0, 1, 2, 3]
    assert reached.length_m.sum() == pytest.approx(network.edge_length_m.sum())
    first, second = reached[reached.edge == 0].sort_values("left_s").itertuples()
    assert first.left_s - first.entered_s == pytest.approx((36 if direction == "from" else -24), abs=1e-3)
    assert second.geometry.length + first.geometry.length == pytest.approx(STEP)


@pytest.mark.parametrize("direction", ["from", "to"])
def test_the_far_end_of_each_piece_is_as_far_as_it_says(direction: Direction) -> None:
    """The matrix to the ends of what was cut says the limit, or less where the other direction is sooner."""
    router = Router(grid(12, 12))
    origin = (LON + 4.3 * STEP, LAT + 5 * STEP)
    reached = router.reached_edges(origin, [1.5], direction)
    cut_s = reached.left_s if direction == "from" else reached.entered_s
    cut = reached[np.abs(cut_s - 90.0) < 1e-6]
    ends = np.array([line.coords[-1 if direction == "from" else 0] for line in cut.geometry])
    seconds = router.matrix([origin], ends)[0] if direction == "from" else router.matrix(ends, [origin])[:, 0]
    assert len(cut) > 10
    assert (seconds <= 90.0 + ROUNDED_S).all()
    assert np.isclose(seconds, 90.0, atol=ROUNDED_S).sum() >= len(cut) / 3


def test_longer_times_cover_shorter_ones() -> None:
    """Rows are in the order of points and minutes given, and each time's roads hold the shorter one's."""
    router = Router(grid(15, 15))
    origins = [(LON + 3.3 * STEP, LAT + 4 * STEP), (LON + 9 * STEP, LAT + 8.6 * STEP)]
    table = router.reached_edges(origins, [2, 0.5])
    assert table.crs == "EPSG:4326"
    groups = list(dict.fromkeys(zip(table.origin, table.minutes, strict=True)))
    assert groups == [(0, 2), (0, 0.5), (1, 2), (1, 0.5)]
    for origin in (0, 1):
        long, short = (
            table[(table.origin == origin) & (table.minutes == minutes)].union_all() for minutes in (2, 0.5)
        )
        assert long.buffer(1e-7).covers(short)
        assert long.length > short.length > 0


def test_the_areas_and_the_edges_agree() -> None:
    """The middle of every reached piece lies in the area of the same minutes."""
    router = Router(grid(15, 15))
    origin = (LON + 3.3 * STEP, LAT + 4 * STEP)
    area = router.isochrones(origin, [1.5]).geometry[0]
    lines = router.reached_edges(origin, [1.5]).geometry.to_numpy()
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    assert shapely.covers(area.buffer(1e-5), middles).all()


def test_a_closed_road_is_not_reached() -> None:
    """Nor what lies beyond it; its seconds are inf."""
    closed = Router(road()).with_conditions(Conditions(closures=(Closure(edges=(2,)),)))
    assert closed.edge_seconds((LON, LAT)).entered_s[0, 2:4].tolist() == [np.inf, np.inf]
    reached = closed.reached_edges((LON, LAT), [np.inf])
    assert {2, 3}.isdisjoint(reached.edge)


def test_no_points_reach_nothing() -> None:
    """The table is there with its columns and no rows, and the seconds have no rows."""
    router = Router(road())
    reached = router.reached_edges([], [5])
    assert len(reached) == 0
    assert {"origin", "edge", "entered_s", "geometry"} <= set(reached.columns)
    assert router.edge_seconds([]).entered_s.shape == (0, 8)


def test_names_and_classes_are_told() -> None:
    """Each row says whose street it is."""
    network = chain([(LON, LAT), (LON + STEP, LAT)], edge_name=["Rue Monge"] * 2, edge_class=["primary"] * 2)
    reached = Router(network).reached_edges((LON + STEP / 2, LAT), [5])
    assert set(reached.name) == {"Rue Monge"}
    assert set(reached.road_class) == {"primary"}
    assert set(reached.way_id) == {1}


def test_questions_without_sense_are_refused() -> None:
    """Minutes of nothing and an unknown direction are told together; so is a point off the map."""
    router = Router(road())
    with pytest.raises(InvalidQueryError, match=r"minutes must be more than 0, not -5; direction .* 'past'"):
        router.reached_edges((LON, LAT), [5, -5], "past")  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="'past'"):
        router.edge_seconds((LON, LAT), "past")  # type: ignore[arg-type]
    with pytest.raises(OffNetworkError, match="point 1"):
        router.edge_seconds([(LON, LAT), (LON + 1, LAT)])
