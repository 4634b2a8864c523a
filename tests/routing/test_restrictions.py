"""Turn restrictions of every kind, the reasons to refuse one, and the account of all.

All maps are a crossing of four two-way roads unless they are drawn: from w over x one may go to n, e and s.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.routing.network import RoadNetwork
from equipage.routing.osm import OsmRelation, Tags
from equipage.routing.profile import PROFILES, TRUCK, VehicleProfile
from equipage.routing.restrictions import OBLIGATIONS, PROHIBITIONS, Refusal
from tests.routing.scenario import ARMS, CROSSING, build, draw, moves, restriction

TURN = ("wx", "x", "nx")
TIMED = "restriction:conditional"
FROM_W = {"wxn", "wxe", "wxs"}
ALL_MOVES = {"".join(move) for move in product("wnes", "x", "wnes") if move[0] != move[2]} | {
    "xwx",
    "xnx",
    "xex",
    "xsx",
}


def crossing(*relations: OsmRelation) -> RoadNetwork:
    """Return the crossing under these restrictions."""
    return build(draw(CROSSING, ways=ARMS, restrictions=relations))


def refusals(network: RoadNetwork) -> dict[str, int]:
    """Return the refusals after checking the account."""
    count = network.restrictions
    assert count.used + sum(count.refused.values()) == count.total
    return dict(count.refused)


def test_without_restrictions_every_turn_but_back_is_allowed() -> None:
    """Four arms give twelve turns at the crossing and one back at each dead end."""
    assert moves(crossing()) == ALL_MOVES


@pytest.mark.parametrize(
    ("kind", "to_way", "banned"),
    [
        ("no_left_turn", "nx", "wxn"),
        ("no_right_turn", "xs", "wxs"),
        ("no_straight_on", "xe", "wxe"),
        ("no_entry", "xe", "wxe"),
        ("no_exit", "xe", "wxe"),
    ],
)
def test_a_prohibition_bans_its_turn_and_no_other(kind: str, to_way: str, banned: str) -> None:
    """Each kind of `no_…` takes away exactly the turn from w into its `to` way."""
    network = crossing(restriction(kind, "wx", "x", to_way))
    assert moves(network) == ALL_MOVES - {banned}
    assert network.restrictions.used == 1


@pytest.mark.parametrize(
    ("kind", "to_way", "left"),
    [("only_left_turn", "nx", "wxn"), ("only_right_turn", "xs", "wxs"), ("only_straight_on", "xe", "wxe")],
)
def test_an_obligation_leaves_its_turn_alone(kind: str, to_way: str, left: str) -> None:
    """Each kind of `only_…` takes away the other turns from w, and nothing from elsewhere."""
    network = crossing(restriction(kind, "wx", "x", to_way))
    assert moves(network) == ALL_MOVES - (FROM_W - {left})
    assert network.restrictions.used == 1


def test_only_u_turn_sends_everybody_back() -> None:
    """Turning back is allowed where nothing else is left."""
    network = crossing(restriction("only_u_turn", "wx", "x", "wx"))
    assert moves(network) == ALL_MOVES - FROM_W | {"wxw"}


def test_no_u_turn_closes_a_dead_end_to_turning() -> None:
    """At a dead end turning back is allowed unless it is restricted."""
    network = crossing(restriction("no_u_turn", "xe", "e", "xe"))
    assert moves(network) == ALL_MOVES - {"xex"}


def test_no_u_turn_from_one_carriageway_to_the_other_bans_that_turn() -> None:
    """Between different ways it is an ordinary turn that is banned."""
    carriageways = draw(
        """
        a b .
        c d e
        """,
        ways={"ba": {"oneway": "yes"}, "cd": {"oneway": "yes"}, "db": {}, "de": {}, "eb": {"oneway": "yes"}},
        restrictions=[restriction("no_u_turn", "cd", "d", "db")],
    )
    network = build(carriageways)
    assert "cdb" not in moves(network)
    assert "cde" in moves(network)
    assert network.restrictions.used == 1


def test_no_u_turn_in_the_middle_of_a_way_holds_without_effect() -> None:
    """Nobody turns back there anyway; it is used because it holds."""
    network = build(
        draw("a b c", ways={"abc": {}}, restrictions=[restriction("no_u_turn", "abc", "b", "abc")])
    )
    assert moves(network) == {"abc", "cba", "bcb", "bab"}
    assert network.restrictions.used == 1


def test_only_u_turn_restrictions_speak_of_turning_back() -> None:
    """Any other ban from a way into itself leaves the turn back at a dead end as it is."""
    network = crossing(restriction("no_left_turn", "xe", "e", "xe"))
    assert moves(network) == ALL_MOVES
    assert network.restrictions.used == 1


def test_no_entry_may_have_several_from_ways() -> None:
    """The wiki allows many `from` with `no_entry`: all of them are banned from entering."""
    network = crossing(restriction("no_entry", "wx nx", "x", "xe"))
    assert moves(network) == ALL_MOVES - {"wxe", "nxe"}


def test_no_exit_may_have_several_to_ways() -> None:
    """The wiki allows many `to` with `no_exit`: none of them may be taken."""
    network = crossing(restriction("no_exit", "wx", "x", "xe xs"))
    assert moves(network) == ALL_MOVES - {"wxe", "wxs"}


def test_of_several_members_one_at_the_via_is_enough() -> None:
    """A way that was split after mapping may leave both halves in the relation; the one at the via counts."""
    osm = draw(
        "v w x e",
        ways={"vw": {}, "wx": {}, "xe": {}},
        restrictions=[restriction("no_straight_on", "vw wx", "x", "xe")],
    )
    assert "wxe" not in moves(build(osm))


def test_several_obligations_from_one_road_allow_each_of_their_turns() -> None:
    """`only_straight_on` and `only_right_turn` together mean: not left."""
    network = crossing(
        restriction("only_straight_on", "wx", "x", "xe"), restriction("only_right_turn", "wx", "x", "xs")
    )
    assert moves(network) == ALL_MOVES - {"wxn"}


def test_a_prohibition_holds_beside_an_obligation() -> None:
    """What one relation allows, another may still ban."""
    network = crossing(
        restriction("only_straight_on", "wx", "x", "xe"),
        restriction("only_right_turn", "wx", "x", "xs"),
        restriction("no_right_turn", "wx", "x", "xs"),
    )
    assert moves(network) == ALL_MOVES - {"wxn", "wxs"}


def test_a_long_way_is_restricted_only_where_it_touches_the_via() -> None:
    """Of a from way with junctions of its own only the piece that ends at the via is meant."""
    osm = draw(
        """
        . m n .
        v w x e
        """,
        ways={"vwx": {}, "xe": {}, "wm": {}, "xn": {}},
        restrictions=[restriction("no_left_turn", "vwx", "x", "xn")],
    )
    network = build(osm)
    assert "wxn" not in moves(network)
    assert {"vwm", "vwx", "wxe", "exn"} <= moves(network)


def test_a_via_node_in_the_middle_of_oneway_ways_is_a_junction_of_its_own() -> None:
    """On one-way roads it is plain which half of a way leads to the via, even if it runs through."""
    osm = draw(
        """
        a x c
        . d .
        """,
        ways={"axc": {"oneway": "yes"}, "xd": {}},
        restrictions=[restriction("no_right_turn", "axc", "x", "xd")],
    )
    assert moves(build(osm)) == {"axc", "dxc", "xdx"}


def test_a_prohibition_of_an_impossible_turn_counts_as_used() -> None:
    """It holds: the one-way street lets nobody in anyway."""
    osm = draw(
        CROSSING,
        ways={**ARMS, "xe": {"oneway": "-1"}},
        restrictions=[restriction("no_straight_on", "wx", "x", "xe")],
    )
    network = build(osm)
    assert network.restrictions.used == 1
    assert "wxe" not in moves(network)


def test_an_obligation_where_nobody_arrives_counts_as_used() -> None:
    """The from way leads away from the via: the obligation concerns nobody and changes nothing."""
    osm = draw(
        CROSSING,
        ways={**ARMS, "wx": {"oneway": "-1"}},
        restrictions=[restriction("only_straight_on", "wx", "x", "xe")],
    )
    network = build(osm)
    assert network.restrictions.used == 1
    assert network.turn_count == build(draw(CROSSING, ways={**ARMS, "wx": {"oneway": "-1"}})).turn_count


@pytest.mark.parametrize("key", ["restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle"])
def test_a_restriction_for_our_kind_of_vehicle_holds(key: str) -> None:
    """A van is a motorcar, a motor vehicle and a vehicle to the law."""
    network = crossing(restriction("no_left_turn", "wx", "x", "nx", kind_key=key))
    assert moves(network) == ALL_MOVES - {"wxn"}


@pytest.mark.parametrize(
    ("tags", "bound"),
    [
        ({"restriction": "no_left_turn"}, "van truck emergency"),
        ({"restriction": "no_left_turn", "except": "psv;hgv"}, "van"),
        ({"restriction": "no_left_turn", "except": "bus ; motorcar"}, "truck"),
        ({"restriction": "no_left_turn", "except": "emergency"}, "van truck"),
        ({"restriction": "no_left_turn", "except": "motor_vehicle"}, ""),
        ({"restriction": "no_left_turn", "except": "bicycle"}, "van truck emergency"),
        ({"restriction": "no_left_turn", "except": "destination"}, "van truck emergency"),
        ({"restriction:hgv": "no_left_turn"}, "truck"),
        ({"restriction:bus": "no_left_turn"}, ""),
        ({"restriction:conditional": "no_left_turn @ (weight>7.5)"}, "truck"),
        ({"restriction:conditional": "no_left_turn @ (length>8 AND weight>3.5)"}, "truck"),
        ({"restriction:hgv:conditional": "no_left_turn @ (weight>7.5)"}, "truck"),
        ({"restriction:hgv:conditional": "no_left_turn @ (weight>26)"}, ""),
        ({"restriction": "no_left_turn", "restriction:conditional": "none @ (weight<=3.5)"}, "truck"),
        (
            {"restriction": "no_left_turn", "restriction:hgv:conditional": "none @ (weight<26)"},
            "van emergency",
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_whom_a_restriction_binds(tags: Tags, bound: str, profile: VehicleProfile) -> None:
    """Exceptions, kinds of vehicle and conditions on sizes; an emergency vehicle may what a bus may."""
    network = build(draw(CROSSING, ways=ARMS, restrictions=[restriction(None, *TURN, tags=tags)]), profile)
    binds = profile.name in bound.split()
    assert moves(network) == ALL_MOVES - ({"wxn"} if binds else set())
    assert refusals(network) == ({} if binds else {Refusal.NOT_FOR_THIS_PROFILE: 1})


def test_a_lorrys_restriction_holds_at_its_hours() -> None:
    """`restriction:hgv:conditional` bans the lorry's turn in the rush hour, and says nothing to the van."""
    timed = restriction("no_left_turn @ (Mo-Fr 07:00-09:00)", *TURN, kind_key="restriction:hgv:conditional")
    osm = draw(CROSSING, ways=ARMS, restrictions=[timed])
    lorry, van = build(osm, TRUCK), build(osm)
    assert [lorry.hours[hours] for hours in lorry.timed_hours] == ["Mo-Fr 07:00-09:00"]
    assert (lorry.restrictions.used, refusals(van)) == (1, {Refusal.NOT_FOR_THIS_PROFILE: 1})
    assert van.hours == ()


