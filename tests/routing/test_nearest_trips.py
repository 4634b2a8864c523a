"""The nearest of many, against a sorted matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipage.routing.conditions import Closure, Conditions
from equipage.routing.errors import InvalidQueryError, OffNetworkError
from equipage.routing.nearest_trips import End
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP, chain, networks, points


def road(edges: int = 4) -> RoadNetwork:
    """Return a straight road of two-way edges, each 60 s long."""
    return chain([(LON + STEP * i, LAT) for i in range(edges + 1)], edge_duration_s=[60.0] * 2 * edges)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), points(4), points(5), st.integers(1, 6), st.sampled_from(["origin", "destination"]))
def test_they_are_the_first_of_a_sorted_matrix(
    network: RoadNetwork,
    origins: list[tuple[float, float]],
    destinations: list[tuple[float, float]],
    count: int,
    each: End,
) -> None:
    """For origins and for destinations, sorted by seconds and then by place, unreachable ones left out."""
    router = Router(network, max_snap_m=5000.0)
    seconds = router.matrix(origins, destinations)
    rows = seconds if each == "origin" else seconds.T
    nearest = router.k_nearest(origins, destinations, count, each=each)
    for row, found, found_s in zip(rows, nearest.place, nearest.duration_s, strict=True):
        reachable = [place for place in np.argsort(row, kind="stable").tolist() if np.isfinite(row[place])]
        expected = reachable[:count]
        padding = min(count, len(row)) - len(expected)
        assert found.tolist() == expected + [-1] * padding
        assert found_s.tolist() == row[expected].tolist() + [np.inf] * padding
    assert nearest.without.tolist() == np.flatnonzero(~np.isfinite(rows).any(axis=1)).tolist()


def test_of_equally_fast_trips_the_first_given_comes_first() -> None:
    """Four crews at the same two places: the two at the nearer one, in their order."""
    near, far = (LON + STEP, LAT), (LON + 4 * STEP, LAT)
    nearest = Router(road()).k_nearest([far, near, near, near], [(LON, LAT)], 2, each="destination")
    assert nearest.place.tolist() == [[1, 2]]
    np.testing.assert_allclose(nearest.duration_s, [[60.0, 60.0]], atol=1e-3)


def test_what_cannot_be_reached_is_named() -> None:
    """Beyond a closed road the one report has no crew, the other has one of two."""
    closed = Router(road()).with_conditions(Conditions(closures=(Closure(edges=(2, 6)),)))
    crews = [(LON, LAT), (LON + 4 * STEP, LAT)]
    reports = [(LON + 0.5 * STEP, LAT), (LON + 2.5 * STEP, LAT)]
    nearest = closed.k_nearest(crews, reports, 2, each="destination")
    assert nearest.place.tolist() == [[0, -1], [-1, -1]]
    assert nearest.without.tolist() == [1]


def test_a_table_names_both_ends() -> None:
    """One row for each trip, whichever end it was asked for."""
    router = Router(road())
    crews = [(LON, LAT), (LON + 4 * STEP, LAT)]
    reports = [(LON + STEP, LAT), (LON + 2.5 * STEP, LAT), (LON + 3.5 * STEP, LAT)]
    of_crews = router.k_nearest(crews, reports, 2).to_frame()
    assert of_crews.columns.tolist() == ["origin", "destination", "rank", "duration_s"]
    assert of_crews.iloc[:, :3].to_numpy().tolist() == [[0, 0, 1], [0, 1, 2], [1, 2, 1], [1, 1, 2]]
    of_reports = router.k_nearest(crews, reports, 1, each="destination").to_frame()
    assert of_reports.iloc[:, :3].to_numpy().tolist() == [[0, 0, 1], [1, 1, 1], [1, 2, 1]]


def test_nothing_to_choose_from_is_no_fault() -> None:
    """Without destinations there are no trips, and every origin is without."""
    nearest = Router(road()).k_nearest([(LON, LAT)], [], 3)
    assert nearest.place.shape == (1, 0)
    assert nearest.without.tolist() == [0]
    assert len(nearest.to_frame()) == 0


def test_questions_without_sense_are_refused() -> None:
    """No trips at all and an unknown end are told together; so are points off the map."""
    router = Router(road())
    with pytest.raises(
        InvalidQueryError, match=r"count must be a whole number of 1 or more, not 0; each must be .*'crew'"
    ):
        router.k_nearest([(LON, LAT)], [(LON, LAT)], 0, each="crew")  # type: ignore[arg-type]
    with pytest.raises(OffNetworkError, match="destination"):
        router.k_nearest([(LON, LAT)], [(LON + 1, LAT)], 1)
