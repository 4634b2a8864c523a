"""From ways to edges: where ways are cut, what edges carry, what is left out."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.geo.earth import EARTH_RADIUS_M, polyline_length_m
from equipage.routing.build import build_network
from equipage.routing.errors import EmptyNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.osm import OsmData, Tags
from tests.routing.scenario import (
    ARMS,
    CROSSING,
    SPACING_DEG,
    build,
    draw,
    edge_words,
    edges,
    moves,
    restriction,
    way_id,
)

STEP_M = np.radians(SPACING_DEG) * EARTH_RADIUS_M
"""Metres between neighbours of a drawn map, near the equator."""


def test_ways_are_cut_where_others_join() -> None:
    """A way through a crossing is two roads, a node that only one way uses is none."""
    network = build(draw("a b c d\n. . e .", ways={"abcd": {}, "ce": {}}))
    assert sorted(edge_words(network)) == ["ac", "ca", "cd", "ce", "dc", "ec"]
    assert [chr(node) for node in network.node_id] == ["a", "c", "d", "e"]


def test_ways_are_not_cut_where_only_closed_ways_join() -> None:
    """A footway that crosses a road makes no junction."""
    network = build(draw(CROSSING, ways={"wxe": {}, "nxs": {"highway": "footway"}}))
    assert sorted(edge_words(network)) == ["ew", "we"]


def test_ways_are_cut_where_they_pass_themselves() -> None:
    """A way that comes by one of its own nodes again has a junction there."""
    network = build(draw("a b c\n. e d", ways={"abcdeb": {}}))
    assert {"ab", "ba"} <= set(edge_words(network))
    assert {"abc", "abe"} == {move for move in _at_letters(network) if move.startswith("ab")}


def _at_letters(network: RoadNetwork) -> set[str]:
    """Return turns as the letters of the first edge and the first point after the turn."""
    letter = {
        tuple(place): chr(node) for place, node in zip(network.node_lonlat, network.node_id, strict=True)
    }
    grid = {(1, 0): "b", (2, 0): "c", (1, -1): "e"}
    found = set()
    for a, b in zip(network.turn_from, network.turn_to, strict=True):
        after = tuple(np.round(network.edge_shape(b)[1] / SPACING_DEG).astype(int))
        ends = network.edge_tail[a], network.edge_head[a]
        words = "".join(letter[tuple(network.node_lonlat[node])] for node in ends)
        found.add(words + grid.get(after, "?"))
    return found


def test_a_node_of_a_restriction_is_a_junction() -> None:
    """The way is cut there so that turns at it can be told apart."""
    network = build(
        draw("a b c", ways={"abc": {}}, restrictions=[restriction("no_u_turn", "abc", "b", "abc")])
    )
    assert sorted(edge_words(network)) == ["ab", "ba", "bc", "cb"]


def test_shapes_follow_the_way_in_the_direction_of_travel() -> None:
    """Against the way the points come in reverse; both begin and end at the edge's nodes."""
    network = build(draw("a b\n. c", ways={"abc": {}}))
    forward, backward = edges(network)["ac"], edges(network)["ca"]
    expected = np.array([(0.0, 0.0), (SPACING_DEG, 0.0), (SPACING_DEG, -SPACING_DEG)])
    assert network.edge_shape(forward) == pytest.approx(expected)
    assert network.edge_shape(backward) == pytest.approx(expected[::-1])
    assert network.edge_reverse.tolist() == [backward, forward]
    assert network.edge_length_m == pytest.approx([2 * STEP_M, 2 * STEP_M])


def test_durations_follow_speed_and_direction() -> None:
    """111.2 m at 40 km/h (50 times 0.8) one way and at 24 km/h the other."""
    network = build(draw("a b", ways={"ab": {"maxspeed": "50", "maxspeed:backward": "30"}}))
    duration = dict(zip(edge_words(network), network.edge_duration_s.tolist(), strict=True))
    assert duration == pytest.approx({"ab": STEP_M * 3.6 / 40.0, "ba": STEP_M * 3.6 / 24.0})


@pytest.mark.parametrize(("oneway", "word"), [("yes", "ab"), ("-1", "ba")])
def test_a_oneway_street_is_one_edge(oneway: str, word: str) -> None:
    """It runs where one may drive, whichever way it is drawn, and has no reverse."""
    network = build(draw("a b", ways={"ab": {"oneway": oneway}}))
    assert edge_words(network) == [word]
    assert network.edge_reverse.tolist() == [-1]