@pytest.mark.parametrize(
    ("strangers", "reason"),
    [
        ("from", Refusal.FROM_MISSING),
        ("via", Refusal.VIA_MISSING),
        ("to", Refusal.TO_MISSING),
    ],
)
@pytest.mark.parametrize("kind", ["node", "relation"])
def test_members_of_a_wrong_kind_are_none(
    strangers: str, reason: Refusal, kind: Literal["node", "relation"]
) -> None:
    """A node or relation as `from` or `to` is no road; a relation as `via` is no place."""
    if (kind, strangers) == ("node", "via"):
        kind = "relation"
    whole = restriction("no_left_turn", *TURN)
    members = tuple(
        replace(member, kind=kind) if member.role == strangers else member for member in whole.members
    )
    assert refusals(crossing(replace(whole, members=members))) == {reason: 1}


def test_members_of_other_roles_change_nothing() -> None:
    """`location_hint` and the like, a role left empty, and a way told twice."""
    whole = restriction("no_left_turn", "wx wx", "x x", "nx nx")
    others = (replace(whole.members[0], role="location_hint"), replace(whole.members[-1], role=""))
    network = crossing(replace(whole, members=(*others, *whole.members)))
    assert moves(network) == ALL_MOVES - {"wxn"}


def test_the_most_specific_restriction_tag_decides() -> None:
    """`restriction:motorcar` says what holds for cars, whatever `restriction` says for the others."""
    mixed = restriction("no_left_turn", "wx", "x", "xe", tags={"restriction:motorcar": "only_straight_on"})
    assert moves(crossing(mixed)) == ALL_MOVES - {"wxn", "wxs"}


