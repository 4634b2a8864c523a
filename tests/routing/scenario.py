"""Small drawn maps: letters are nodes on a grid of 0.001° (111 m), words of letters are ways.

  n
w x e      `draw(CROSSING, ways={"wx": {}, "xe": {}, "nx": {}})`
  s
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from equipage.routing.build import build_network
from equipage.routing.network import RoadNetwork
from equipage.routing.osm import OsmData, OsmMember, OsmRelation, OsmWay, Tags
from equipage.routing.profile import VAN, VehicleProfile

SPACING_DEG = 0.001
CROSSING = """
    . n .
    w x e
    . s .
"""
ARMS: Mapping[str, Tags] = {"wx": {}, "xe": {}, "nx": {}, "xs": {}}


def way_id(letters: str) -> int:
    """Return the id of the way that runs over these nodes."""
    return int.from_bytes(letters.encode())


def draw(
    text: str,
    *,
    ways: Mapping[str, Tags],
    nodes: Mapping[str, Tags] | None = None,
    restrictions: Sequence[OsmRelation] = (),
    lost: str = "",
) -> OsmData:
    """Return the map that is drawn; ways are residential unless they say, `lost` nodes are not located."""
    rows = [line.split() for line in text.strip().splitlines()]
    places = {
        letter: (column * SPACING_DEG, -row * SPACING_DEG)
        for row, line in enumerate(rows)
        for column, letter in enumerate(line)
        if letter not in {".", *lost}
    }
    letters = sorted(places)
    return OsmData(
        node_id=np.array([ord(letter) for letter in letters], dtype=np.int64),
        node_lon=np.array([places[letter][0] for letter in letters], dtype=np.float64),
        node_lat=np.array([places[letter][1] for letter in letters], dtype=np.float64),
        node_tags={ord(letter): tags for letter, tags in (nodes or {}).items()},
        ways=[
            OsmWay(way_id(word), tuple(ord(letter) for letter in word), {"highway": "residential", **tags})
            for word, tags in ways.items()
        ],
        restrictions=restrictions,
        source="a drawn map",
    )


def restriction(
    kind: str | None,
    from_way: str,
    via: str,
    to_way: str,
    *,
    tags: Tags | None = None,
    kind_key: str = "restriction",
) -> OsmRelation:
    """Return a turn restriction; several members are separated by spaces, none is an empty text.

    Of `via`, single letters are nodes and words are ways.
    """
    members = (
        *(OsmMember("way", way_id(word), "from") for word in from_way.split()),
        *(
            OsmMember("way", way_id(word), "via") if len(word) > 1 else OsmMember("node", ord(word), "via")
            for word in via.split()
        ),
        *(OsmMember("way", way_id(word), "to") for word in to_way.split()),
    )
    kinds = {} if kind is None else {kind_key: kind}
    return OsmRelation(1, members, {"type": "restriction", **kinds, **(tags or {})})


def build(osm: OsmData, profile: VehicleProfile = VAN) -> RoadNetwork:
    """Return the network of a drawn map."""
    return build_network(osm, profile)


def edge_words(network: RoadNetwork) -> list[str]:
    """Return for each edge the letters of its tail and its head."""
    letter = [chr(node) for node in network.node_id]
    return [letter[t] + letter[h] for t, h in zip(network.edge_tail, network.edge_head, strict=True)]


def edges(network: RoadNetwork) -> dict[str, int]:
    """Return the number of each edge by the letters of its tail and its head."""
    return {word: edge for edge, word in enumerate(edge_words(network))}


def may_drive(network: RoadNetwork, letters: str) -> bool:
    """Tell whether one may drive over these nodes, starting on the first edge."""
    edge, words = edges(network), [letters[i : i + 2] for i in range(len(letters) - 1)]
    turns = list(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    states = {edge[words[0]]}
    for word in words[1:]:
        entered = {after for before, after in turns if before in states}
        states = {state for state in entered if network.state_edge[state] == edge[word]}
    return bool(states)


def moves(network: RoadNetwork) -> set[str]:
    """Return the allowed turns as the letters passed: `wxn` comes from w over x and goes to n."""
    edge = edge_words(network)
    words = [edge[e] for e in network.state_edge]
    return {words[a] + words[b][1] for a, b in zip(network.turn_from, network.turn_to, strict=True)}
