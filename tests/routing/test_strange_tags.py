"""Strange tags, members and ways are left out or ignored: any map has a network, or no usable road."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.routing.errors import EmptyNetworkError
from equipage.routing.limits import MAX_DURATION_S
from equipage.routing.osm import OsmMember, OsmRelation
from equipage.routing.profile import profile_named
from equipage.routing.router import Router
from tests.routing.scenario import ARMS, CROSSING, build, draw, way_id

Kind = Literal["node", "way", "relation"]

KEYS = [
    *("highway", "route", "oneway", "junction", "access", "motor_vehicle", "motorcar", "vehicle", "hgv"),
    *("maxspeed", "maxspeed:forward", "maxspeed:type", "maxspeed:conditional", "source:maxspeed", "lanes"),
    *("width", "maxheight", "maxweight", "maxlength", "maxwidth", "maxaxleload", "surface", "tracktype"),
    *("smoothness", "duration", "service", "area", "construction", "barrier", "bollard", "crossing", "stop"),
    *("direction", "traffic_signals:direction", "name", "ref", "destination", "destination:ref", "toll"),
    *("access:conditional", "oneway:conditional", "motor_vehicle:conditional", "hgv:conditional", "noexit"),
    *("bus", "psv", "emergency", "impassable", "status", "turn:lanes", "restriction", "except", "day_on"),
    *("restriction:conditional", "hour_on", "hour_off", "day_off", "restriction:hgv", "location"),
]
VALUES = st.one_of(
    st.sampled_from(
        [
            *("", " ", ";", "yes", "no", "-1", "0", "1e308", "1e400", "nan", "inf", "-inf", "0x10", "٣", "½"),
            *("none", "signals", "walk", "FR:urban", "FR:zone", "50 mph", "50mph;30", "99999999999999999999"),
            *("roundabout", "reversible", "alternating", "destination", "private", "ferry", "residential"),
            *("traffic_signals", "bollard", "lift_gate", "no @ (Mo-Fr 07:00-09:00)", "no @ (25:99-00:00)"),
            *("no @ ()", "@", "30 @ (weight>7.5) AND", "no_u_turn", "only_straight_on", "no_entry", "only_"),
            *("00:00", "-1:30", "99999:99", "PT99999999H", "P", "12'6\"", "3 m", "7.5 t", "-0.0", "motorway"),
        ]
    ),
    st.text(max_size=12),
)
TAGS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)
MEMBERS = st.builds(
    OsmMember,
    st.sampled_from(get_args(Kind)),
    st.sampled_from([*map(way_id, ARMS), ord("x"), ord("n"), 0, -1, 2**62]),
    st.sampled_from(["from", "via", "to", "", "location_hint"]),
)
RELATIONS = st.builds(
    OsmRelation,
    st.integers(-5, 5),
    st.lists(MEMBERS, max_size=5).map(tuple),
    TAGS.map(lambda tags: {"type": "restriction", **tags}),
)


@settings(max_examples=150, deadline=None)
@given(
    ways=st.lists(TAGS, min_size=4, max_size=4),
    nodes=st.dictionaries(st.sampled_from("nwxes"), TAGS),
    relations=st.lists(RELATIONS, max_size=4),
    lost=st.sampled_from(["", "", "x", "n", "nw"]),
    profile=st.sampled_from(["van", "truck", "emergency"]),
)
def test_strange_tags_make_a_network_or_none(
    ways: list[dict[str, str]],
    nodes: dict[str, dict[str, str]],
    relations: list[OsmRelation],
    lost: str,
    profile: str,
) -> None:
    """What is built has sound numbers, and a router answers on it."""
    osm = draw(
        CROSSING, ways=dict(zip(ARMS, ways, strict=True)), nodes=nodes, restrictions=relations, lost=lost
    )
    try:
        network = build(osm, profile_named(profile))
    except EmptyNetworkError:
        return
    assert (network.edge_duration_s <= MAX_DURATION_S).all()
    count = network.restrictions
    assert count.used + sum(count.refused.values()) == count.total == len(relations)
    try:
        router = Router(network, max_snap_m=np.inf)
    except EmptyNetworkError:
        return
    assert not np.isnan(router.matrix([(0.0, 0.0)], [(0.002, -0.001)])).any()


@pytest.mark.parametrize(
    "members", ["from via", "from to", "via to", "from", "via", "to", "", "from from via to", "to via via"]
)
def test_restrictions_with_missing_members_are_refused_and_counted(members: str) -> None:
    """Without what a restriction needs it forbids nothing, and the network says how many there were."""
    place = {"from": ("way", way_id("wx")), "via": ("node", ord("x")), "to": ("way", 404)}
    given_members = tuple(OsmMember(*place[role], role) for role in members.split())  # type: ignore[arg-type]
    lacking = OsmRelation(1, given_members, {"type": "restriction", "restriction": "no_left_turn"})
    free = build(draw(CROSSING, ways=ARMS))
    network = build(draw(CROSSING, ways=ARMS, restrictions=[lacking]))
    assert network.turn_count == free.turn_count
    assert sum(network.restrictions.refused.values()) == 1


def test_degenerate_ways_leave_the_others_alone() -> None:
    """Ways of one node, and of one again and again, are left out and counted; rings are cut and driven."""
    text = """
        a b .
        d c e
        . g f
    """
    rings: dict[str, dict[str, str]] = {"abcda": {}, "cefgc": {}}
    network = build(draw(text, ways={**rings, "a": {}, "bb": {}, "ccc": {}}))
    assert network.ignored["ways_with_one_node"] == 3
    here, there = [(0.0, 0.0)], [(0.001, -0.002)]
    alone = Router(build(draw(text, ways=rings))).matrix(here, there)
    assert np.isfinite(alone).all()
    assert Router(network).matrix(here, there) == pytest.approx(alone, abs=0.01)


def test_of_two_pieces_the_smaller_is_not_snapped_to() -> None:
    """In a network in two pieces trips start and end in the larger one, however near the other is."""
    pieces = draw("a b c d\n. . . .\ne f . .", ways={"abcd": {}, "ef": {}})
    router = Router(build(pieces), max_snap_m=1000.0)
    snapped = router.snap((0.0005, -0.002))
    assert snapped[0].lat == pytest.approx(0.0, abs=1e-6)
