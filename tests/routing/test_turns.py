"""Which edge may follow which, and what the turn costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.routing.network import RoadNetwork
from equipage.routing.osm import Tags
from equipage.routing.turns import (
    EdgeEnds,
    Turns,
    expand_turns,
    oncoming_penalty_s,
    roads_at_nodes,
    turn_penalty_s,
)
from tests.routing.scenario import ARMS, CROSSING, build, draw, edges, moves

NOTHING_BANNED = np.empty((0, 2), dtype=np.int64)


def turn_seconds(network: RoadNetwork) -> dict[str, float]:
    """Return the duration of each turn by the letters passed."""
    names = {edge: word for word, edge in edges(network).items()}
    turns = zip(
        network.turn_from.tolist(), network.turn_to.tolist(), network.turn_duration_s.tolist(), strict=True
    )
    return {names[a] + names[b][1]: seconds for a, b, seconds in turns}


def ends(tail: list[int], head: list[int], reverse: list[int]) -> EdgeEnds:
    """Return edges without bearings."""
    unknown = np.full(len(tail), np.nan)
    ints = [np.array(values, dtype=np.int32) for values in (tail, head, reverse)]
    return EdgeEnds(
        tail=ints[0],
        head=ints[1],
        reverse=ints[2],
        bearing_out=unknown,
        bearing_in=unknown,
        roundabout=np.zeros(len(tail), dtype=bool),
    )


def expand(edges: EdgeEnds, nodes: int, *, banned: list[tuple[int, int]] | None = None) -> Turns:
    """Return the turns where no node delays or blocks."""
    pairs = NOTHING_BANNED if banned is None else np.array(banned, dtype=np.int64).reshape(-1, 2)
    nothing_s = np.zeros(len(edges.tail))
    return expand_turns(edges, delay_s=nothing_s, blocked=np.zeros(nodes, dtype=bool), banned=pairs)


def test_straight_on_is_free_and_right_is_cheaper_than_left() -> None:
    """The values of OSRM's formula at 0 and 90 degrees, worked out by hand.

    Right: 7.5 / (1 + exp(-(13 / 1.075 * 0.5 - 6.5 * 1.075))) = 7.5 / (1 + e^0.94099) = 2.1053.
    Left: 7.5 / (1 + exp(-(13 * 1.075 * 0.5 - 6.5 / 1.075))) = 7.5 / (1 + e^-0.94099) = 5.3947.
    """
    assert turn_penalty_s([0.0, 90.0, -90.0]) == pytest.approx([0.00693, 2.1053, 5.3947], abs=0.0001)


def test_driving_on_the_left_mirrors_the_cost_of_turns() -> None:
    """What a right turn costs on the right, a left turn costs on the left."""
    angles = np.array([-170.0, -90.0, -10.0, 10.0, 90.0, 170.0])
    assert turn_penalty_s(angles, "left") == pytest.approx(turn_penalty_s(-angles, "right"))


@given(st.lists(st.floats(0.0, 180.0), min_size=2))
def test_sharper_turns_cost_more_and_never_over_seven_and_a_half_seconds(angles: list[float]) -> None:
    """The penalty grows with the angle on either side."""
    sharper = np.sort(angles)
    for side in (sharper, -sharper):
        penalty = turn_penalty_s(side)
        assert (np.diff(penalty) >= 0).all()
        assert ((penalty >= 0) & (penalty <= 7.5)).all()


def test_only_turns_across_the_oncoming_traffic_wait_for_a_gap() -> None:
    """OSRM's 2 s, of which a turn by 90 degrees waits 2 / (1 + exp(-(6.5 - 3.25))) = 1.9254."""
    assert oncoming_penalty_s([90.0, 0.0, -90.0]) == pytest.approx([0.0, 0.0, 1.9254], abs=1e-4)
    assert oncoming_penalty_s([90.0, -90.0], "left") == pytest.approx([1.9254, 0.0], abs=1e-4)


def test_turns_at_a_crossing_cost_what_their_angle_says() -> None:
    """From w: n is to the left across the oncoming traffic, s to the right, e straight on."""
    seconds = turn_seconds(build(draw(CROSSING, ways=ARMS)))
    assert seconds["wxn"] == pytest.approx(turn_penalty_s(-90.0) + oncoming_penalty_s(-90.0), abs=1e-3)
    assert seconds["wxs"] == pytest.approx(turn_penalty_s(90.0), abs=1e-3)
    assert seconds["wxe"] == pytest.approx(turn_penalty_s(0.0), abs=1e-3)


def test_a_bend_is_no_turn() -> None:
    """Where only two roads meet, going on costs nothing however sharp the bend."""
    seconds = turn_seconds(build(draw("a b\n. c", ways={"ab": {}, "bc": {}})))
    assert seconds["abc"] == 0.0
    assert seconds["cba"] == 0.0


