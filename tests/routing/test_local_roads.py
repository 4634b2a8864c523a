"""Roads for local business: trips start and end there, and none passes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.routing.network import RoadNetwork
from equipage.routing.osm import OsmRelation, Tags
from equipage.routing.profile import EMERGENCY, TRUCK, VAN, VehicleProfile
from equipage.routing.router import Router
from tests.routing.scenario import SPACING_DEG, build, draw, moves, restriction, way_id

STREETS = """
    a b c d e
    x . p . y
"""
LOCAL = {"access": "destination"}
WAYS: Mapping[str, Tags] = {"ab": {}, "bcd": LOCAL, "de": {}, "axpye": {}}


def place(letter: str) -> tuple[float, float]:
    """Return lon, lat of a letter of the streets."""
    rows = [line.split() for line in STREETS.strip().splitlines()]
    return next(
        (SPACING_DEG * row.index(letter), -SPACING_DEG * number)
        for number, row in enumerate(rows)
        if letter in row
    )


def driven(
    trip: str,
    ways: Mapping[str, Tags] = WAYS,
    *,
    profile: VehicleProfile = VAN,
    restrictions: Sequence[OsmRelation] = (),
) -> set[int]:
    """Return the ways of the fastest trip between two letters of the streets."""
    network = build(draw(STREETS, ways=ways, restrictions=restrictions), profile)
    return set(Router(network).route(place(trip[0]), place(trip[1])).way_ids)


def ids(*words: str) -> set[int]:
    """Return the ids of some ways."""
    return {way_id(word) for word in words}


@pytest.mark.parametrize(
    ("trip", "expected"),
    [
        ("ac", ["ab", "bcd"]),
        ("ec", ["de", "bcd"]),
        ("ca", ["ab", "bcd"]),
        ("ae", ["axpye"]),
        ("ea", ["axpye"]),
    ],
)
def test_nobody_drives_through_a_road_for_destinations(trip: str, expected: list[str]) -> None:
    """Into it and out of it on either side, but around it between a and e."""
    assert driven(trip) == ids(*expected)


def test_several_local_roads_in_a_row_are_one() -> None:
    """A trip goes on from one to the next, and none passes through all of them."""
    ways = {"ab": {}, "bc": LOCAL, "cd": {"access": "private"}, "de": {}, "axpye": {}}
    assert driven("ad", ways) == ids("ab", "bc", "cd")
    assert driven("ae", ways) == ids("axpye")


def test_within_local_roads_trips_stay_there() -> None:
    """Who starts and ends among them need not leave them."""
    ways = {"ab": LOCAL, "bc": LOCAL, "cd": LOCAL, "de": LOCAL, "axpye": {}}
    assert driven("bd", ways) == ids("bc", "cd")
    assert driven("db", ways) == ids("bc", "cd")


def test_one_direction_alone_may_be_local() -> None:
    """Through traffic may go from e to a, and not from a to e."""
    ways = {**WAYS, "bcd": {"motor_vehicle:forward": "destination"}, "dp": {}}
    assert driven("ae", ways) == ids("axpye", "dp", "de")
    assert driven("ea", ways) == ids("ab", "bcd", "de")


def test_a_street_behind_a_local_road_is_reached_and_left() -> None:
    """It counts as local, whatever its own tags."""
    ways = {"ab": {}, "bc": LOCAL, "cp": {}, "ax": {}}
    assert driven("ap", ways) == ids("ab", "bc", "cp")
    assert driven("px", ways) == ids("ax", "ab", "bc", "cp")


def test_a_street_behind_private_ground_is_reached_over_it() -> None:
    """No trip starts or ends on others' service roads, but streets behind them are no pocket."""
    private = {"highway": "service", "access": "private"}
    ways: Mapping[str, Tags] = {"ab": {}, "bc": private, "cp": {}, "ax": {}}
    assert driven("xp", ways) == ids("ax", "ab", "bc", "cp")
    network = build(draw(STREETS, ways=ways))
    on_private = network.edge_way_id == way_id("bc")
    assert not network.edge_in_core[on_private].any()
    assert network.edge_in_core[~on_private].all()


def test_an_emergency_vehicle_drives_through() -> None:
    """Nothing is local to it."""
    assert driven("ae", profile=EMERGENCY) == ids("ab", "bcd", "de")


def test_a_lorry_delivers_below_its_limit_of_weight() -> None:
    """*Sauf desserte*: it drives into such a road and around it; a van of 3.5 t passes through."""
    limit = {"maxweight": "3.5", "maxweight:conditional": "none @ delivery"}
    ways: Mapping[str, Tags] = {**WAYS, "bcd": limit}
    assert driven("ac", ways, profile=TRUCK) == ids("ab", "bcd")
    assert driven("ae", ways, profile=TRUCK) == ids("axpye")
    assert driven("ae", ways) == ids("ab", "bcd", "de")


def test_turn_restrictions_hold_on_local_roads_too() -> None:
    """What is banned on the edges is banned on their copies: from ab no turn leads into bcd."""
    banned = [restriction("no_straight_on", "ab", "b", "bcd")]
    assert driven("ac", restrictions=banned) == ids("axpye", "de", "bcd")


def test_a_trip_onto_a_local_road_takes_its_true_time() -> None:
    """As long as if anybody might drive there: entering costs nothing."""
    network, free = (build(draw(STREETS, ways=WAYS), profile) for profile in (VAN, EMERGENCY))
    times = [Router(each).matrix([place("a")], [place("c")]) for each in (network, free)]
    assert times[0] == pytest.approx(times[1])


def test_a_map_of_local_roads_only_is_like_any_other() -> None:
    """Nothing is outside, so nothing is entered."""
    network = build(draw("a b c", ways={"ab": LOCAL, "bc": LOCAL}))
    assert len(network.copy_of) == 0


@st.composite
def partly_local(draw_: st.DrawFn) -> Mapping[str, Tags]:
    """Draw ways over a grid of nine nodes, some of them local, some one-way."""
    words = draw_(st.lists(st.text("abcdefghi", min_size=2, max_size=5), min_size=2, max_size=8, unique=True))
    tags: list[Tags] = [{}, {}, LOCAL, {"oneway": "yes"}, {**LOCAL, "oneway": "yes"}]
    return {word: draw_(st.sampled_from(tags)) for word in words}


def core_middles(network: RoadNetwork) -> list[tuple[float, float]]:
    """Return places in the middle of the edges that trips start and end on."""
    shapes = [network.edge_shape(edge) for edge in np.flatnonzero(network.edge_in_core).tolist()]
    return [tuple((shape[0] + shape[1]) / 2) for shape in shapes if (shape[0] != shape[1]).any()]


@given(partly_local())
def test_no_trip_within_the_core_is_lost(ways: Mapping[str, Tags]) -> None:
    """Wherever roads are local, each place that is snapped to is reached from each other one."""
    drawn = {word: tags for word, tags in ways.items() if len(set(word)) > 1}
    if not drawn:
        return
    network = build(draw("a b c\nd e f\ng h i", ways=drawn))
    places = core_middles(network)
    if places:
        assert np.isfinite(Router(network).matrix(places, places)).all()


def test_who_may_not_go_on_turns_back() -> None:
    """At the mouth of a local road, the dead end of a street for all."""
    network = build(draw("a b c", ways={"ab": {}, "bc": LOCAL}))
    assert {"aba", "abc", "cba"} <= moves(network)
