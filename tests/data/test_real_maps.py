"""Whole cities: what is made of them, and what became of every turn restriction.

The counts are those of the files in the shared data folder; a change of the rules that moves them should be
meant.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from equipage.data.osm import read_osm
from equipage.routing.build import build_network
from equipage.routing.network import RoadNetwork
from equipage.routing.node_rules import TURNING
from equipage.routing.osm import OsmData
from equipage.routing.profile import EMERGENCY


class City(NamedTuple):
    """What is expected of one file; nodes, edges and kilometres within five per cent."""

    file: str
    nodes: int
    edges: int
    kilometres: float
    core: float
    used: int
    refused: dict[str, int]
    obliged: int


class Built(NamedTuple):
    """A city's expectations, map and network."""

    expected: City
    osm: OsmData
    network: RoadNetwork


CITIES = {
    "monaco": City("monaco/monaco.osm.pbf", 2_291, 4_367, 598, 0.92, 27, {}, 23),
    "dijon": City("dijon/dijon_drive_2025-11-03.osm.pbf", 5_285, 11_061, 1_028, 0.97, 0, {}, 0),
    "baltimore": City("baltimore/baltimore.osm.pbf", 5_516, 13_776, 1_063, 0.95, 3, {}, 0),
    "porto": City(
        "porto/porto_portugal.osm.pbf",
        63_367,
        147_385,
        16_720,
        0.98,
        337,
        {
            "from_missing": 8,
            "member_closed": 5,
            "to_missing": 5,
            "member_not_at_via": 1,
            "via_missing": 1,
        },
        68,
    ),
}


@pytest.fixture(scope="module", params=list(CITIES))
def city(request: pytest.FixtureRequest, shared_data: Path) -> Built:
    """One city after the other, read and built once."""
    expected = CITIES[request.param]
    osm = read_osm(shared_data / expected.file)
    return Built(expected, osm, build_network(osm))


def test_every_restriction_of_a_city_is_accounted_for(city: Built) -> None:
    """Porto's 357 and Monaco's 27: used, or refused for a named reason."""
    expected, _, network = city
    assert network.restrictions.used == expected.used
    assert network.restrictions.refused == expected.refused
    assert network.restrictions.total == expected.used + sum(expected.refused.values())


def test_no_restricted_turn_can_be_driven(city: Built) -> None:
    """The plain relations, read anew: no banned turn is left, and from an obliged road no other turn."""
    expected, osm, network = city
    way, node = network.edge_way_id, network.node_id[network.edge_head]
    before, after = network.state_edge[network.turn_from], network.state_edge[network.turn_to]
    onward = network.edge_reverse[before] != after
    usable = set(way.tolist())
    left = defaultdict(set)
    for a, b in zip(before[onward].tolist(), after[onward].tolist(), strict=True):
        left[int(way[a]), int(node[a])].add(int(way[b]))
    allowed = defaultdict(set)
    for relation in osm.restrictions:
        member = {member.role: member for member in relation.members}
        plain = set(member) == {"from", "via", "to"} and len(relation.members) == 3
        if not plain or member["via"].kind != "node":
            continue
        kind, place = relation.tags["restriction"], (member["from"].ref, member["via"].ref)
        if kind.startswith("no_") and member["from"].ref != member["to"].ref:
            assert member["to"].ref not in left[place]
        elif kind.startswith("only_"):
            allowed[place].add(member["to"].ref)
    obliged = {place: left[place] for place, ways in allowed.items() if ways & usable}
    assert len(obliged) == expected.obliged
    assert all(onto <= allowed[place] for place, onto in obliged.items())


def test_a_city_has_its_size(city: Built) -> None:
    """Nodes, edges and length of the driven network, and on nearly all of it trips start and end."""
    expected, _, network = city
    assert network.node_count == pytest.approx(expected.nodes, rel=0.05)
    assert network.edge_count == pytest.approx(expected.edges, rel=0.05)
    assert network.edge_length_m.sum() / 1000.0 == pytest.approx(expected.kilometres, rel=0.05)
    assert network.edge_in_core.mean() > expected.core
    assert network.turn_count > network.edge_count


def test_a_citys_numbers_are_sound(city: Built) -> None:
    """Positive durations, street speeds, turns that meet and are sorted, reverses that agree."""
    network = city.network
    assert (network.edge_duration_s > 0).all()
    assert ((network.edge_speed_kph >= 0) & (network.edge_speed_kph <= 112.0 + 1e-9)).all()
    before, after = network.state_edge[network.turn_from], network.state_edge[network.turn_to]
    assert (network.edge_head[before] == network.edge_tail[after]).all()
    assert (before != after).all()
    assert (network.edge_tail != network.edge_head).all()
    assert (np.diff(network.turn_from) >= 0).all()
    assert ((network.turn_duration_s >= 0) & np.isfinite(network.turn_duration_s)).all()
    paired = np.flatnonzero(network.edge_reverse >= 0)
    other = network.edge_reverse[paired]
    assert (network.edge_reverse[other] == paired).all()
    assert (network.edge_tail[other] == network.edge_head[paired]).all()
    assert network.edge_length_m[other] == pytest.approx(network.edge_length_m[paired])


def test_a_citys_shapes_join_its_nodes(city: Built) -> None:
    """Every edge is drawn from exactly its tail to exactly its head."""
    network = city.network
    first, last = network.shape_start[:-1], network.shape_start[1:] - 1
    assert (network.shape_lonlat[first] == network.node_lonlat[network.edge_tail]).all()
    assert (network.shape_lonlat[last] == network.node_lonlat[network.edge_head]).all()
    assert (last - first >= 1).all()


def test_turning_back_is_the_only_way_on_where_it_is_allowed(city: Built) -> None:
    """Where no road is local and no turning circle, one may follow an edge by its reverse or by others."""
    network = build_network(city.osm, EMERGENCY)
    edge = network.state_edge
    ways_on = np.bincount(network.turn_from, minlength=len(edge))
    back = network.edge_reverse[edge[network.turn_from]] == edge[network.turn_to]
    made_for_it = [node for node, tags in city.osm.node_tags.items() if tags.get("highway") in TURNING]
    at = network.node_id[network.edge_head[edge[network.turn_from]]]
    back &= ~np.isin(at, np.array(made_for_it, dtype=np.int64))
    assert back.any()
    assert (ways_on[network.turn_from[back]] == 1).all()


def test_the_same_city_as_pbf_and_as_overpass_json(shared_data: Path) -> None:
    """Two decoders, one network: the same ways from the same day give the same id."""
    pbf, json = (
        build_network(read_osm(shared_data / "dijon" / name))
        for name in ("dijon_drive_2025-11-03.osm.pbf", "dijon_drive_overpass_2025-11-03.json")
    )
    assert pbf == json
    assert pbf.edge_count > 10_000
