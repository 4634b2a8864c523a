"""Networks made from arrays, and what a network tells about itself."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
import shapely

from equipage.geo.earth import distance_m
from equipage.routing.errors import InvalidNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.network_faults import COLUMNS
from equipage.routing.router import Router
from equipage.routing.turns import oncoming_penalty_s, turn_penalty_s

SQUARE = [(5.0, 47.0), (5.01, 47.0), (5.01, 47.01), (5.0, 47.01)]
# A two-way road 0-1-2 and a one-way street 1-3.
TAIL, HEAD = [0, 1, 1, 2, 1], [1, 0, 2, 1, 3]


def turns(network: RoadNetwork) -> dict[tuple[int, int], float]:
    """Return the duration of each turn by its edges."""
    pairs = zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True)
    return dict(zip(pairs, network.turn_duration_s.tolist(), strict=True))


def test_what_is_left_out_is_derived() -> None:
    """Lengths of straight shapes, 50 km/h, ways by road, reverses by shape, turns by the rules."""
    network = RoadNetwork.from_arrays(SQUARE, TAIL, HEAD)
    length = distance_m([SQUARE[n] for n in TAIL], [SQUARE[n] for n in HEAD])
    assert network.edge_length_m == pytest.approx(length)
    assert network.edge_duration_s == pytest.approx(length * 3.6 / 50.0)
    assert network.edge_reverse.tolist() == [1, 0, 3, 2, -1]
    assert network.edge_way_id.tolist() == [1, 1, 3, 3, 5]
    assert network.node_id.tolist() == [1, 2, 3, 4]
    assert set(turns(network)) == {(0, 2), (0, 4), (1, 0), (2, 3), (3, 1), (3, 4)}
    assert network.edge_in_core.tolist() == [True, True, True, True, False]
    assert (network.node_count, network.edge_count, network.turn_count) == (4, 5, 6)


def test_what_is_given_is_taken() -> None:
    """Lengths, durations, ways, names, classes, ids, bans and turn durations stay as they are."""
    network = RoadNetwork.from_arrays(
        SQUARE,
        TAIL,
        HEAD,
        node_id=[11, 12, 13, 14],
        edge_length_m=[1, 2, 3, 4, 5],
        edge_duration_s=[10, 20, 30, 40, 50],
        edge_way_id=[7, 7, 8, 8, 9],
        edge_name=["a", "a", "", "", "b"],
        edge_class=["primary", "primary", "service", "service", "primary"],
        banned_turns=[(0, 4)],
        turn_duration_s={(0, 2): 12.5},
        profile="truck",
    )
    assert network.node_id.tolist() == [11, 12, 13, 14]
    assert network.edge_length_m.tolist() == [1, 2, 3, 4, 5]
    assert network.edge_duration_s.tolist() == [10, 20, 30, 40, 50]
    assert network.edge_speed_kph == pytest.approx([0.36] * 5)
    assert network.edge_way_id.tolist() == [7, 7, 8, 8, 9]
    assert [network.names[name] for name in network.edge_name] == ["a", "a", "", "", "b"]
    assert [network.classes[c] for c in network.edge_class] == [
        "primary",
        "primary",
        "service",
        "service",
        "primary",
    ]
    assert (0, 4) not in turns(network)
    assert turns(network)[0, 2] == 12.5
    assert network.profile == "truck"


def test_shapes_decide_lengths_reverses_and_angles() -> None:
    """Two roads between the same nodes are told apart by their shapes, and a turn by how they set out."""
    detour = [SQUARE[1], (5.02, 47.0), SQUARE[2]]
    straight = [SQUARE[1], SQUARE[2]]
    into = [SQUARE[0], SQUARE[1]]
    network = RoadNetwork.from_arrays(
        SQUARE, [0, 1, 1, 2], [1, 2, 2, 1], shapes=[into, straight, detour, detour[::-1]]
    )
    assert network.edge_reverse.tolist() == [-1, -1, 3, 2]
    assert network.edge_length_m[2] == pytest.approx(distance_m(detour[:-1], detour[1:]).sum())
    left_s = turn_penalty_s(-90.0) + oncoming_penalty_s(-90.0)
    assert turns(network)[0, 1] == pytest.approx(left_s, abs=1e-2)
    assert turns(network)[0, 2] == pytest.approx(turn_penalty_s(0.0), abs=1e-2)


def test_driving_on_the_left_makes_right_turns_dear() -> None:
    """From 0 over 1 to 3 on the left side of a T costs what a right turn costs there."""
    places = [(0.0, 0.0), (0.01, 0.0), (0.02, 0.0), (0.01, -0.01)]
    right = RoadNetwork.from_arrays(places, TAIL, HEAD)
    left = RoadNetwork.from_arrays(places, TAIL, HEAD, driving_side="left")
    assert turns(left)[0, 4] > turns(right)[0, 4]


def test_edges_between_the_same_nodes_pair_within_their_way() -> None:
    """Given ways keep apart two roads of the same shape."""
    network = RoadNetwork.from_arrays(SQUARE, [0, 0, 1, 1], [1, 1, 0, 0], edge_way_id=[1, 2, 2, 1])
    assert network.edge_reverse.tolist() == [3, 2, 1, 0]


def test_every_fault_is_named_at_once() -> None:
    """One message lists what is wrong with positions, ends, shapes, numbers, counts and turns."""
    with pytest.raises(InvalidNetworkError) as caught:
        RoadNetwork.from_arrays(
            [(0, 0), (0.01, 0), (200, 0)],
            [0, 1],
            [1, 1],
            node_id=[1],
            edge_length_m=[-1, 1],
            edge_duration_s=[0, np.nan],
            edge_way_id=[1, 2, 3],
            edge_name=["a"],
            edge_class=[],
            shapes=[[(0, 0), (0.02, 0)], [(0.01, 0), (0.01, 0)]],
            banned_turns=[(0, 7)],
            turn_duration_s={(1, 0): 1.0},
        )
    message = str(caught.value)
    for fault in (
        "node 2 lies at [200.0, 0.0]",
        "edge 1 ends where it begins",
        "the shape of edge 0 ends at [0.02, 0.0], away from its node 1",
        "node_id has shape (1,), where (3,) is needed",
        "edge_length_m[0] is -1.0",
        "edge_duration_s[0] is 0.0",
        "edge_way_id has shape (3,)",
        "edge_name has shape (1,)",
        "edge_class has shape (0,)",
        "banned_turns has (0, 7)",
        "turn_duration_s has (1, 0)",
    ):
        assert fault in message


# All four sides in both directions.
AROUND: dict[str, Any] = {
    "node_lonlat": SQUARE,
    "edge_tail": [0, 1, 1, 2, 2, 3, 3, 0],
    "edge_head": [1, 0, 2, 1, 3, 2, 0, 3],
}

NAN, INF, FAR = float("nan"), float("inf"), 1e308
UNSOUND: dict[str, tuple[dict[str, object], str]] = {
    "no nodes": ({"node_lonlat": None}, "node_lonlat has shape"),
    "nodes in words": ({"node_lonlat": [("a", "b")] * 4}, "node_lonlat must be numbers"),
    "ragged nodes": ({"node_lonlat": [(1, 2), (1,)]}, "node_lonlat must be numbers"),
    "no ends": ({"edge_tail": None}, "edge_tail must be whole numbers"),
    "ends in words": ({"edge_tail": ["a"] * 8}, "edge_tail must be whole numbers"),
    "half an index": ({"edge_tail": [0.5] * 8}, "edge_tail must be whole numbers, but one is 0.5"),
    "index nan": ({"edge_head": [NAN] * 8}, "edge_head must be whole numbers, but one is nan"),
    "index beyond 32 bits": ({"edge_tail": np.array([2**32] * 8)}, "where there are 4 nodes"),
    "index beyond 64 bits": ({"edge_tail": [2**70] * 8}, "edge_tail must be whole numbers"),
    "ends in rows": ({"edge_tail": [TAIL], "edge_head": [HEAD]}, "both must be"),
    "no finite length": ({"edge_length_m": [INF] * 8}, r"edge_length_m\[0\] is inf, where 0 to 20,000,000"),
    "length nan": ({"edge_length_m": [NAN] * 8}, r"edge_length_m\[0\] is nan"),
    "below no length": ({"edge_length_m": [1] * 7 + [-1]}, r"edge_length_m\[7\] is -1"),
    "as long as numbers get": ({"edge_length_m": [FAR] * 8}, r"edge_length_m\[0\] is 1e\+308"),
    "lengths in words": ({"edge_length_m": ["a"] * 8}, "edge_length_m must be numbers"),
    "no duration": ({"edge_duration_s": [0] * 8}, r"edge_duration_s\[0\] is 0.0, where 0.001 to 259,200"),
    "duration nan": ({"edge_duration_s": [NAN] * 8}, r"edge_duration_s\[0\] is nan"),
    "more than three days": ({"edge_duration_s": [259_201] * 8}, r"edge_duration_s\[0\] is 259201"),
    "as slow as numbers get": ({"edge_duration_s": [FAR] * 8}, r"edge_duration_s\[0\] is 1e\+308"),
    "turn nan": ({"turn_duration_s": {(0, 2): NAN}}, r"turn_duration_s\[\(0, 2\)\] is nan"),
    "turn back in time": ({"turn_duration_s": {(0, 2): -1.0}}, r"turn_duration_s\[\(0, 2\)\] is -1"),
    "turn without end": ({"turn_duration_s": {(0, 2): INF}}, r"turn_duration_s\[\(0, 2\)\] is inf"),
    "turn in words": ({"turn_duration_s": {(0, 2): "a"}}, "turn_duration_s must be numbers"),
    "turn of three": ({"turn_duration_s": {(0, 2, 4): 1.0}}, r"turn_duration_s has \(0, 2, 4\)"),
    "turn of one": ({"turn_duration_s": {0: 1.0}}, "turn_duration_s has 0"),
    "turns in a list": ({"turn_duration_s": [(0, 2)]}, "turn_duration_s must be a mapping"),
    "ban of one": ({"banned_turns": [(0,)]}, r"banned_turns has \(0,\)"),
    "ban in words": ({"banned_turns": ["ab"]}, "banned_turns has 'ab'"),
    "ban before the first": ({"banned_turns": [(-1, 2)]}, r"banned_turns has \(-1, 2\)"),
    "shape in words": ({"shapes": ["abc"] * 8}, "the shape of edge 0 must be numbers"),
    "flat shape": ({"shapes": [[5.0, 47.0, 5.01, 47.0]] * 8}, "the shape of edge 0 has fewer"),
    "shape nan": (
        {"edge_tail": [0], "edge_head": [1], "shapes": [[SQUARE[0], (NAN, NAN), SQUARE[1]]]},
        "no lon, lat",
    ),
    "id twice": ({"node_id": [1, 1, 2, 3]}, "node_id has 1 more than once"),
    "ids in words": ({"node_id": list("abcd")}, "node_id must be whole numbers"),
    "way beyond 64 bits": ({"edge_way_id": [2**70] * 8}, "edge_way_id must be whole numbers"),
    "no name": ({"edge_name": [None] * 8}, r"edge_name\[0\] is None, where text"),
    "no sign": ({"edge_ref": [None] * 8}, r"edge_ref\[0\] is None, where text"),
    "one destination": ({"edge_destination": ["Paris"]}, r"edge_destination has shape \(1,\)"),
    "class of numbers": ({"edge_class": [7] * 8}, r"edge_class\[0\] is 7, where text"),
    "roundabout in words": ({"edge_roundabout": ["yes"] * 8}, "edge_roundabout must be whole numbers"),
    "half a roundabout": (
        {"edge_roundabout": [0.5] * 8},
        "edge_roundabout must be whole numbers, but one is 0.5",
    ),
    "middle of the road": ({"driving_side": "middle"}, "driving_side must be one of right, left"),
    "no profile": ({"profile": None}, "profile must be text"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_values_that_no_road_has_are_refused(name: str) -> None:
    """Not a number, another kind, out of range, at the limits of numbers: told with what is allowed."""
    arrays, fault = UNSOUND[name]
    with pytest.raises(InvalidNetworkError, match=fault):
        RoadNetwork.from_arrays(**{**AROUND, **arrays})


def test_values_at_their_limits_are_taken() -> None:
    """Roads of no length, of a millisecond, of half the Earth; none takes more than three days."""
    least = RoadNetwork.from_arrays(**AROUND, edge_length_m=[0] * 8, edge_duration_s=[0.001] * 8)
    assert Router(least).matrix([SQUARE[0]], [SQUARE[2]]) == pytest.approx(np.array([[0.002]]), abs=8.0)
    slowest = RoadNetwork.from_arrays(**AROUND, edge_length_m=[2e7] * 8)
    assert slowest.edge_duration_s.tolist() == [3 * 86_400] * 8
    middle, corner, opposite = (5.005, 47.0), (5.01, 47.0), (5.005, 47.01)
    seconds = Router(slowest).matrix([middle], [middle, corner, opposite])
    assert seconds[0] == pytest.approx([0.0, 1.5 * 86_400, np.inf])


def test_more_classes_than_have_numbers_are_refused() -> None:
    """The 32,769th class would have the number of the first."""
    with pytest.raises(InvalidNetworkError, match="32,769 classes"):
        RoadNetwork.from_arrays(
            SQUARE[:2], [0] * 32_769, [1] * 32_769, edge_class=[str(i) for i in range(32_769)]
        )


@pytest.mark.parametrize(
    ("arrays", "fault"),
    [
        (([0.0, 1.0], [0], [1]), "node_lonlat has shape"),
        ((SQUARE, [0, 1], [1]), "both must be"),
        ((SQUARE, [0], [4]), "joins nodes"),
        ((SQUARE, [-1], [0]), "joins nodes"),
        (([(np.nan, 0.0), (1.0, 0.0)], [0], [1]), "no lon, lat"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    arrays: tuple[list[object], list[int], list[int]], fault: str
) -> None:
    """Shapes, ranges and numbers are checked before anything is made of them."""
    with pytest.raises(InvalidNetworkError, match=fault):
        RoadNetwork.from_arrays(*arrays)  # type: ignore[arg-type]


@pytest.mark.parametrize("shapes", [[[(5.0, 47.0)]], [], [[SQUARE[0], SQUARE[1]]] * 2])
def test_shapes_that_do_not_fit_are_refused(shapes: list[list[tuple[float, float]]]) -> None:
    """One shape for each edge, of two points at least."""
    with pytest.raises(InvalidNetworkError, match="shape"):
        RoadNetwork.from_arrays(SQUARE, [0], [1], shapes=shapes)


def test_a_duration_for_a_turn_that_is_not_allowed_is_refused() -> None:
    """Edges 0 and 1 meet, but nobody turns back at a junction."""
    with pytest.raises(InvalidNetworkError, match=r"\(0, 1\)"):
        RoadNetwork.from_arrays(SQUARE, TAIL, HEAD, turn_duration_s={(0, 1): 3.0})


def test_a_network_of_no_edges_is_an_empty_one() -> None:
    """Nothing to drive on is no contradiction."""
    network = RoadNetwork.from_arrays(SQUARE, [], [])
    assert (network.edge_count, network.turn_count) == (0, 0)


def test_arrays_are_read_only() -> None:
    """A network is immutable, down to its numbers."""
    network = RoadNetwork.from_arrays(SQUARE, TAIL, HEAD)
    arrays = [getattr(network, field.name) for field in fields(network)]
    assert not any(array.flags.writeable for array in arrays if isinstance(array, np.ndarray))


def test_the_callers_arrays_stay_the_callers() -> None:
    """Changing an array after the fact changes no network, nor is it frozen."""
    length = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    places = np.array(SQUARE)
    network = RoadNetwork.from_arrays(places, TAIL, HEAD, edge_length_m=length)
    length[0] = 99.0
    places[0] = 0.0
    assert network.edge_length_m[0] == 1.0
    assert network.node_lonlat[0].tolist() == [5.0, 47.0]


def test_networks_are_equal_when_their_ids_are() -> None:
    """The id is a digest of the content, so equal content is an equal network with an equal hash."""
    one, same = (RoadNetwork.from_arrays(SQUARE, TAIL, HEAD) for _ in range(2))
    other = RoadNetwork.from_arrays(SQUARE, TAIL, HEAD, banned_turns=[(0, 2)])
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "a network"


def test_bounds_enclose_all_shapes() -> None:
    """A detour outside the nodes counts."""
    shapes = [[SQUARE[0], (4.9, 47.2), SQUARE[1]]]
    network = RoadNetwork.from_arrays(SQUARE[:2], [0], [1], shapes=shapes)
    assert network.bounds == (4.9, 47.0, 5.01, 47.2)


def test_edges_as_a_table() -> None:
    """One line for each edge in EPSG:4326 with the columns analysts use, by edge number."""
    shapes = [[SQUARE[0], (5.005, 46.99), SQUARE[1]], [SQUARE[1], SQUARE[2]]]
    network = RoadNetwork.from_arrays(
        SQUARE, [0, 1], [1, 2], shapes=shapes, edge_name=["Quai", ""], edge_duration_s=[100, 50]
    )
    table = network.to_geodataframe()
    assert table.crs == "EPSG:4326"
    assert table.index.tolist() == [0, 1]
    assert table.columns.tolist() == [
        "way_id",
        "name",
        "class",
        "length_m",
        "duration_s",
        "speed_kph",
        "in_core",
        "geometry",
    ]
    assert table.name.tolist() == ["Quai", ""]
    assert table.geometry[0].equals_exact(shapely.LineString(shapes[0]), 0.0)
    assert table.speed_kph[0] == pytest.approx(network.edge_length_m[0] / 100.0 * 3.6)


# --- Networks put together by hand --------------------------------------------------------------------------

SWAPPED_ENDS = np.array([1, 0, 2, 1, 3, 2, 0, 9], dtype=np.int32)
BROKEN: dict[str, tuple[object, str]] = {
    "edge_head": (SWAPPED_ENDS, "edge_head has 0 to 9, where 0 to 3 is allowed"),
    "edge_tail": (-SWAPPED_ENDS, "edge_tail has -9 to 0"),
    "edge_name": (np.ones(8, dtype=np.int32), "edge_name has 1 to 1, where 0 to 0"),
    "edge_class": (np.full(8, -1, dtype=np.int16), "edge_class has -1"),
    "edge_reverse": (np.full(8, 8, dtype=np.int32), "edge_reverse has 8 to 8, where -1 to 7"),
    "edge_duration_s": (np.full(8, np.nan), "edge_duration_s has nan"),
    "edge_length_m": (np.ones(7), r"edge_length_m is float64 \(7,\), where float64 \(8,\) is needed"),
    "edge_in_core": (np.ones(8), "edge_in_core is float64"),
    "shape_start": (np.arange(9), "shape_start must lead from 0 to 16 in steps of 2 or more"),
    "shape_lonlat": (np.ones((16, 3)), r"shape_lonlat is float64 \(16, 3\)"),
    "copy_of": (np.array([8], dtype=np.int32), "copy_of has 8 to 8, where 0 to 7"),
    "state_order": (np.zeros(8, dtype=np.int32), "state_order must have every state once"),
    "turn_duration_s": (np.ones(1), "turn_duration_s is float64"),
    "timed_turn": (np.array([0], dtype=np.int32), r"timed_hours is int32 \(0,\), where int32 \(1,\)"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_indices_that_lead_nowhere_are_refused(name: str) -> None:
    """Kernels check no bounds: no network has an array of another type or size, or an index out of range."""
    values, fault = BROKEN[name]
    with pytest.raises(InvalidNetworkError, match=fault):
        replace(RoadNetwork.from_arrays(**AROUND), **{name: values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "place", "value"), [("turn_to", 0, 8), ("turn_to", 3, -1), ("turn_from", 0, 7)]
)
def test_turns_lead_from_state_to_state(name: str, place: int, value: int) -> None:
    """A turn to no edge, or one out of its order, is refused."""
    network = RoadNetwork.from_arrays(**AROUND)
    turns = getattr(network, name).copy()
    turns[place] = value
    with pytest.raises(InvalidNetworkError, match=f"{name} (has|must ascend)"):
        replace(network, **{name: turns})


def test_any_order_of_states_is_the_same_network() -> None:
    """Which order of contraction a machine finds changes neither a network's id nor any answer."""
    network = RoadNetwork.from_arrays(**AROUND)
    other = replace(network, state_order=network.state_order[::-1].copy()).sealed()
    assert other.network_id == network.network_id
    assert not other.state_order.flags.writeable
    one, same = (Router(each).matrix(SQUARE, SQUARE) for each in (network, other))
    np.testing.assert_array_equal(one, same)


def test_every_array_of_a_network_is_checked() -> None:
    """A new array needs its rule."""
    network = RoadNetwork.from_arrays(**AROUND)
    arrays = {field.name for field in fields(network) if isinstance(getattr(network, field.name), np.ndarray)}
    assert arrays == set(COLUMNS)
