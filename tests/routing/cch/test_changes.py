"""Metrics made from other metrics: the same as made anew, to the last digit, and the old ones stay valid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.data.city import load_city
from equipage.routing.cch import changes
from equipage.routing.cch.changes import changed
from equipage.routing.cch.labels import table
from equipage.routing.cch.lengths import joined, parted
from equipage.routing.cch.metric import LONGEST, NO_WAY, Metric
from equipage.routing.search import hierarchy_of
from tests.routing.cch.graphs import Graph, everywhere, graphs, points_at

NO_TRIP = int(joined(NO_WAY, 0))


def grid(side: int) -> Graph:
    """Return a square of streets, both directions of each."""
    cell = np.arange(side * side).reshape(side, side)
    one = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    other = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    return Graph(side * side, np.concatenate([one, other]), np.concatenate([other, one]))


@settings(max_examples=200, deadline=None)
@given(graphs(), st.data())
def test_a_chain_of_changes_is_scipys(graph: Graph, data: st.DataObject) -> None:
    """Arcs get lighter, heavier, closed and open again, a few at a time: each metric is as if made anew."""
    weight = st.integers(0, 3) | st.integers(0, 1_000_000) | st.just(NO_WAY)
    size = len(graph.tail)
    weights = np.array(data.draw(st.lists(weight, min_size=size, max_size=size)), dtype=np.int64)
    metric = Metric.of(graph.hierarchy(), weights)
    for _ in range(3):
        few = st.dictionaries(st.integers(0, max(size - 1, 0)), weight, max_size=min(size, 4))
        for arc, other in data.draw(few).items():
            weights[arc] = other
        metric = changed(metric, weights)
        np.testing.assert_array_equal(metric.weight, Metric.of(metric.hierarchy, weights).weight)
        usable = weights < NO_WAY
        left = Graph(graph.count, graph.tail[usable], graph.head[usable])
        np.testing.assert_array_equal(everywhere(metric), left.least(weights[usable]))


@pytest.mark.parametrize("cycle", range(10))
def test_closing_and_reopening_leads_back(cycle: int) -> None:
    """On a grid of 900 crossings, with many ways equally light: all weights are those of the beginning."""
    graph, random = grid(30), np.random.default_rng(cycle)
    hierarchy, weights = graph.hierarchy(), random.integers(1, 4, len(graph.tail))
    first = Metric.of(hierarchy, weights)
    metric, closed = first, weights.copy()
    for arc in random.choice(len(weights), 8, replace=False):
        closed[arc] = NO_WAY
        metric = changed(metric, closed)
    np.testing.assert_array_equal(metric.weight, Metric.of(hierarchy, closed).weight)
    np.testing.assert_array_equal(changed(metric, weights).weight, first.weight)


def test_few_changes_are_not_made_by_all_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a city a closed road is worked in without a whole customization, and many roads are not."""
    network = load_city("la-serena-coquimbo").network
    hierarchy, random = hierarchy_of(network), np.random.default_rng(3)
    weights = random.integers(1, 100_000, network.turn_count)
    metric = Metric.of(hierarchy, weights)
    few, many = weights.copy(), random.permutation(weights)
    few[random.choice(len(weights), 10, replace=False)] = NO_WAY
    np.testing.assert_array_equal(changed(metric, few).weight, Metric.of(hierarchy, few).weight)
    mended: list[object] = []
    monkeypatch.setattr(changes, "_mend", lambda *given: mended.append(given))
    changed(metric, many)
    assert len(mended) == 0
    changed(metric, few)
    assert len(mended) == 1


def test_no_change_makes_nothing_new() -> None:
    """The same weights, also those of an arc beside a lighter one, give the metric itself."""
    graph = Graph(2, np.array([0, 0]), np.array([1, 1]))
    metric = Metric.of(graph.hierarchy(), [3, 5])
    assert changed(metric, [3, 4]) is metric
    assert everywhere(changed(metric, [NO_WAY, 4]))[0, 1] == 4


def test_lengths_follow_changes() -> None:
    """Weights joined with lengths are changed alike: of equally light ways the shorter one counts."""
    graph = Graph(4, np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]))
    weight, length = np.array([5, 5, 5, 5]), np.array([30, 30, 20, 20])
    metric = Metric.of(graph.hierarchy(), joined(weight, length), no_way=NO_TRIP)
    shut = np.where(np.arange(4) == 3, NO_TRIP, joined(weight, length))
    ways = [metric, changed(metric, shut), changed(changed(metric, shut), joined(weight, length))]
    assert [_trip(way) for way in ways] == [(10, 40), (10, 60), (10, 40)]


def _trip(metric: Metric) -> tuple[int, int]:
    points = points_at(metric.hierarchy, [0, 3])
    weight, length = parted(np.asarray(table(metric, points, points), dtype=np.int64))
    assert weight[1, 0] > LONGEST
    return int(weight[0, 1]), int(length[0, 1])


def test_old_metrics_answer_while_new_ones_are_made() -> None:
    """Four threads ask the first metric for all ways while others close roads: nothing of it changes."""
    graph, random = grid(12), np.random.default_rng(1)
    weights = random.integers(1, 50, len(graph.tail))
    metric = Metric.of(graph.hierarchy(), weights)
    expected = everywhere(metric)

    def close(arc: int) -> Metric:
        return changed(metric, np.where(np.arange(len(weights)) == arc, NO_WAY, weights))

    with ThreadPoolExecutor(8) as threads:
        made = [threads.submit(close, arc) for arc in range(40)]
        asked = [threads.submit(everywhere, metric) for _ in range(40)]
    assert all(np.array_equal(answer.result(), expected) for answer in asked)
    assert all((one.result().weight >= metric.weight).all() for one in made)