def test_turning_back_costs_twenty_seconds_besides_the_angle() -> None:
    """OSRM's u-turn penalty on top of the sigmoid at 180 degrees."""
    seconds = turn_seconds(build(draw("a b", ways={"ab": {}})))
    assert seconds["aba"] == pytest.approx(20.0 + turn_penalty_s(-180.0))


def test_one_turns_back_only_where_nothing_else_is_left() -> None:
    """At dead ends and before a one-way street that comes the other way, but not at a junction."""
    network = build(draw("a b c d", ways={"ab": {}, "bc": {}, "cd": {"oneway": "-1"}}))
    assert {"bcb", "bab"} <= moves(network)
    assert "aba" not in moves(network)


def test_where_all_else_is_banned_one_may_turn_back() -> None:
    """A ban of the only way on makes a dead end, unless turning back is banned as well."""
    road = ends([0, 1, 1, 2], [1, 0, 2, 1], [1, 0, 3, 2])
    assert (0, 1) not in pairs_of(expand(road, 3))
    assert (0, 1) in pairs_of(expand(road, 3, banned=[(0, 2)]))
    assert (0, 1) not in pairs_of(expand(road, 3, banned=[(0, 2), (0, 1)]))


def test_signals_and_gates_delay_every_turn_through_their_node() -> None:
    """Traffic signals at a junction take 2 s on average, a gate takes a minute."""
    plain = turn_seconds(build(draw(CROSSING, ways=ARMS)))
    signals = turn_seconds(build(draw(CROSSING, ways=ARMS, nodes={"x": {"highway": "traffic_signals"}})))
    gate = turn_seconds(build(draw(CROSSING, ways=ARMS, nodes={"x": {"barrier": "gate"}})))
    for move in ("wxn", "wxe", "sxw"):
        assert signals[move] == pytest.approx(plain[move] + 2.0)
        assert gate[move] == pytest.approx(plain[move] + 60.0)
    assert signals["xwx"] == plain["xwx"]


def test_nothing_comes_towards_one_on_a_roundabout() -> None:
    """A left turn on a ring costs its angle alone; untagged, the same ring costs two seconds more."""
    town = """
        . n .
        w x e
        . . s
    """
    ring = {"xe": {"oneway": "yes"}, "en": {"oneway": "yes"}, "nx": {"oneway": "yes"}}
    roads: dict[str, Tags] = {"wx": {}, "es": {}}
    plain = turn_seconds(build(draw(town, ways={**roads, **ring})))
    tagged = {way: {**tags, "junction": "roundabout"} for way, tags in ring.items()}
    seconds = turn_seconds(build(draw(town, ways={**roads, **tagged})))
    assert plain["xen"] - seconds["xen"] == pytest.approx(2.0, abs=0.01)
    assert seconds["nxe"] == pytest.approx(turn_penalty_s(-90.0), abs=1e-2)


@pytest.mark.parametrize("kind", ["mini_roundabout", "turning_circle", "turning_loop"])
def test_one_may_turn_back_where_a_road_is_made_for_it(kind: str) -> None:
    """At a crossing with one, and in the middle of a street; that costs what turning back costs."""
    at_crossing = build(draw(CROSSING, ways=ARMS, nodes={"x": {"highway": kind}}))
    assert {"wxw", "nxn", "exe", "sxs"} <= moves(at_crossing)
    assert turn_seconds(at_crossing)["wxw"] == pytest.approx(27.5, abs=0.1)
    assert "aba" in moves(build(draw("a b c", ways={"abc": {}}, nodes={"b": {"highway": kind}})))


def test_a_road_sets_out_where_its_first_ten_metres_lead() -> None:
    """A kink of a metre at the junction is no turn: the road to e begins northward, and goes straight on."""
    metre = 1e-3 / 111.0
    places = [(-0.001, 0.0), (0.0, 0.0), (0.001, 0.0), (0.0, -0.001)]
    kinked = [(0.0, 0.0), (0.0, metre), (2 * metre, 0.0), (0.001, 0.0)]
    network = RoadNetwork.from_arrays(
        places, [0, 1, 1], [1, 2, 3], shapes=[places[:2], kinked, [places[1], places[3]]]
    )
    assert network.turn_duration_s[0] == pytest.approx(turn_penalty_s(0.0), abs=0.01)


def seconds_more(node: Tags, ways: dict[str, Tags]) -> dict[str, float]:
    """Return by how much the tags of x delay the turns at the crossing."""
    plain = turn_seconds(build(draw(CROSSING, ways=ways)))
    signed = turn_seconds(build(draw(CROSSING, ways=ways, nodes={"x": node})))
    return {move: round(signed[move] - plain[move], 6) for move in plain}


