"""Turn restrictions that lead over ways: what they forbid, and that nothing else notices the copied edges.

a b c
d e f    a dual carriageway: westward over c b a, eastward over d e f, a link e b, and g joining from below
. g .
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from equipage.data.network_files import read_network, save_network
from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.graph import TurnGraph
from equipage.routing.network import RoadNetwork
from equipage.routing.osm import Tags
from equipage.routing.router import Router
from equipage.routing.search import Search, hierarchy_of
from tests.routing.roads import ROUNDED_S, networks_with_courses, points, sides, travel_s
from tests.routing.scenario import SPACING_DEG, build, draw, edges, may_drive, moves, restriction, way_id
from tests.routing.test_matrices import ROUNDED_M
from tests.routing.test_router import check_laws

ONE_WAY: Tags = {"oneway": "yes"}
CARRIAGEWAYS: Mapping[str, Tags] = {
    **dict.fromkeys(("cb", "ba", "de", "ef"), ONE_WAY),
    **{way: {} for way in ("eb", "ge", "ad", "cf")},
}
Courses = list[tuple[int, ...]]


def carriageways(
    *, kind: str = "no_u_turn", via: str = "eb", ways: Mapping[str, Tags] | None = None
) -> RoadNetwork:
    """Return the dual carriageway with a restriction from d to a over the link."""
    given = [restriction(kind, "de", via, "ba")] if kind else []
    return build(draw("a b c\nd e f\n. g .", ways={**CARRIAGEWAYS, **(ways or {})}, restrictions=given))


def place(column: float, row: float) -> tuple[float, float]:
    """Return the lon, lat of a place on a drawn map."""
    return column * SPACING_DEG, -row * SPACING_DEG


def test_a_prohibition_over_a_way_binds_only_those_who_come_that_way() -> None:
    """From d one may enter the link but not turn back to a; from g one may."""
    network = carriageways()
    assert not may_drive(network, "deba")
    assert may_drive(network, "deb")
    assert may_drive(network, "geba")
    assert network.restrictions.used == 1


def test_a_trip_that_starts_on_the_way_is_free() -> None:
    """Who starts in the middle of the link did not come from d."""
    route = Router(carriageways()).route(place(1, 0.5), place(0.5, 0))
    assert [*route.way_ids] == [way_id("eb"), way_id("ba")]


def test_a_trip_that_ends_on_the_way_gets_there() -> None:
    """The link is reached from d as directly as without the restriction: it is one road."""
    trips = [place(0.5, 1)], [place(1, 0.5), place(1, 0.2)]
    restricted, free = Router(carriageways()), Router(carriageways(kind=""))
    assert restricted.matrix(*trips) == pytest.approx(free.matrix(*trips))
    assert restricted.route(trips[0][0], trips[1][0]).edges == free.route(trips[0][0], trips[1][0]).edges


def test_the_forbidden_trip_goes_round() -> None:
    """From d to a the way leads on to f, up to c and back; edges and ways named are the map's."""
    route = Router(carriageways()).route(place(0.5, 1), place(0.5, 0))
    assert [*route.way_ids] == [way_id(way) for way in ("de", "ef", "cf", "cb", "ba")]
    assert max(route.edges) < carriageways().edge_count


def test_an_obligation_over_a_way_binds_those_who_drive_all_of_it() -> None:
    """Who takes the link from d must go on to a; who leaves before it, or joins at e, is free."""
    network = carriageways(kind="only_left_turn", ways={"cb": {}})
    assert may_drive(network, "deba")
    assert not may_drive(network, "debc")
    assert may_drive(network, "gebc")
    assert may_drive(network, "def")


STREET = """
    a . f . j .
    b d e i k m
    c . g . l .
"""


def test_obligations_that_overlap_bind_one_after_the_other() -> None:
    """OSRM's case of two obligations: the second begins on ways of the first, and still holds after it."""
    ways = ["ab", "cb", "bd", "de", "ef", "eg", "ei", "ik", "kj", "kl", "km"]
    network = build(
        draw(
            STREET,
            ways=dict.fromkeys(ways, ONE_WAY),
            restrictions=[
                restriction("only_straight_on", "ab", "bd de", "ei"),
                restriction("only_straight_on", "de", "ei ik", "km"),
            ],
        )
    )
    assert network.restrictions.used == 2
    drivable = {
        course
        for course in ("abdef", "abdeg", "abdeikj", "abdeikl", "abdeikm", "cbdef", "cbdeg", "cbdeikj")
        if may_drive(network, course)
    }
    assert drivable == {"abdeikm", "cbdef", "cbdeg"}
    assert may_drive(network, "eikj")


