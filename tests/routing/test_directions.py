"""What a driver is told at junctions, on small drawn networks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from equipage.routing.directions import Step, directions
from equipage.routing.errors import UnroutableError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, networks, points
from tests.routing.scenario import build, draw

STEP = 0.004
"""Degrees from one corner to the next: streets of some 400 m, whose names are worth telling."""
CORNERS = {
    "west": (-1, 0),
    "middle": (0, 0),
    "east": (1, 0),
    "north": (0, 1),
    "south": (0, -1),
    "northeast": (1, 0.3),
    "southeast": (1, -0.3),
}


def told(roads: dict[tuple[str, str], str], way: tuple[str, str, str], **more: object) -> list[Step]:
    """Return the steps from halfway along the way's first road to halfway along its second."""
    nodes = list(CORNERS)
    ends = [*roads, *((end, start) for start, end in roads)]
    network = RoadNetwork.from_arrays(
        [(LON + STEP * x, LAT + STEP * y) for x, y in CORNERS.values()],
        [nodes.index(start) for start, _ in ends],
        [nodes.index(end) for _, end in ends],
        edge_name=[*roads.values(), *roads.values()],
        **more,  # type: ignore[arg-type]
    )
    places = np.array([CORNERS[name] for name in way])
    origin, destination = (LON, LAT) + STEP * (places[:-1] + places[1:]) / 2.0
    return list(directions(network, Router(network).route(origin, destination)))


def said(steps: list[Step]) -> list[tuple[str, str | None, str]]:
    """Return kind, modifier and street of all steps but the first and the last."""
    assert (steps[0].kind, steps[-1].kind) == ("depart", "arrive")
    return [(step.kind, step.modifier, step.name) for step in steps[1:-1]]


CROSSING = {
    ("west", "middle"): "Main",
    ("middle", "east"): "Main",
    ("north", "middle"): "Side",
    ("middle", "south"): "Side",
}
FORK = {("west", "middle"): "Main", ("middle", "northeast"): "Main", ("middle", "southeast"): "Low"}


@pytest.mark.parametrize(
    ("roads", "way", "expected"),
    [
        (CROSSING, ("west", "middle", "east"), []),
        (CROSSING, ("west", "middle", "north"), [("turn", "left", "Side")]),
        (CROSSING, ("west", "middle", "south"), [("turn", "right", "Side")]),
        (CROSSING, ("south", "middle", "east"), [("turn", "right", "Main")]),
        (
            {**CROSSING, ("middle", "east"): "High"},
            ("west", "middle", "east"),
            [("new name", "straight", "High")],
        ),
        (
            {**CROSSING, ("middle", "east"): "Side", ("middle", "south"): "Main"},
            ("west", "middle", "south"),
            [("continue", "right", "Main")],
        ),
        (
            {("west", "middle"): "Main", ("north", "middle"): "Side", ("middle", "south"): "Side"},
            ("west", "middle", "south"),
            [("end of road", "right", "Side")],
        ),
        ({("west", "middle"): "Main", ("middle", "south"): "Main"}, ("west", "middle", "south"), []),
        (
            {("west", "middle"): "Main", ("middle", "south"): "Low"},
            ("west", "middle", "south"),
            [("new name", "right", "Low")],
        ),
        (FORK, ("west", "middle", "northeast"), [("fork", "slight left", "Main")]),
        (FORK, ("west", "middle", "southeast"), [("fork", "slight right", "Low")]),
    ],
)
def test_a_driver_is_told_what_to_do(
    roads: dict[tuple[str, str], str], way: tuple[str, str, str], expected: list[tuple[str, str, str]]
) -> None:
    """Nothing where the road goes on, else the kind, the direction and the street."""
    assert said(told(roads, way)) == expected


def test_ramps_have_words_of_their_own() -> None:
    """From a street onto a trunk road's ramp, from the ramp onto it, and off again."""
    classes = ["trunk", "trunk", "residential", "trunk_link"]
    assert said(told(CROSSING, ("west", "middle", "south"), edge_class=classes * 2))[0][0] == "off ramp"
    assert said(told(CROSSING, ("south", "middle", "east"), edge_class=classes * 2))[0][0] == "merge"
    classes = ["residential", "residential", "residential", "trunk_link"]
    assert said(told(CROSSING, ("west", "middle", "south"), edge_class=classes * 2))[0][0] == "on ramp"


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        (["motorway", "motorway", "motorway_link"], []),
        (["primary", "primary", "service"], []),
        (["primary", "primary", "primary_link"], []),
        (["residential", "residential", "residential"], [("fork", "slight left", "Main")]),
    ],
)
def test_a_road_goes_on_plainly_beside_lesser_ones(
    classes: list[str], expected: list[tuple[str, str, str]]
) -> None:
    """Past an exit, a yard or a slip road nothing is told; between streets alike it is a fork."""
    assert said(told(FORK, ("west", "middle", "northeast"), edge_class=classes * 2)) == expected


