"""What a driver is told at roundabouts, on rings with a road to the west, south, east and north."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest

from equipage.routing.directions import Step, directions
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router

M = 1.0 / 111_195.0
SIDES = {"west": (-1.0, 0.0), "south": (0.0, -1.0), "east": (1.0, 0.0), "north": (0.0, 1.0)}
ALL = tuple(SIDES)


def ring(
    radius_m: float,
    *,
    name: str = "",
    kinds: Mapping[str, str] | None = None,
    only: tuple[str, ...] = ALL,
) -> RoadNetwork:
    """Return a ring that is driven counter-clockwise, with two-way roads of 300 m named after their sides.

    Nodes 0 to 3 are on the ring, in the order of `SIDES`, and the others at the ends of the roads.
    """
    sides = np.array(list(SIDES.values()))
    ends = [ALL.index(side) for side in only]
    lonlat = np.concatenate([sides * radius_m * M, sides[ends] * (radius_m + 300.0) * M])
    outer = list(range(4, 4 + len(ends)))
    tail, head = [0, 1, 2, 3, *outer, *ends], [1, 2, 3, 0, *ends, *outer]
    quarter = np.linspace(0.0, np.pi / 2.0, 8)
    circle = [
        radius_m
        * M
        * np.column_stack(
            [np.cos(np.pi + i * np.pi / 2.0 + quarter), np.sin(np.pi + i * np.pi / 2.0 + quarter)]
        )
        for i in range(4)
    ]
    straight = [lonlat[[a, b]] for a, b in zip(tail[4:], head[4:], strict=True)]
    for i, arc in enumerate(circle):
        arc[[0, -1]] = lonlat[[tail[i], head[i]]]
    return RoadNetwork.from_arrays(
        lonlat,
        tail,
        head,
        shapes=[*circle, *straight],
        edge_name=[name] * 4 + [*only, *only],
        edge_class=["residential"] * 4 + [(kinds or {}).get(side, "residential") for side in only] * 2,
        edge_roundabout=[True] * 4 + [False] * (2 * len(ends)),
    )


def place(side: str, radius_m: float) -> tuple[float, float]:
    """Return the middle of a road."""
    x, y = SIDES[side]
    return x * (radius_m + 150.0) * M, y * (radius_m + 150.0) * M


def told(network: RoadNetwork, start: str, end: str, radius_m: float = 40.0) -> list[Step]:
    """Return the steps from the middle of one road to the middle of another."""
    route = Router(network).route(place(start, radius_m), place(end, radius_m))
    return list(directions(network, route))


@pytest.mark.parametrize(("end", "exit_"), [("south", 1), ("east", 2), ("north", 3)])
def test_exits_are_counted(end: str, exit_: int) -> None:
    """One enters, and leaves by the n-th exit; the street told is the one that is left onto."""
    enter, leave = told(ring(40.0), "west", end)[1:-1]
    assert (enter.kind, enter.exit, enter.name) == ("roundabout", exit_, end)
    assert (leave.kind, leave.exit, leave.name) == ("exit roundabout", exit_, end)
    assert enter.modifier is not None
    assert "right" in enter.modifier


def test_exits_onto_service_roads_do_not_count() -> None:
    """No driver counts a yard's entrance; on a ring of service roads they do."""
    enter, _ = told(ring(40.0, kinds={"south": "service"}), "west", "east")[1:-1]
    assert enter.exit == 1


def test_roads_that_only_lead_in_are_no_exits() -> None:
    """A road that nobody may leave by is passed without counting."""
    enter, _ = told(ring(40.0, only=("west", "east", "north")), "west", "east")[1:-1]
    assert enter.exit == 1


def test_a_large_ring_with_a_name_of_its_own_is_a_rotary() -> None:
    """Its name is told; one that shares the name of a road is a roundabout."""
    enter, leave = told(ring(40.0, name="Place Wilson"), "west", "east")[1:-1]
    assert [(step.kind, step.rotary, step.name) for step in (enter, leave)] == [
        ("rotary", "Place Wilson", "east"),
        ("exit rotary", "Place Wilson", "east"),
    ]
    assert told(ring(40.0, name="north"), "west", "east")[1].kind == "roundabout"


@pytest.mark.parametrize(("end", "modifier"), [("south", "right"), ("east", "straight"), ("north", "left")])
def test_a_small_ring_is_told_as_a_turn(end: str, modifier: str) -> None:
    """With few roads in clear directions one turns there, in the direction of the road that is taken."""
    [step] = told(ring(10.0), "west", end, 10.0)[1:-1]
    assert (step.kind, step.modifier, step.name) == ("roundabout turn", modifier, end)


def test_who_starts_on_a_ring_is_told_to_leave_it_only() -> None:
    """And who ends on it is told to enter, with no exit."""
    network = ring(40.0)
    on_ring = (-40.0 * M * np.sqrt(0.5), -40.0 * M * np.sqrt(0.5))
    steps = directions(network, Router(network).route(on_ring, place("east", 40.0)))
    assert [(step.kind, step.exit) for step in steps] == [
        ("depart", None),
        ("exit roundabout", 2),
        ("arrive", None),
    ]
    steps = directions(network, Router(network).route(place("west", 40.0), on_ring))
    assert [(step.kind, step.exit) for step in steps] == [
        ("depart", None),
        ("roundabout", None),
        ("arrive", None),
    ]


def test_steps_of_a_roundabout_follow_each_other() -> None:
    """Each begins where the one before ends; exits that are passed are junctions of the step on the ring."""
    steps = told(ring(40.0), "west", "north")
    assert all(before.last == after.first for before, after in pairwise(steps))
    assert len(steps[1].junctions) == 3


def test_an_open_arc_is_no_roundabout() -> None:
    """What does not lead round to where it begins is told as the turns it has."""
    network = ring(40.0)
    kept = np.arange(network.edge_count) != 3
    arc = RoadNetwork.from_arrays(
        network.node_lonlat,
        network.edge_tail[kept],
        network.edge_head[kept],
        shapes=[network.edge_shape(edge) for edge in np.flatnonzero(kept).tolist()],
        edge_roundabout=network.edge_roundabout[kept],
    )
    kinds = {step.kind for step in directions(arc, Router(arc, max_snap_m=500.0).route(*_across(arc)))}
    assert not any("roundabout" in kind for kind in kinds)


def _across(network: RoadNetwork) -> tuple[tuple[float, float], tuple[float, float]]:
    return place("west", 40.0), place("north", 40.0)
