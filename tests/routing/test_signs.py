"""What signs along a way say, and that a network keeps it for each direction."""

from __future__ import annotations

import pytest

from equipage.routing.network import RoadNetwork
from equipage.routing.osm import Tags
from equipage.routing.signs import signs_of
from tests.routing.scenario import build, draw, edges


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, ("", "", "")),
        ({"ref": "D 905;N 274"}, ("D 905, N 274", "", "")),
        ({"oneway": "yes", "destination": "Paris; Lyon"}, ("", "Paris, Lyon", "")),
        ({"oneway": "-1", "destination": "Paris"}, ("", "", "Paris")),
        ({"highway": "motorway", "destination:ref": "A 38"}, ("", "A 38", "")),
        ({"oneway": "yes", "destination": "Paris", "destination:ref": "A 38"}, ("", "A 38: Paris", "")),
        ({"oneway": "yes", "destination:street": "Quai Navier"}, ("", "Quai Navier", "")),
        ({"destination": "Paris"}, ("", "", "")),
        ({"destination:forward": "Paris", "destination:backward": "Lyon"}, ("", "Paris", "Lyon")),
    ],
)
def test_signs_are_read_for_each_direction(tags: Tags, expected: tuple[str, str, str]) -> None:
    """Number and destinations; a destination of a two-way street counts only where its direction is told."""
    assert signs_of(tags) == expected


def test_a_network_keeps_signs_and_roundabouts() -> None:
    """Each edge has those of its direction, and a ring is known as one."""
    signs: Tags = {"ref": "D 905", "destination:forward": "Paris", "destination:backward": "Lyon"}
    ring: Tags = {"junction": "roundabout"}
    network = build(draw("a b c\n. d .", ways={"ab": signs, "bcdb": ring}))
    edge = edges(network)
    assert [network.signs[network.edge_ref[edge[word]]] for word in ("ab", "ba")] == ["D 905", "D 905"]
    assert [network.signs[network.edge_destination[edge[word]]] for word in ("ab", "ba")] == ["Paris", "Lyon"]
    assert [word for word in edge if network.edge_roundabout[edge[word]]] == [
        word for word in edge if word not in {"ab", "ba"}
    ]


def test_a_graph_of_osmnx_keeps_its_roundabouts() -> None:
    """What was one is one again after the way there and back."""
    network = build(draw("a b c\n. d .", ways={"ab": {}, "bcdb": {"junction": "roundabout"}}))
    again = RoadNetwork.from_osmnx(network.to_osmnx())
    assert network.edge_roundabout.any()
    assert sorted(again.edge_roundabout.tolist()) == sorted(network.edge_roundabout.tolist())
