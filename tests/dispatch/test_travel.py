"""Travel by road for any points whatever: what has no road has no way."""

from __future__ import annotations

import numpy as np

from equipage.dispatch.travel import leg_seconds, travel_table
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.dispatch.worlds import EDGE_OF_THE_PLAIN_M, StraightRoads, lonlat

FAR = 2 * EDGE_OF_THE_PLAIN_M


def places(*xs: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return points so many metres east of the square."""
    return np.array([lonlat((x, 0.0)) for x in xs]).reshape(-1, 2)


def test_good_points_are_one_question() -> None:
    """The router is asked once, and all have a road."""
    roads = StraightRoads()
    table = travel_table(roads, places(0, 1000), places(500, 2000, 3000))
    assert table.seconds.tolist() == [[50, 200, 300], [50, 100, 200]]
    assert table.origin_has_road.all()
    assert table.destination_has_road.all()
    assert roads.calls == 1


def test_points_without_a_road_are_told_apart() -> None:
    """One bad origin and two bad destinations leave the other pairs as they are."""
    table = travel_table(StraightRoads(), places(0, FAR, 1000), places(FAR, 500, -FAR, 2000))
    assert table.origin_has_road.tolist() == [True, False, True]
    assert table.destination_has_road.tolist() == [False, True, False, True]
    inf = np.inf
    assert table.seconds.tolist() == [[inf, 50, inf, 200], [inf] * 4, [inf, 50, inf, 100]]


def test_nowhere_to_go_is_an_empty_table() -> None:
    """No origins or no destinations, or only bad ones."""
    assert travel_table(StraightRoads(), places(), places(1, 2)).seconds.shape == (0, 2)
    assert travel_table(StraightRoads(), places(1, 2), places()).seconds.shape == (2, 0)
    assert np.isinf(travel_table(StraightRoads(), places(FAR), places(-FAR)).seconds).all()


def test_one_bad_point_among_a_thousand_is_found_by_halving() -> None:
    """About 2 log2(1000) = 20 questions without origins, not a thousand."""
    roads = StraightRoads()
    table = travel_table(roads, places(0), places(*[FAR if x == 700 else x for x in range(1000)]))
    assert np.flatnonzero(~table.destination_has_road).tolist() == [700]
    assert roads.calls <= 25


def test_legs_are_asked_in_one_matrix() -> None:
    """Each leg by itself: 1,000 m, back again, no way across the river, and one from nowhere."""
    legs = [(0.0, 1000.0), (1000.0, 0.0), (0.0, 5000.0), (FAR, 0.0)]
    points = np.array([places(start, end) for start, end in legs])
    assert leg_seconds(StraightRoads(river_x=2000.0), points).tolist() == [100, 100, np.inf, np.inf]
    assert leg_seconds(StraightRoads(), np.empty((0, 2, 2))).shape == (0,)


def test_the_real_router_answers_the_same_questions() -> None:
    """One street of a minute: its ends are a minute apart, a point in another city has no road."""
    ends = [(5.04, 47.32), (5.05, 47.32)]
    router = Router(RoadNetwork.from_arrays(ends, [0, 1], [1, 0], edge_duration_s=[60, 60]))
    points = np.array([*ends, (6.0, 48.0)])
    table = travel_table(router, points, points)
    assert table.origin_has_road.tolist() == [True, True, False]
    np.testing.assert_allclose(table.seconds[:2, :2], [[0, 60], [60, 0]], atol=1e-6)
    assert np.isinf(table.seconds[2]).all()