def test_the_older_type_with_a_vehicle_holds_for_it() -> None:
    """`type=restriction:motorcar` is an older way to name the vehicle."""
    network = crossing(
        restriction("no_left_turn", "wx", "x", "nx", tags={"type": "restriction:motorcar"}),
        restriction("no_right_turn", "wx", "x", "xs", tags={"type": "restriction:hgv"}),
    )
    assert moves(network) == ALL_MOVES - {"wxn"}
    assert refusals(network) == {"not_for_this_profile": 1}


def test_an_exception_for_other_vehicles_changes_nothing() -> None:
    """`except=psv` leaves a van restricted."""
    network = crossing(restriction("no_left_turn", "wx", "x", "nx", tags={"except": "psv;bicycle"}))
    assert moves(network) == ALL_MOVES - {"wxn"}


@pytest.mark.parametrize(
    ("relation", "reason"),
    [
        (restriction(None, *TURN), Refusal.NO_KIND),
        (restriction("no_parking", *TURN), Refusal.UNKNOWN_KIND),
        (restriction("no_left_turn @ (PH)", *TURN, kind_key=TIMED), Refusal.CONDITION_NOT_UNDERSTOOD),
        (restriction("no_left_turn", *TURN, kind_key=TIMED), Refusal.CONDITION_NOT_UNDERSTOOD),
        (restriction("no_left_turn @ wet", *TURN, kind_key=TIMED), Refusal.CONDITION_NOT_UNDERSTOOD),
        (
            restriction("no_left_turn @ (Mo); no_right_turn @ (Tu)", *TURN, kind_key=TIMED),
            Refusal.CONDITION_NOT_UNDERSTOOD,
        ),
        (restriction("no_left_turn", *TURN, tags={"day_on": "Monday"}), Refusal.CONDITION_NOT_UNDERSTOOD),
        (restriction("no_parking @ (Mo-Fr)", *TURN, kind_key=TIMED), Refusal.UNKNOWN_KIND),
        (
            restriction("no_left_turn @ (Mo-Fr)", *TURN, kind_key="restriction:hgv:conditional"),
            Refusal.NOT_FOR_THIS_PROFILE,
        ),
        (restriction("only_u_turn @ (Mo-Fr)", "wx", "x", "wx", kind_key=TIMED), Refusal.WOULD_CLOSE_ROAD),
        (restriction("no_left_turn", *TURN, kind_key="restriction:hgv"), Refusal.NOT_FOR_THIS_PROFILE),
        (restriction("no_left_turn", *TURN, tags={"except": "psv; motorcar"}), Refusal.NOT_FOR_THIS_PROFILE),
        (restriction("no_left_turn", "", "x", "nx"), Refusal.FROM_MISSING),
        (restriction("no_left_turn", "wx", "", "nx"), Refusal.VIA_MISSING),
        (restriction("no_left_turn", "wx", "x", ""), Refusal.TO_MISSING),
        (restriction("no_left_turn", "wx", "x n", "nx"), Refusal.SEVERAL_VIA),
        (restriction("no_left_turn", "wx xe", "x", "nx"), Refusal.SEVERAL_FROM),
        (restriction("no_left_turn", "wx", "x", "nx xe"), Refusal.SEVERAL_TO),
        (restriction("no_left_turn", "wx", "q", "nx"), Refusal.VIA_NOT_ON_ROAD),
        (restriction("no_left_turn", "wx", "x", "xq"), Refusal.MEMBER_NOT_IN_MAP),
        (restriction("no_left_turn", "qx", "x", "nx"), Refusal.MEMBER_NOT_IN_MAP),
        (restriction("no_left_turn", "wx", "x", "xf"), Refusal.MEMBER_CLOSED),
        (restriction("no_left_turn", "wx", "e", "nx"), Refusal.MEMBER_NOT_AT_VIA),
        (restriction("no_left_turn", "ayb", "y", "xy"), Refusal.MEMBER_NOT_SPLIT),
        (restriction("no_left_turn", "xy", "y", "ayb"), Refusal.MEMBER_NOT_SPLIT),
        (restriction("only_straight_on", "wx", "x", "ox"), Refusal.WOULD_CLOSE_ROAD),
        (restriction("no_u_turn", "wx", "qx", "nx"), Refusal.MEMBER_NOT_IN_MAP),
        (restriction("no_u_turn", "wx", "xf", "nx"), Refusal.MEMBER_CLOSED),
        (restriction("no_u_turn", "wx", "nx", "xe"), Refusal.MEMBER_NOT_AT_VIA),
        (restriction("no_u_turn", "wx", "xy ayb nx", "xe"), Refusal.MEMBER_NOT_AT_VIA),
        (restriction("no_u_turn", "wx", "xy", "ayb"), Refusal.MEMBER_NOT_SPLIT),
        (restriction("only_straight_on", "ox", "xy", "cy"), Refusal.WOULD_CLOSE_ROAD),
    ],
    ids=lambda value: value.value if isinstance(value, Refusal) else "",
)
def test_each_reason_to_refuse(relation: OsmRelation, reason: Refusal) -> None:
    """What cannot be used is counted under its own reason and bans nothing."""
    town = """
        o n f
        w x e
        a s .
        c y b
    """
    ways: dict[str, Tags] = {
        **ARMS,
        "xf": {"highway": "footway"},
        "ox": {"oneway": "yes"},
        "xy": {},
        "ayb": {},
        "cy": {"oneway": "yes"},
    }
    network = build(draw(town, ways=ways, restrictions=[relation]))
    assert refusals(network) == {reason: 1}
    assert moves(network) == moves(build(draw(town, ways=ways)))