def test_signals_within_an_edge_delay_it_in_their_direction() -> None:
    """Two signals between junctions, one of them for one direction only: 4 s there, 2 s back."""
    lights = {"highway": "traffic_signals"}
    plain = build(draw("a b c d", ways={"abcd": {}}))
    nodes: dict[str, Tags] = {"b": lights, "c": {**lights, "traffic_signals:direction": "forward"}}
    network = build(draw("a b c d", ways={"abcd": {}}, nodes=nodes))
    delay = dict(
        zip(edge_words(network), (network.edge_duration_s - plain.edge_duration_s).tolist(), strict=True)
    )
    assert delay == pytest.approx({"ad": 4.0, "da": 2.0})


def test_signs_face_those_who_near_the_junction() -> None:
    """A stop sign next to d delays who comes to d by 2 s, a give-way sign next to a by 1 s the other way."""
    plain = build(draw("a b c d", ways={"abcd": {}}))
    signs: dict[str, Tags] = {"b": {"highway": "give_way"}, "c": {"highway": "stop"}}
    network = build(draw("a b c d", ways={"abcd": {}}, nodes=signs))
    delay_s = (network.edge_duration_s - plain.edge_duration_s).tolist()
    assert dict(zip(edge_words(network), delay_s, strict=True)) == pytest.approx({"ad": 2.0, "da": 1.0})


@pytest.mark.parametrize(("direction", "expected"), [("forward", (2.0, 0.0)), ("both", (2.0, 2.0))])
def test_a_sign_may_say_whom_it_faces(direction: str, expected: tuple[float, float]) -> None:
    """Then the next junction is of no account."""
    plain = build(draw("a b c d", ways={"abcd": {}}))
    sign: dict[str, Tags] = {"b": {"highway": "stop", "direction": direction}}
    network = build(draw("a b c d", ways={"abcd": {}}, nodes=sign))
    assert (network.edge_duration_s - plain.edge_duration_s).tolist() == pytest.approx(expected)


def test_a_sign_on_a_junction_delays_all_but_minor_ones() -> None:
    """Which roads are the minor ones is not known."""
    plain = build(draw(CROSSING, ways=ARMS))
    stop = build(draw(CROSSING, ways=ARMS, nodes={"x": {"highway": "stop"}}))
    minor = build(draw(CROSSING, ways=ARMS, nodes={"x": {"highway": "stop", "stop": "minor"}}))
    assert stop.turn_duration_s.sum() == pytest.approx(plain.turn_duration_s.sum() + 12 * 2.0)
    assert (minor.turn_duration_s == plain.turn_duration_s).all()


def test_what_is_ignored_is_told_by_reason() -> None:
    """Closed ways by why they are closed, tags that are not read."""
    ways: dict[str, Tags] = {
        "ab": {"maxspeed": "signals", "motor_vehicle:conditional": "no @ wet"},
        "bc": {"access": "no"},
        "cd": {"highway": "footway"},
        "ad": {"maxheight": "2"},
    }
    ignored = build(draw("a b\nd c", ways=ways)).ignored
    assert {reason: count for reason, count in ignored.items() if count} == {
        "ways_closed": 3,
        "ways_closed_by_access": 1,
        "ways_closed_by_class": 1,
        "ways_closed_by_size": 1,
        "limits_not_understood": 1,
        "conditions_not_read": 1,
    }


def test_signals_at_a_junction_are_charged_to_the_turn() -> None:
    """They are no part of the edges that meet there, or they would be charged twice."""
    plain = build(draw(CROSSING, ways=ARMS))
    lit = build(draw(CROSSING, ways=ARMS, nodes={"x": {"highway": "traffic_signals"}}))
    assert (lit.edge_duration_s == plain.edge_duration_s).all()
    assert lit.turn_duration_s.sum() == pytest.approx(plain.turn_duration_s.sum() + 12 * 2.0)


def test_a_ferry_takes_the_time_it_states() -> None:
    """20 minutes for the whole crossing, shared among its pieces by length; without a duration 5 km/h."""
    ferry = {"highway": "", "route": "ferry", "motor_vehicle": "yes"}
    network = build(draw("a b c d", ways={"abc": {**ferry, "duration": "20"}, "bd": {}, "cd": ferry}))
    duration = dict(zip(edge_words(network), network.edge_duration_s.tolist(), strict=True))
    assert duration["ab"] == pytest.approx(600.0)
    assert duration["cb"] == pytest.approx(600.0)
    assert duration["cd"] == pytest.approx(STEP_M * 3.6 / 5.0)
    assert network.classes[network.edge_class[edges(network)["ab"]]] == "ferry"