def test_who_turns_off_a_road_at_a_fork_is_told_the_side() -> None:
    """The ramp leaves to the right, however little."""
    classes = ["motorway", "motorway", "motorway_link"]
    assert said(told(FORK, ("west", "middle", "southeast"), edge_class=classes * 2)) == [
        ("off ramp", "slight right", "Low")
    ]


def test_the_end_of_a_road_is_told_though_its_name_goes_on() -> None:
    """Coming to a T by its stem one has to choose."""
    roads = {("west", "middle"): "Main", ("north", "middle"): "Main", ("middle", "south"): "Side"}
    assert said(told(roads, ("west", "middle", "north"))) == [("end of road", "left", "Main")]


def test_streets_without_a_name_are_not_one_street() -> None:
    """A turn from one into another is a turn, not the same street that continues."""
    roads = dict.fromkeys(CROSSING, "")
    assert said(told(roads, ("west", "middle", "north"))) == [("turn", "left", "")]


@pytest.mark.parametrize(
    ("bridge_m", "expected"),
    [(90.0, []), (120.0, [("new name", "straight", "Pont"), ("new name", "straight", "Rue")])],
)
def test_a_name_that_holds_for_a_moment_is_not_told(
    bridge_m: float, expected: list[tuple[str, str, str]]
) -> None:
    """A short bridge with a name of its own interrupts a street, and no driver needs to know."""
    places = [(0.0, 0.0), (0.002, 0.0), (0.002 + bridge_m / 111_195.0, 0.0), (0.006, 0.0)]
    network = RoadNetwork.from_arrays(
        places,
        [0, 1, 2, 1, 2, 3],
        [1, 2, 3, 0, 1, 2],
        edge_name=["Rue", "Pont", "Rue"] * 2,
    )
    assert said(list(directions(network, Router(network).route((0.001, 0.0), (0.005, 0.0))))) == expected


def test_steps_tell_numbers_and_destinations() -> None:
    """A road without a name is called by its number; where signs say that it leads is told, too."""
    osm = draw(
        "a b c e\n. d . .",
        ways={
            "ab": {"name": "Rue", "ref": "N 5"},
            "bce": {"ref": "D 905", "destination:forward": "Dijon"},
            "bd": {},
        },
    )
    network = build(osm)
    steps = directions(network, Router(network).route((0.0005, 0.0), (0.0028, 0.0)))
    assert [(step.kind, step.name, step.ref, step.destination) for step in steps] == [
        ("depart", "Rue", "N 5", ""),
        ("new name", "D 905", "D 905", "Dijon"),
        ("arrive", "D 905", "D 905", "Dijon"),
    ]


def test_a_passed_junction_belongs_to_the_step() -> None:
    """The crossing that is driven straight over is told with its side roads, but is no step."""
    [depart, _] = told(CROSSING, ("west", "middle", "east"))
    assert [len(junction.others) for junction in depart.junctions] == [0, 2]
    assert depart.junctions[1].bearing_before == pytest.approx(90.0, abs=0.1)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), points(2))
def test_steps_follow_each_other(network: RoadNetwork, ends: list[tuple[float, float]]) -> None:
    """Each begins where the one before ends, the first at the start and the last at the end."""
    try:
        route = Router(network, max_snap_m=5000.0).route(*ends)
    except UnroutableError:
        return
    steps = directions(network, route)
    last = len(route.geometry.coords) - 1
    assert (steps[0].kind, steps[0].first) == ("depart", 0)
    assert (steps[-1].kind, steps[-1].first, steps[-1].last) == ("arrive", last, last)
    for before, after in pairwise(steps):
        assert before.last == after.first
        places = [junction.point for junction in before.junctions]
        assert places == sorted(places)
        assert all(before.first <= place <= before.last for place in places)
