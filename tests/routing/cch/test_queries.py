"""Tables, sweeps and paths on random graphs, against scipy to the last digit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.routing.cch.hierarchy import Hierarchy
from equipage.routing.cch.labels import Points, table
from equipage.routing.cch.metric import LONGEST, NO_WAY, Metric
from equipage.routing.cch.paths import Paths
from equipage.routing.cch.sweeps import sweep
from tests.routing.cch.graphs import Graph, everywhere, graphs, points_at


def weights(draw: st.DrawFn, graph: Graph) -> list[int]:
    """Draw weights, 0 and many equal ones among them."""
    few, many = st.integers(0, 3), st.integers(0, 1_000_000)
    return draw(st.lists(few | many, min_size=len(graph.tail), max_size=len(graph.tail)))


@settings(max_examples=200, deadline=None)
@given(graphs(), st.data())
def test_a_table_is_scipys(graph: Graph, data: st.DataObject) -> None:
    """Between all vertices, in any order of contraction, whatever else the order is tied to."""
    weight = data.draw(st.composite(weights)(graph))
    order = np.array(data.draw(st.permutations(range(graph.count))))
    tied = [(0, graph.count - 1)] if graph.count > 1 else []
    for hierarchy in (graph.hierarchy(), graph.hierarchy(order, tied)):
        np.testing.assert_array_equal(everywhere(Metric.of(hierarchy, weight)), graph.least(weight))


@settings(max_examples=100, deadline=None)
@given(graphs(), st.data())
def test_new_weights_are_as_if_built_anew(graph: Graph, data: st.DataObject) -> None:
    """Arcs are closed and opened again: each metric on the one hierarchy is scipy's, the first one, too."""
    hierarchy = graph.hierarchy()
    weight = np.array(data.draw(st.composite(weights)(graph)), dtype=np.int64)
    shut = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(weight), max_size=len(weight))), dtype=bool
    )
    first = Metric.of(hierarchy, weight)
    closed = everywhere(Metric.of(hierarchy, np.where(shut, NO_WAY, weight)))
    left = Graph(graph.count, graph.tail[~shut], graph.head[~shut])
    np.testing.assert_array_equal(closed, left.least(weight[~shut]))
    np.testing.assert_array_equal(everywhere(first), graph.least(weight))


@settings(max_examples=100, deadline=None)
@given(graphs(), st.data())
def test_a_sweep_is_a_row_of_the_table(graph: Graph, data: st.DataObject) -> None:
    """From and to all vertices at once."""
    metric = Metric.of(graph.hierarchy(), data.draw(st.composite(weights)(graph)))
    hierarchy, expected = metric.hierarchy, everywhere(metric)
    points = points_at(hierarchy, np.arange(graph.count))
    for back, wanted in ((False, expected), (True, expected.T)):
        found = sweep(metric, points, back=back)
        np.testing.assert_array_equal(np.where(found > LONGEST, np.inf, found), wanted)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_a_path_leads_over_arcs_that_sum_to_its_weight(graph: Graph, data: st.DataObject) -> None:
    """It starts and ends where it should, and weighs what the table says; none where there is none."""
    weight = data.draw(st.composite(weights)(graph))
    metric = Metric.of(graph.hierarchy(), weight)
    hierarchy, expected = metric.hierarchy, everywhere(metric)
    lightest: dict[tuple[int, int], int] = {}
    for a, b, w in zip(graph.tail.tolist(), graph.head.tolist(), weight, strict=True):
        lightest[a, b] = min(w, lightest.get((a, b), w))
    paths = Paths(metric)
    for start in range(graph.count):
        for end in range(graph.count):
            found, vertices = paths.fastest(points_at(hierarchy, [start]), points_at(hierarchy, [end]))
            if np.isinf(expected[start, end]):
                assert (found, len(vertices)) == (NO_WAY, 0)
                continue
            path = vertices.tolist()
            assert (path[0], path[-1]) == (start, end)
            assert sum(lightest[step] for step in pairwise(path)) == found == expected[start, end]


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_a_path_from_the_best_of_several_points(graph: Graph, data: st.DataObject) -> None:
    """Each is near two vertices, one of them perhaps passed before: the least weight that the table has."""
    hierarchy = graph.hierarchy(tied=[(0, graph.count - 1)])
    metric = Metric.of(hierarchy, data.draw(st.composite(weights)(graph)))
    ranks = np.sort(hierarchy.rank[[0, graph.count - 1]])
    near = st.lists(st.integers(-5, 5), min_size=2, max_size=2)
    starts, end = data.draw(st.lists(near, min_size=1, max_size=3)), data.draw(near)
    origins, destination = (
        Points(
            np.arange(0, 2 * len(some) + 1, 2), np.tile(ranks, len(some)), np.array(some, np.int32).ravel()
        )
        for some in (starts, [end])
    )
    least = int(table(metric, origins, destination).min())
    weight, vertices = Paths(metric).fastest(origins, destination)
    assert weight == least
    assert {vertices[0], vertices[-1]} <= {0, graph.count - 1}


def test_a_point_may_be_near_two_vertices() -> None:
    """On a ring, with what it takes to each of two vertices: below 0 to one that was passed before."""
    ring = Graph(6, np.arange(6), np.roll(np.arange(6), -1))
    hierarchy = ring.hierarchy(tied=[(0, 3)])
    metric = Metric.of(hierarchy, [10] * 6)
    ends = sorted([(hierarchy.rank[0], -4), (hierarchy.rank[3], 1)])
    both = Points(
        np.array([0, 2]), np.array([r for r, _ in ends], np.int32), np.array([w for _, w in ends], np.int32)
    )
    found = table(metric, both, points_at(hierarchy, [2, 4]))
    assert found.tolist() == [[2 * 10 - 4, 10 + 1]]


def test_too_heavy_is_no_way() -> None:
    """Two arcs of just over half the longest weight cannot follow each other, one alone can be taken."""
    metric = Metric.of(Graph(3, np.array([0, 1]), np.array([1, 2])).hierarchy(), [LONGEST // 2 + 1] * 2)
    assert everywhere(metric)[0].tolist() == [0.0, LONGEST // 2 + 1, np.inf]


def test_weights_below_zero_and_too_few_are_refused() -> None:
    """The message says how many are wanted, and what was given."""
    hierarchy = Graph(2, np.array([0, 1]), np.array([1, 0])).hierarchy()
    with pytest.raises(ValueError, match=r"must be 2 integers of 0 or more, not 1"):
        Metric.of(hierarchy, [1])
    with pytest.raises(ValueError, match=r"the least is -1"):
        Metric.of(hierarchy, [1, -1])


def test_threads_share_a_metric() -> None:
    """Eight threads at once get the answers that one gets."""
    rng = np.random.default_rng(5)
    tail, head = rng.integers(0, 2000, (2, 5000))
    hierarchy: Hierarchy = Graph(2000, tail, head).hierarchy()
    metric = Metric.of(hierarchy, rng.integers(1, 1000, 5000))
    groups = [points_at(hierarchy, rng.integers(0, 2000, 200)) for _ in range(16)]

    def ask(points: Points) -> list[list[int]]:
        found: list[list[int]] = table(metric, points, points).tolist()
        return found

    alone = [ask(points) for points in groups]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, groups)) == alone