def test_edges_know_their_way_name_and_class() -> None:
    """The name, or the reference number where there is none, or nothing."""
    ways: dict[str, Tags] = {
        "wx": {"name": "Rue de la Liberté", "ref": "D 1"},
        "xe": {"ref": "D 905", "highway": "primary"},
        "nx": {},
    }
    network = build(draw(CROSSING, ways=ways))
    at = edges(network)
    assert [network.names[network.edge_name[at[word]]] for word in ("wx", "xe", "nx")] == [
        "Rue de la Liberté",
        "D 905",
        "",
    ]
    assert network.names[0] == ""
    assert network.classes[network.edge_class[at["xe"]]] == "primary"
    assert network.edge_way_id[at["ex"]] == way_id("xe")


def test_a_road_back_to_its_own_beginning_is_cut_in_two() -> None:
    """No edge ends where it begins; the way round remains, in both directions."""
    network = build(draw("a b c\n. e d", ways={"ab": {}, "bcdeb": {}}))
    assert (network.edge_tail != network.edge_head).all()
    assert {"abd", "dba"} <= moves(network)
    round_trip = network.edge_length_m[network.edge_way_id == way_id("bcdeb")].sum()
    assert round_trip == pytest.approx(2 * 4 * STEP_M)


def test_a_way_out_and_back_over_one_node_is_cut_there() -> None:
    """The smallest loop, drawn over the same street twice."""
    network = build(draw("a b", ways={"aba": {}}))
    assert sorted(edge_words(network)) == ["ab", "ab", "ba", "ba"]


def test_a_node_named_twice_in_a_row_counts_once() -> None:
    """Such a repetition adds neither an edge nor a junction."""
    assert edge_words(build(draw("a b c", ways={"abbc": {}}))) == ["ac", "ca"]


def test_an_edge_without_length_takes_a_millisecond() -> None:
    """Two nodes at one place are joined by an edge that can be driven, with a positive duration."""
    osm = draw("a b c", ways={"ab": {}, "bc": {}})
    osm.node_lon[1] = osm.node_lon[0]
    network = build(osm)
    edge = edges(network)["ab"]
    assert network.edge_length_m[edge] == 0.0
    assert network.edge_duration_s[edge] == 0.001


def test_missing_nodes_cut_a_way_into_what_is_there() -> None:
    """Of a b . d e only ab and de are left, and the account says so."""
    network = build(draw("a b c d e", ways={"abcde": {}}, lost="c"))
    assert sorted(edge_words(network)) == ["ab", "ba", "de", "ed"]
    assert network.ignored == {"ways_closed": 0, "ways_cut": 1, "ways_with_one_node": 0, "nodes_missing": 1}


def test_ways_of_which_nothing_is_left_are_counted() -> None:
    """One lost all but one node, one names the same node twice, one is closed to the profile."""
    ways: dict[str, Tags] = {"ab": {}, "bcd": {}, "bb": {}, "ad": {"highway": "steps"}}
    network = build(draw("a b c d", ways=ways, lost="cd"))
    assert sorted(edge_words(network)) == ["ab", "ba"]
    assert network.ignored == {
        "ways_closed": 1,
        "ways_closed_by_class": 1,
        "ways_cut": 0,
        "ways_with_one_node": 2,
        "nodes_missing": 2,
    }


def test_the_core_is_where_one_can_come_and_go() -> None:
    """A one-way street into nowhere cannot be left, one out of nowhere not be reached."""
    ways: dict[str, Tags] = {**ARMS, "xo": {"oneway": "yes"}, "ix": {"oneway": "yes"}}
    network = build(draw(". n o\nw x e\ni s .", ways=ways))
    outside = {word for word, core in zip(edge_words(network), network.edge_in_core, strict=True) if not core}
    assert outside == {"xo", "ix"}


@pytest.mark.parametrize(
    ("ways", "located"),
    [({"ab": {"highway": "footway"}}, ""), ({"ab": {}}, "a"), ({}, "")],
    ids=["closed", "clipped", "empty"],
)
def test_a_map_without_usable_roads_is_refused(ways: dict[str, Tags], located: str) -> None:
    """The message names the source, the profile and what was found."""
    osm = draw("a b", ways=ways, lost=located)
    with pytest.raises(EmptyNetworkError, match=rf"a drawn map has no road .*'van'.*of its {len(ways)} ways"):
        build(osm)


def test_a_map_without_nodes_is_refused() -> None:
    """Ways alone, all of whose nodes are missing, are no network."""
    with pytest.raises(EmptyNetworkError, match="0 located nodes"):
        build(draw("a b", ways={"ab": {}}, lost="ab"))


def test_progress_runs_from_nothing_to_all() -> None:
    """Whoever waits is told what is being done, with shares that never fall."""
    told: list[tuple[str, float]] = []
    build_network(draw("a b", ways={"ab": {}}), progress=lambda doing, share: told.append((doing, share)))
    shares = [share for _, share in told]
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