def test_a_stop_of_the_minor_roads_delays_those_who_come_by_them() -> None:
    """Of a residential street across a primary road: it waits, the primary road does not."""
    primary: Tags = {"highway": "primary"}
    more = seconds_more({"highway": "stop", "stop": "minor"}, {**ARMS, "wx": primary, "xe": primary})
    assert more["nxe"] == more["sxn"] == 2.0
    assert more["wxe"] == more["exs"] == 0.0


def test_a_stop_of_equal_roads_is_minor_to_none() -> None:
    """Where no road is slower than another, `stop=minor` delays nobody; `stop=all` delays all."""
    assert set(seconds_more({"highway": "stop", "stop": "minor"}, dict(ARMS)).values()) == {0.0}
    everywhere = seconds_more({"highway": "stop", "stop": "all"}, dict(ARMS))
    assert {everywhere[move] for move in ("wxe", "nxs", "exw", "sxe")} == {2.0}


@pytest.mark.parametrize("key", ["direction", "traffic_signals:direction"])
def test_signals_on_a_junction_may_face_one_direction(key: str) -> None:
    """Forward along the ways: those drawn towards x wait (wx, nx), those drawn away from it do not."""
    more = seconds_more({"highway": "traffic_signals", key: "forward"}, dict(ARMS))
    assert more["wxe"] == more["nxs"] == 2.0
    assert more["exw"] == more["sxn"] == 0.0


def test_nobody_drives_through_a_bollard() -> None:
    """From either side one can only turn back; elsewhere nothing changes."""
    network = build(draw("a b c d", ways={"abcd": {}}, nodes={"c": {"barrier": "bollard"}}))
    assert moves(network) == {"aca", "cdc", "dcd", "cac"}


def test_a_road_without_extent_has_no_angle() -> None:
    """Two nodes at one place: the turns at the edge between them cost no angle, and nothing is NaN."""
    places = [(0.0, 0.0), (0.001, 0.0), (0.001, 0.0), (0.002, 0.0), (0.001, 0.001)]
    network = RoadNetwork.from_arrays(places, [0, 1, 2, 2], [1, 2, 3, 4])
    assert network.turn_duration_s.tolist() == pytest.approx([0.0, 0.0, 0.0])
    assert network.edge_length_m[1] == 0.0


def test_bearings_ignore_pieces_without_length() -> None:
    """A shape that begins or ends with the same point twice points where its first and last moves point."""
    shape = np.array([(0, 0), (0, 0), (0, 1), (1, 1), (1, 1)], dtype=np.float64) / 1000.0
    index = np.array([0], dtype=np.int32)
    start = np.array([0, 5], dtype=np.int64)
    edge = EdgeEnds.of(
        index, index + 1, index - 1, shape_start=start, shape_lonlat=shape, roundabout=index > 0
    )
    assert edge.bearing_out == pytest.approx(0.0, abs=1e-3)
    assert edge.bearing_in == pytest.approx(90.0, abs=1e-3)


def test_both_directions_of_a_road_count_as_one_at_a_node() -> None:
    """Two-way roads a and b and a one-way road into node 1 make three."""
    roads = ends([0, 1, 1, 2, 3], [1, 0, 2, 1, 1], [1, 0, 3, 2, -1])
    assert roads_at_nodes(roads, 4).tolist() == [1, 3, 1, 1]


def pairs_of(turns: Turns) -> list[tuple[int, int]]:
    """Return the turns as pairs of edges."""
    return list(zip(turns.edge_from.tolist(), turns.edge_to.tolist(), strict=True))


@st.composite
def random_edges(draw_: st.DrawFn) -> tuple[EdgeEnds, list[tuple[int, int]]]:
    """Draw two-way and one-way roads among five nodes, and bans."""
    pair = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda p: p[0] != p[1])
    tail: list[int] = []
    head: list[int] = []
    reverse: list[int] = []
    for (a, b), two_way in draw_(st.lists(st.tuples(pair, st.booleans()), max_size=8)):
        edge = len(tail)
        tail.extend([a, b] if two_way else [a])
        head.extend([b, a] if two_way else [b])
        reverse.extend([edge + 1, edge] if two_way else [-1])
    number = st.integers(0, max(len(tail) - 1, 0))
    return ends(tail, head, reverse), draw_(st.lists(st.tuples(number, number), max_size=6))


@given(random_edges())
def test_turns_are_those_of_the_plain_definition(case: tuple[EdgeEnds, list[tuple[int, int]]]) -> None:
    """All edges that leave the head and are not banned follow; the reverse only for want of others."""
    edges_, banned = case
    count = len(edges_.tail)
    expected = []
    for a in range(count):
        nexts = [b for b in range(count) if edges_.head[a] == edges_.tail[b] and (a, b) not in banned]
        onward = [b for b in nexts if b != edges_.reverse[a]]
        expected += [(a, b) for b in onward or nexts]
    assert pairs_of(expand(edges_, 5, banned=banned)) == expected
