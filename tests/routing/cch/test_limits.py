"""Weights at their limits: sums stay within their bits, and what is too heavy is no way, however far on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from equipage.routing.cch.changes import changed
from equipage.routing.cch.labels import Points, table
from equipage.routing.cch.lengths import joined, parted
from equipage.routing.cch.metric import LONGEST, NO_WAY, Metric
from equipage.routing.cch.paths import Paths
from equipage.routing.cch.sweeps import sweep
from tests.routing.cch.graphs import Graph, everywhere, points_at

NO_TRIP = int(joined(NO_WAY, 0))


def ring(size: int) -> Graph:
    """Return a ring with both directions of each road."""
    here, there = np.arange(size), np.roll(np.arange(size), -1)
    return Graph(size, np.concatenate([here, there]), np.concatenate([there, here]))


def reachable(found: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return weights with inf where there is no way."""
    return np.where(found > LONGEST, np.inf, found)


@pytest.mark.parametrize("weight", [LONGEST, LONGEST + 1, NO_WAY - 1, NO_WAY, NO_WAY + 1, 2**31, 2**62])
def test_no_sum_overflows(weight: int) -> None:
    """On a ring of the heaviest arcs one alone is a way up to `LONGEST`; two, three and thirty never are."""
    graph = ring(60)
    metric = Metric.of(graph.hierarchy(), np.full(120, weight, dtype=np.int64))
    points = points_at(metric.hierarchy, np.arange(60))
    apart = np.abs(np.arange(60)[:, None] - np.arange(60))
    beside = np.minimum(apart, 60 - apart)
    expected = np.where(beside == 0, 0.0, np.inf)
    if weight <= LONGEST:
        expected[beside == 1] = weight
    np.testing.assert_array_equal(everywhere(metric), expected)
    np.testing.assert_array_equal(reachable(sweep(metric, points, back=False)), expected)
    one = points_at(metric.hierarchy, [7])
    np.testing.assert_array_equal(reachable(sweep(metric, one, back=True))[0], expected[:, 7])
    assert Paths(metric).fastest(one, points_at(metric.hierarchy, [20]))[0] == NO_WAY
    assert metric.weight.min() >= 0
    assert metric.weight.max() <= NO_WAY


def test_no_sum_overflows_with_lengths() -> None:
    """The same of weights joined with the greatest lengths: the halves do not run into each other."""
    graph = ring(60)
    length = 2**32 // 60 - 1
    ways = joined(np.full(120, LONGEST // 30), np.full(120, length))
    metric = Metric.of(graph.hierarchy(), ways, no_way=NO_TRIP)
    points = points_at(metric.hierarchy, np.arange(60))
    weight, far = parted(np.asarray(table(metric, points, points), dtype=np.int64))
    apart = np.abs(np.arange(60)[:, None] - np.arange(60))
    beside = np.minimum(apart, 60 - apart)
    np.testing.assert_array_equal(weight, beside * (LONGEST // 30))
    np.testing.assert_array_equal(far, beside * length)
    shut = changed(metric, np.full(120, NO_TRIP))
    weight, _ = parted(np.asarray(table(shut, points, points), dtype=np.int64))
    assert (weight[beside > 0] > LONGEST).all()


def test_points_far_from_all_vertices_reach_nothing() -> None:
    """A point that is as far as no way from its vertices, on either side, has no way to anything."""
    metric = Metric.of(ring(6).hierarchy(), np.full(12, NO_WAY - 1))
    lost = Points(np.array([0, 1]), metric.hierarchy.rank[[2]], np.array([NO_WAY], dtype=np.int32))
    assert (table(metric, lost, lost) > LONGEST).all()
    assert (sweep(metric, lost, back=False) > LONGEST).all()
    assert Paths(metric).fastest(lost, lost)[0] == NO_WAY


def test_weights_of_zero_lead_everywhere() -> None:
    """All arcs without weight, several between two and some from a vertex to itself: all ways weigh 0."""
    graph = Graph(5, np.array([0, 0, 1, 2, 2, 3, 3, 4]), np.array([1, 1, 2, 2, 3, 4, 3, 0]))
    metric = Metric.of(graph.hierarchy(), np.zeros(8, dtype=np.int64))
    assert (everywhere(metric) == 0).all()
    weight, vertices = Paths(metric).fastest(
        points_at(metric.hierarchy, [0]), points_at(metric.hierarchy, [4])
    )
    assert (weight, vertices.tolist()) == (0, [0, 1, 2, 3, 4])


def test_an_arc_to_itself_is_on_no_way() -> None:
    """It neither closes nor shortens anything, whatever it weighs; alone it leads nowhere."""
    graph = Graph(3, np.array([0, 1, 1, 2]), np.array([1, 1, 2, 2]))
    for loop in (0, 1, NO_WAY):
        metric = Metric.of(graph.hierarchy(), [4, loop, 5, loop])
        assert everywhere(metric).tolist() == [[0, 4, 9], [np.inf, 0, 5], [np.inf, np.inf, 0]]


def test_of_arcs_side_by_side_the_lightest_counts() -> None:
    """Also where it is closed, and opened again: then the next one does."""
    metric = Metric.of(Graph(2, np.zeros(3, np.int64), np.ones(3, np.int64)).hierarchy(), [7, 3, 5])
    closed = changed(metric, [7, NO_WAY, 5])
    again = changed(closed, [7, 3, 5])
    assert [everywhere(one)[0, 1] for one in (metric, closed, again)] == [3, 5, 3]


def test_parts_without_a_way_between_stay_apart() -> None:
    """Two rings and a lonely vertex: within a ring there are ways, between them none, by any question."""
    one, other = ring(4), ring(3)
    graph = Graph(8, np.concatenate([one.tail, other.tail + 4]), np.concatenate([one.head, other.head + 4]))
    metric = Metric.of(graph.hierarchy(), np.ones(14, dtype=np.int64))
    part = np.array([0, 0, 0, 0, 1, 1, 1, 2])
    together = part[:, None] == part
    points = points_at(metric.hierarchy, np.arange(8))
    np.testing.assert_array_equal(np.isfinite(everywhere(metric)), together)
    np.testing.assert_array_equal(np.isfinite(reachable(sweep(metric, points, back=True))), together)
    assert (
        Paths(metric).fastest(points_at(metric.hierarchy, [0]), points_at(metric.hierarchy, [7]))[0] == NO_WAY
    )