@pytest.mark.parametrize("via", ["bc cde ef", "ef bc cde"])
def test_several_ways_in_any_order_and_of_several_edges(via: str) -> None:
    """Ways are put end to end; a junction within one (at d) lets others join, who are then free."""
    ways: dict[str, Tags] = dict.fromkeys(("ab", "bc", "cde", "ef", "fg", "fh", "xd"), ONE_WAY)
    network = build(
        draw(
            """
            a b c d e f g
            . . . x . h .
            """,
            ways=ways,
            restrictions=[restriction("no_right_turn", "ab", via, "fh")],
        )
    )
    assert network.restrictions.used == 1
    assert not may_drive(network, "abcdefh")
    assert may_drive(network, "abcdefg")
    assert may_drive(network, "bcdefh")
    assert may_drive(network, "xdefh")


def test_a_longer_ban_and_a_shorter_one_within_it_both_hold() -> None:
    """OSRM's case of one restriction inside another: both bind who drives the whole, one who joins."""
    ways: dict[str, Tags] = dict.fromkeys(("ab", "bc", "cd", "de", "ef", "dh", "ei"), ONE_WAY)
    network = build(
        draw(
            """
            a b c d e f
            . . . h i .
            """,
            ways=ways,
            restrictions=[
                restriction("no_right_turn", "ab", "bc cd de", "ei"),
                restriction("no_right_turn", "bc", "cd", "dh"),
            ],
        )
    )
    assert [may_drive(network, course) for course in ("abcdei", "abcdh", "abcdef")] == [False, False, True]
    assert [may_drive(network, course) for course in ("bcdei", "bcdh", "cdh")] == [True, False, True]


def test_a_way_that_may_not_be_driven_in_that_direction_bans_it_anyway() -> None:
    """A one-way link from b down to e holds the restriction up: it is used, and nothing is copied."""
    network = carriageways(ways={"eb": {"oneway": "-1"}})
    assert network.restrictions.used == 1
    assert len(network.copy_of) == 0


def test_a_via_way_that_fits_in_two_ways_is_refused() -> None:
    """Where `from` and `to` both touch both ends of the via, nothing tells which way round is meant."""
    osm = draw(
        """
        a b
        c d
        """,
        ways={"acdb": {}, "ab": {}, "ba": {}},
        restrictions=[restriction("no_u_turn", "acdb", "ab", "ba")],
    )
    assert dict(build(osm).restrictions.refused) == {"member_not_split": 1}


def test_everything_but_turns_is_as_without_the_restriction() -> None:
    """Edges, reverses, core and shapes are the same: who counts, draws or exports roads sees each once."""
    restricted, free = carriageways(), carriageways(kind="")
    assert len(restricted.copy_of) == 1
    for name in ("edge_tail", "edge_length_m", "edge_reverse", "edge_in_core", "edge_way_id", "shape_start"):
        np.testing.assert_array_equal(getattr(restricted, name), getattr(free, name))
    assert restricted.to_osmnx().number_of_edges() == free.edge_count
    assert len(Router(restricted).snapper.roads) == len(Router(free).snapper.roads)
    assert moves(restricted) == moves(free)
    assert restricted.network_id != free.network_id


def test_a_link_that_is_entered_only_from_the_restricted_road_stays_usable() -> None:
    """Its own state is entered by nobody, but one may both arrive on it and leave it."""
    network = carriageways(ways={"ge": {"highway": "footway"}, "eb": ONE_WAY})
    link = edges(network)["eb"]
    assert not (network.turn_to == link).any()
    assert network.edge_in_core[link]


