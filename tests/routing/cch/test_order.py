"""Orders of contraction: of METIS, and of our own nested dissection where that is not installed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from equipage.data.city import load_city
from equipage.routing.assembly import order_of_states
from equipage.routing.cch import order
from equipage.routing.cch.metric import Metric
from equipage.routing.search import hierarchy_of
from equipage.routing.turns import Turns
from tests.routing.cch.graphs import Graph, everywhere, graphs


@pytest.fixture(params=["metis", "own"])
def method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Order by METIS, and as where it is missing."""
    if request.param == "own":
        monkeypatch.setattr(order, "pymetis", None)
    return str(request.param)


def test_every_vertex_has_one_place(method: str) -> None:
    """On a grid, in two parts, with vertices without arcs: once each, the same again, and groups together."""
    side = 20
    cell = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    head = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    apart = (tail // side < 10) == (head // side < 10)
    groups = np.arange(side * side + 6) // 2
    found = order.dissection_order(groups, tail[apart], head[apart])
    assert sorted(found) == list(range(side * side + 6))
    np.testing.assert_array_equal(found, order.dissection_order(groups, tail[apart], head[apart]))
    assert (groups[found][::2] == groups[found][1::2]).all()


def test_no_vertices_have_an_order(method: str) -> None:
    """An empty graph has an empty order."""
    assert len(order.dissection_order([], [], [])) == 0


def test_our_own_order_is_nearly_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the sample city it makes at most twice the triangles that METIS' order makes: each costs time."""
    network = load_city("la-serena-coquimbo").network
    best = len(hierarchy_of(network).triangles)
    monkeypatch.setattr(order, "pymetis", None)
    turns = Turns(edge_from=network.turn_from, edge_to=network.turn_to, duration_s=network.turn_duration_s)
    own = order_of_states(network.edge_reverse, turns, network.copy_of)
    assert best < len(hierarchy_of(replace(network, state_order=own)).triangles) < 2 * best


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_tables_need_no_metis(graph: Graph) -> None:
    """In our own order, with weights by arc, all tables are scipy's."""
    weight = 1 + np.arange(len(graph.tail))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "pymetis", None)
        metric = Metric.of(graph.hierarchy(), weight)
    np.testing.assert_array_equal(everywhere(metric), graph.least(weight))
