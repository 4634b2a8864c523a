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
from tests.routing.roads import LAT, LON, STEP, networks, points

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