def test_a_closed_way_is_closed_in_every_state() -> None:
    """With the link closed nobody enters it from d, although that state has another number."""
    router = Router(carriageways(ways={"cb": {}}))
    trip = place(0.5, 1), place(1.5, 0)
    assert way_id("eb") in router.route(*trip).way_ids
    closed = router.with_conditions(Conditions(closures=(Closure(way_ids=(way_id("eb"),)),)))
    assert way_id("eb") not in closed.route(*trip).way_ids


def test_a_slower_way_is_slower_in_every_state() -> None:
    """Halving the speed of the link's edges slows whoever comes from d by the seconds of the link."""
    network = carriageways(ways={"cb": {}, "ef": {"oneway": "-1"}})
    link = edges(network)["eb"]
    router = Router(network)
    slower = router.with_conditions(Conditions(speeds=(SpeedChange(edges=(link,), factor=0.5),)))
    trip = [place(0.5, 1)], [place(1.5, 0)]
    more_s = slower.matrix(*trip) - router.matrix(*trip)
    assert more_s[0, 0] == pytest.approx(network.edge_duration_s[link], abs=ROUNDED_S)


def test_copies_are_kept_in_the_file_of_a_network(tmp_path: Path) -> None:
    """A stored network bans what the built one does."""
    save_network(carriageways(), tmp_path / "town.equipage")
    again = read_network(tmp_path / "town.equipage")
    assert again == carriageways()
    assert not may_drive(again, "deba")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks_with_courses(), points(3), points(2))
def test_every_trip_is_networkxs_without_the_banned_courses(
    drawn: tuple[RoadNetwork, RoadNetwork, Courses],
    origins: list[tuple[float, float]],
    destinations: list[tuple[float, float]],
) -> None:
    """Matrices and routes avoid banned courses at the least cost, and lead from every road to every other."""
    network, plain, courses = drawn
    router = Router(network, max_snap_m=5000.0)
    starts, ends = router.snap(origins), router.snap(destinations)
    expected = [
        [travel_s(plain, sides(starts, i), sides(ends, j), banned=courses) for j in range(2)]
        for i in range(3)
    ]
    assert (np.isfinite(expected) | (starts.edge[:, None] == ends.edge[None, :])).all()
    np.testing.assert_allclose(router.matrix(origins, destinations), expected, rtol=0.0, atol=ROUNDED_S)
    both = router.matrices(origins, destinations)
    np.testing.assert_allclose(both.duration_s, expected, rtol=0.0, atol=ROUNDED_S)
    if np.isinf(expected[0][0]):
        return
    route = router.route(origins[0], destinations[0])
    assert both.distance_m[0, 0] <= route.distance_m + ROUNDED_M
    check_laws(plain, route)
    assert route.duration_s == pytest.approx(expected[0][0], abs=ROUNDED_S)
    driven = "".join(f" {edge}" for edge in route.edges) + " "
    assert not any("".join(f" {edge}" for edge in course) + " " in driven for course in courses)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks_with_courses(), points(1))
def test_every_sweep_is_networkxs_without_the_banned_courses(
    drawn: tuple[RoadNetwork, RoadNetwork, Courses], middle: list[tuple[float, float]]
) -> None:
    """One-to-all and all-to-one, which isochrones are made of, take every edge in its best state."""
    network, plain, courses = drawn
    router = Router(network, max_snap_m=5000.0)
    snaps = router.snap(middle)
    graph = TurnGraph.of(network, network.edge_duration_s, np.zeros(network.edge_count, dtype=bool))
    search = Search(hierarchy_of(network), graph.arc_s, np.zeros(len(graph.arc_s)))
    entered_s = graph.entered_s(next(search.from_points(graph.departures(snaps))))
    after_s = graph.after_s(next(search.to_points(graph.arrivals(snaps))))
    own = sides(snaps, 0)
    others = [edge for edge in range(network.edge_count) if edge not in [side for side, _ in own]]
    begins = [travel_s(plain, own, [(edge, 0.0)], banned=courses) for edge in others]
    whole = [travel_s(plain, [(edge, 0.0)], own, banned=courses) for edge in others]
    np.testing.assert_allclose(entered_s[others], begins, rtol=0.0, atol=ROUNDED_S)
    np.testing.assert_allclose(after_s[others], whole, rtol=0.0, atol=ROUNDED_S)