def test_every_reason_is_tried_above() -> None:
    """A reason that no test provokes would be one that nobody has seen."""
    (mark,) = (m for m in test_each_reason_to_refuse.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {reason for _, reason in mark.args[1]} == set(Refusal)


WAYS = st.sampled_from(["", "wx", "xe", "nx", "xs", "wx nx", "xq", "xe"])
RELATIONS = st.builds(
    restriction,
    st.sampled_from([None, "no_parking", *sorted(PROHIBITIONS | OBLIGATIONS)]),
    WAYS,
    st.sampled_from(["x", "x", "x", "n", "q", "", "x n", "xe", "xs xe", "xq"]),
    WAYS,
    tags=st.dictionaries(
        st.sampled_from(["except", "hour_on", "restriction:hgv", "restriction:motorcar", "type", TIMED]),
        st.sampled_from(
            ["motorcar", "psv", "7:00", "no_left_turn", "restriction:hgv", "restriction", "no_u_turn @ (Mo)"]
        ),
        max_size=2,
    ),
)


@given(st.lists(RELATIONS, max_size=8))
def test_used_and_refused_add_up_to_all(relations: list[OsmRelation]) -> None:
    """No restriction is lost or counted twice, and none ever adds a turn other than one back."""
    network = crossing(*relations)
    count = network.restrictions
    assert count.total == len(relations)
    assert count.used + sum(count.refused.values()) == count.total
    assert set(count.refused) <= set(Refusal)
    assert all(number > 0 for number in count.refused.values())
    assert {move for move in moves(network) if move[0] != move[2]} <= ALL_MOVES


@given(st.lists(RELATIONS, max_size=5), st.permutations(range(5)))
def test_the_order_of_restrictions_does_not_matter(relations: list[OsmRelation], order: list[int]) -> None:
    """The same restrictions in another order give the same network."""
    shuffled = [relations[i] for i in order if i < len(relations)]
    assert crossing(*relations).network_id == crossing(*shuffled).network_id