def test_equal_maps_have_equal_ids_and_any_change_another() -> None:
    """A digest of what routing sees: a name, a speed or a ban changes it, the order of tags does not."""
    base = {"ab": {"name": "x", "maxspeed": "50"}, "bc": {}}
    network_id = build(draw("a b c", ways=base)).network_id
    assert len(network_id) == 16
    assert build(draw("a b c", ways={**base, "ab": {"maxspeed": "50", "name": "x"}})).network_id == network_id
    changed = [
        draw("a b c", ways={**base, "ab": {"name": "y", "maxspeed": "50"}}),
        draw("a b c", ways={**base, "ab": {"name": "x", "maxspeed": "30"}}),
        draw("a b c", ways=base, restrictions=[restriction("no_straight_on", "ab", "b", "bc")]),
        draw("a b . c", ways=base),
    ]
    assert len({network_id, *(build(osm).network_id for osm in changed)}) == 5


@st.composite
def random_maps(draw_: st.DrawFn) -> OsmData:
    """Draw ways over a grid of nine nodes, some one-way, some passing themselves, some nodes lost."""
    words = draw_(st.lists(st.text("abcdefghi", min_size=1, max_size=7), min_size=1, max_size=6, unique=True))
    tags = [draw_(st.sampled_from([{}, {}, {"oneway": "yes"}, {"oneway": "-1"}])) for _ in words]
    lost = draw_(st.text("abcdefghi", max_size=2))
    return draw("a b c\nd e f\ng h i", ways=dict(zip(words, tags, strict=True)), lost=lost)


def build_or_none(osm: OsmData) -> RoadNetwork | None:
    """Return the network, or None where nothing is usable."""
    try:
        return build(osm)
    except EmptyNetworkError:
        return None


@given(random_maps())
def test_edges_cover_each_way_exactly(osm: OsmData) -> None:
    """Every stretch between located neighbours of a way is on one edge for each open direction."""
    located = {
        int(node): (lon, lat) for node, lon, lat in zip(osm.node_id, osm.node_lon, osm.node_lat, strict=True)
    }
    expected: list[tuple[int, tuple[float, float], tuple[float, float]]] = []
    for way in osm.ways:
        for a, b in pairwise(way.nodes):
            if a in located and b in located and a != b:
                oneway = way.tags.get("oneway")
                expected += [(way.id, located[a], located[b])] if oneway != "-1" else []
                expected += [(way.id, located[b], located[a])] if oneway != "yes" else []
    network = build_or_none(osm)
    found = []
    for edge in range(network.edge_count if network else 0):
        assert network is not None
        shape = [(float(lon), float(lat)) for lon, lat in network.edge_shape(edge)]
        found += [(int(network.edge_way_id[edge]), a, b) for a, b in pairwise(shape)]
    assert sorted(found) == sorted(expected)


@given(random_maps())
def test_edges_agree_with_their_shapes_and_their_reverses(osm: OsmData) -> None:
    """Shapes join the nodes and give the length; the reverse of the reverse is the edge, mirrored."""
    network = build_or_none(osm)
    for edge in range(network.edge_count if network else 0):
        assert network is not None
        shape, tail, head = network.edge_shape(edge), network.edge_tail[edge], network.edge_head[edge]
        assert tail != head
        assert (shape[0] == network.node_lonlat[tail]).all()
        assert (shape[-1] == network.node_lonlat[head]).all()
        assert network.edge_length_m[edge] == pytest.approx(polyline_length_m(shape))
        other = network.edge_reverse[edge]
        if other >= 0:
            assert network.edge_reverse[other] == edge
            assert (network.edge_shape(other) == shape[::-1]).all()


@given(random_maps())
def test_edges_meet_only_at_their_ends(osm: OsmData) -> None:
    """No node of the network lies in the middle of an edge, but for where a loop was cut."""
    network = build_or_none(osm)
    if network is None:
        return
    nodes = {tuple(place) for place in network.node_lonlat.tolist()}
    inner = {tuple(p) for e in range(network.edge_count) for p in network.edge_shape(e)[1:-1].tolist()}
    assert not nodes & inner


@given(random_maps())
def test_the_core_is_the_largest_strongly_connected_set_of_edges(osm: OsmData) -> None:
    """networkx is the oracle: the core is one of its components, and none is larger."""
    network = build_or_none(osm)
    if network is None:
        return
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(network.edge_count))
    graph.add_edges_from(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    components = [frozenset(component) for component in nx.strongly_connected_components(graph)]
    core = frozenset(np.flatnonzero(network.edge_in_core).tolist())
    assert core in components
    assert len(core) == max(map(len, components))
