"""Questions that no router can answer: each has an error that says what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import numpy as np
import pytest

from equipage.routing.errors import InvalidQueryError, OffNetworkError
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP, grid

ROUTER = Router(grid(4, 3))
HERE, THERE = (LON, LAT), (LON + 2 * STEP, LAT + STEP)
NAN, INF = float("nan"), float("inf")

NO_PLACES: dict[str, object] = {
    "nan": (NAN, LAT),
    "infinite": (LON, INF),
    "as far as numbers get": (1e308, -1e308),
    "beyond all numbers": (10**400, LAT),
    "off the Earth": (LON, 91.0),
    "off the map": (0.0, 0.0),
    "swapped": (LAT, LON),
    "words": ("here", "there"),
    "one word": "here",
    "nothing": None,
    "two nothings": (None, None),
    "a number": 5.0,
    "three numbers": (LON, LAT, 0.0),
    "ragged": [(LON, LAT), (LON,)],
    "flat": [LON, LAT, LON, LAT],
    "a column": np.zeros((2, 1)),
    "a cube": np.zeros((2, 2, 2)),
    "no columns": np.zeros((4, 0)),
    "no rows of five": np.zeros((0, 5)),
    "complex": (LON + 0j, LAT + 1j),
    "a mapping": {"lon": LON, "lat": LAT},
}

Ask: TypeAlias = Callable[[object], object]
ASKED: dict[str, Ask] = {
    "route": lambda point: ROUTER.route(point, THERE),  # type: ignore[arg-type]
    "route to": lambda point: ROUTER.route(HERE, point),  # type: ignore[arg-type]
    "matrix": lambda point: ROUTER.matrix(point, [THERE]),  # type: ignore[arg-type]
    "matrices": lambda point: ROUTER.matrices([HERE], point),  # type: ignore[arg-type]
    "snap": cast("Ask", ROUTER.snap),
    "nearest": lambda point: ROUTER.nearest(point, 2),  # type: ignore[arg-type]
    "k_nearest": lambda point: ROUTER.k_nearest(point, [THERE], 1),  # type: ignore[arg-type]
    "isochrones": cast("Ask", ROUTER.isochrones),
    "reached_edges": cast("Ask", ROUTER.reached_edges),
    "edge_seconds": cast("Ask", ROUTER.edge_seconds),
}


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("name", NO_PLACES)
def test_what_is_no_place_is_refused(question: str, name: str) -> None:
    """Not a number, off the map, of another shape or kind: never a crash, and never an answer."""
    with pytest.raises(OffNetworkError, match=r"lon|usable road"):
        ASKED[question](NO_PLACES[name])


def test_every_group_that_is_no_points_is_named() -> None:
    """Both ends of a matrix are told at once."""
    with pytest.raises(OffNetworkError, match=r"origin: points must be.*; destination: points must be"):
        ROUTER.matrix("here", np.zeros((2, 3)))


def test_swapped_coordinates_are_recognised() -> None:
    """The message says what to do."""
    with pytest.raises(OffNetworkError, match="looks swapped: give lon, lat"):
        ROUTER.route((LAT, LON), THERE)


@pytest.mark.parametrize("ends", [[], np.zeros((0, 2)), [HERE, THERE], ROUTER.snap([HERE, THERE])])
def test_a_route_has_one_origin_and_one_destination(ends: object) -> None:
    """No point, or several, cannot be what a route begins or ends with; nearest asks for one place too."""
    with pytest.raises(InvalidQueryError, match=r"origin must be one point, not .; destination must be one"):
        ROUTER.route(ends, ends)  # type: ignore[arg-type]
    if not hasattr(ends, "edge"):
        with pytest.raises(InvalidQueryError, match="point must be one point"):
            ROUTER.nearest(ends, 2)  # type: ignore[arg-type]


def test_no_points_have_empty_answers() -> None:
    """Nothing asked is nothing answered, in the right shape."""
    assert ROUTER.matrix([], [HERE]).shape == (0, 1)
    assert ROUTER.matrices([HERE], np.zeros((0, 2))).distance_m.shape == (1, 0)
    assert len(ROUTER.snap([])) == len(ROUTER.isochrones([])) == len(ROUTER.reached_edges([])) == 0
    assert ROUTER.edge_seconds([]).left_s.shape == (0, ROUTER.network.edge_count)


def test_whole_numbers_and_other_arrays_are_places() -> None:
    """Integers, 32-bit numbers and arrays that lie otherwise in memory mean what they say."""
    expected = ROUTER.matrix([HERE, THERE], [THERE])
    assert ROUTER.matrix([(5, 47), THERE], [THERE]).tolist() == expected.tolist()
    lying = np.asfortranarray([HERE, (0.0, 0.0), THERE])[::2]
    assert ROUTER.matrix(lying, [THERE]).tolist() == expected.tolist()
    between = [(LON + 0.4 * STEP, LAT)]
    single = np.array(between, dtype=np.float32)
    assert ROUTER.matrix(single, [THERE]) == pytest.approx(ROUTER.matrix(between, [THERE]), abs=0.1)


def test_many_points_at_once() -> None:
    """A hundred thousand are answered like one."""
    rows = ROUTER.matrix(np.tile([HERE, THERE], (50_000, 1)), [THERE])
    assert rows.shape == (100_000, 1)
    assert set(map(tuple, rows[:, 0].reshape(-1, 2))) == {tuple(ROUTER.matrix([HERE, THERE], [THERE])[:, 0])}


@pytest.mark.parametrize("count", [0, -1, 1.5, NAN, "2", None, True])
def test_counts_are_whole_numbers_from_one_on(count: object) -> None:
    """Nothing else tells how many are asked for."""
    with pytest.raises(InvalidQueryError, match="count must be a whole number of 1 or more"):
        ROUTER.nearest(HERE, count)  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="count must be a whole number of 1 or more"):
        ROUTER.k_nearest([HERE], [THERE], count)  # type: ignore[arg-type]


def test_more_than_there_are_is_all_there_are() -> None:
    """A count that no memory holds costs none."""
    assert len(ROUTER.nearest(HERE, 10**15, max_snap_m=INF)) == 17
    assert ROUTER.k_nearest([HERE], [THERE, HERE], 10**15).place.tolist() == [[1, 0]]


@pytest.mark.parametrize("limit", [NAN, -1.0, "5", -INF])
def test_limits_are_metres(limit: object) -> None:
    """A limit that nothing is within or beyond would let anything pass."""
    for ask in (
        lambda: ROUTER.snap(HERE, max_snap_m=limit),  # type: ignore[arg-type]
        lambda: ROUTER.nearest(HERE, 1, max_snap_m=limit),  # type: ignore[arg-type]
        lambda: Router(ROUTER.network, max_snap_m=limit, like=ROUTER),  # type: ignore[arg-type]
    ):
        with pytest.raises(InvalidQueryError, match="max_snap_m must be metres of 0 or more"):
            ask()


@pytest.mark.parametrize(
    "minutes", [None, 5, "5", [], ["5"], [None], [NAN], [0], [-1], [1e308], [10**400], [[5]]]
)
def test_minutes_are_positive_numbers(minutes: object) -> None:
    """What is no time is refused by isochrones and reached edges alike."""
    for ask in (ROUTER.isochrones, ROUTER.reached_edges):
        with pytest.raises(InvalidQueryError, match="minutes"):
            ask(HERE, minutes)  # type: ignore[arg-type]
