"""Which barriers let which vehicle through, where on a road, and how long that takes."""

from __future__ import annotations

import pytest

from equipage.routing.osm import Tags
from equipage.routing.profile import EMERGENCY, PROFILES, TRUCK, VAN, VehicleProfile
from equipage.routing.router import Router
from tests.routing.roads import ROUNDED_S
from tests.routing.scenario import CROSSING, SPACING_DEG, build, draw, may_drive, moves

ALL = "van truck emergency"
VAN_AND_EMERGENCY = "van emergency"
BARRIERS: dict[str, str] = {
    # a kind of barrier, or a barrier and more tags: who passes
    "arch": ALL,
    "block": "",
    "bollard": "",
    "bollard bollard=fixed": "",
    "bollard bollard=rising": ALL,
    "bollard bollard=removable": "emergency",
    "bollard bollard=foldable": "emergency",
    "bollard bicycle=yes": "",
    "border_control": ALL,
    "bus_trap": "",
    "cattle_grid": ALL,
    "chain": "emergency",
    "cycle_barrier": "",
    "debris": "",
    "entrance": ALL,
    "fence": "",
    "fence sensory=audible": ALL,
    "gate": ALL,
    "gate locked=yes": "emergency",
    "gate maxheight=3": VAN_AND_EMERGENCY,
    "gate maxwidth=2.2": VAN_AND_EMERGENCY,
    "height_restrictor": ALL,
    "height_restrictor maxheight=2": "",
    "height_restrictor maxheight=2.5": VAN_AND_EMERGENCY,
    "height_restrictor maxheight=3.6": ALL,
    "jersey_barrier": "",
    "kerb": "",
    "kerb kerb=raised": "",
    "kerb kerb=lowered": ALL,
    "kerb kerb=flush": ALL,
    "kerb highway=crossing": ALL,
    "lift_gate": ALL,
    "log": "",
    "no": ALL,
    "sally_port": ALL,
    "stile": "",
    "sump_buster": "",
    "swing_gate": "emergency",
    "toll_booth": ALL,
    "yes": "",
}
STATED_ACCESS: dict[str, str] = {
    # what is stated decides, whatever the barrier is like
    "block access=yes": ALL,
    "bollard motor_vehicle=yes": ALL,
    "bollard vehicle=permissive": ALL,
    "bollard motorcar=yes": VAN_AND_EMERGENCY,
    "bollard hgv=yes": "truck",
    "bollard access=private": ALL,
    "bollard motor_vehicle=destination": ALL,
    "bollard motor_vehicle=no;delivery": ALL,
    "bollard motor_vehicle=yes;permit": ALL,
    "bollard emergency=yes": "emergency",
    "gate access=no": "",
    "gate access=no;emergency": "emergency",
    "gate access=no motorcar=yes": VAN_AND_EMERGENCY,
    "gate access=no bus=yes": "emergency",
    "gate access=agricultural": "",
    "gate access=agricultural;forestry": "",
    "gate access=yes motor_vehicle=no": "",
    "gate locked=yes motor_vehicle=destination": ALL,
    "gate motor_vehicle=emergency": "emergency",
    "height_restrictor maxheight=2 hgv=yes": "truck",
}


def tags_of(text: str) -> Tags:
    """Return the tags that a row tells."""
    kind, *more = text.split()
    return {"barrier": kind, **dict(tag.split("=") for tag in more)}


def passes(tags: Tags, profile: VehicleProfile) -> bool:
    """Tell whether one may drive over a node between two roads."""
    return may_drive(build(draw("a b c", ways={"ab": {}, "bc": {}}, nodes={"b": tags}), profile), "abc")


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize(("barrier", "who"), {**BARRIERS, **STATED_ACCESS}.items())
def test_who_passes_a_barrier(barrier: str, who: str, profile: VehicleProfile) -> None:
    """A stated access decides, else the kind of barrier, its lock and its size against the vehicle's."""
    assert passes(tags_of(barrier), profile) is (profile.name in who.split())


@pytest.mark.parametrize("ways", [("abc",), ("ab", "bc")], ids=["within a way", "between ways"])
def test_a_barrier_turns_everybody_back_on_both_sides(ways: tuple[str, ...]) -> None:
    """Within a way as between two one drives up to it and back, and nobody drives through."""
    osm = draw("a b c", ways={way: {} for way in ways}, nodes={"b": {"barrier": "bollard"}})
    assert moves(build(osm)) == {"bab", "aba", "bcb", "cbc"}


def test_a_barrier_at_a_junction_closes_all_of_it() -> None:
    """As on OSRM's, nobody drives through its node, whatever the roads."""
    ways: dict[str, Tags] = {"wxe": {}, "nxs": {}}
    network = build(draw(CROSSING, ways=ways, nodes={"x": {"barrier": "bollard"}}))
    assert {move for move in moves(network) if move[1] == "x"} == {"wxw", "exe", "nxn", "sxs"}


@pytest.mark.parametrize("ways", [("abc",), ("ab", "bc")], ids=["within a way", "between ways"])
@pytest.mark.parametrize(
    ("barrier", "delay_s"),
    [
        ("gate", 60.0),
        ("lift_gate", 60.0),
        ("gate access=private", 0.0),
        ("gate motor_vehicle=yes;permit", 0.0),
        ("toll_booth", 0.0),
        ("kerb highway=crossing", 0.0),
    ],
)
def test_the_seconds_of_a_gate(barrier: str, delay_s: float, ways: tuple[str, ...]) -> None:
    """A minute for each gate, as on OSRM's; nothing where access to it is stated."""
    open_road, barred = (
        build(draw("a b c", ways={way: {} for way in ways}, nodes=nodes))
        for nodes in ({}, {"b": tags_of(barrier)})
    )
    trip = (0.5 * SPACING_DEG, 0.0), (1.5 * SPACING_DEG, 0.0)
    took_s = Router(barred).route(*trip).duration_s - Router(open_road).route(*trip).duration_s
    assert took_s == pytest.approx(delay_s, abs=ROUNDED_S)


def test_what_is_on_a_node_without_barrier_blocks_nobody() -> None:
    """A crossing, a lamp and an entrance for walkers are beside the road."""
    for tags in ({"highway": "crossing"}, {"highway": "street_lamp"}, {"entrance": "yes"}):
        assert all(passes(tags, profile) for profile in (VAN, TRUCK, EMERGENCY))
