"""Routes: continuous, honest about their seconds, and drivable along."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings

from equipage.data.osm.read import read_osm
from equipage.geo.earth import polyline_length_m
from equipage.routing.build import build_network
from equipage.routing.errors import OffNetworkError, UnroutableError
from equipage.routing.network import RoadNetwork
from equipage.routing.route import Route
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, ROUNDED_S, STEP, chain, grid, networks, points


def check_laws(network: RoadNetwork, route: Route) -> None:
    """Hold a route to what every route must be."""
    before, after = network.state_edge[network.turn_from], network.state_edge[network.turn_to]
    turns = dict(
        zip(
            zip(before.tolist(), after.tolist(), strict=True),
            network.turn_duration_s.tolist(),
            strict=True,
        )
    )
    ends = {route.origin.edge, int(network.edge_reverse[route.origin.edge])}
    assert route.edges[0] in ends
    assert route.edges[-1] in {route.destination.edge, int(network.edge_reverse[route.destination.edge])}
    first = route.origin.fraction if route.edges[0] == route.origin.edge else 1 - route.origin.fraction
    last = (
        route.destination.fraction
        if route.edges[-1] == route.destination.edge
        else 1 - route.destination.fraction
    )
    share = np.ones(len(route.edges))
    share[-1] = last
    share[0] -= first
    assert all(pair in turns for pair in pairwise(route.edges))
    driven_s = (share * network.edge_duration_s[list(route.edges)]).sum()
    turned_s = sum(turns[pair] for pair in pairwise(route.edges))
    assert route.duration_s == pytest.approx(driven_s + turned_s, abs=ROUNDED_S)
    driven_m = (share * network.edge_length_m[list(route.edges)]).sum()
    assert route.distance_m == pytest.approx(driven_m, abs=0.02)
    drawn = shapely.get_coordinates(route.geometry)
    assert polyline_length_m(drawn) == pytest.approx(route.distance_m, rel=1e-2, abs=0.05)
    np.testing.assert_allclose(drawn[0], [route.origin.lon, route.origin.lat], atol=1e-8)
    np.testing.assert_allclose(drawn[-1], [route.destination.lon, route.destination.lat], atol=1e-8)
    assert len(route.cumulative_duration_s) == len(drawn)
    assert (np.diff(route.cumulative_duration_s) >= 0).all()
    assert route.cumulative_duration_s[0] == 0.0
    assert route.cumulative_duration_s[-1] == route.duration_s


@settings(max_examples=150, deadline=None)
@given(networks(), points(2))
def test_routes_obey_the_laws(network: RoadNetwork, ends: list[tuple[float, float]]) -> None:
    """Every route is continuous, sums to its seconds and metres, and takes what the matrix says."""
    router = Router(network, max_snap_m=5000.0)
    seconds = router.matrix(ends[:1], ends[1:])[0, 0]
    assume(np.isfinite(seconds))
    route = router.route(*ends)
    assert route.duration_s == pytest.approx(seconds, abs=1e-9)
    check_laws(network, route)


def test_real_routes_obey_the_laws(shared_data: Path) -> None:
    """So do routes across Monaco."""
    network = build_network(read_osm(shared_data / "monaco" / "monaco.osm.pbf"))
    router = Router(network, max_snap_m=5000.0)
    rng = np.random.default_rng(3)
    for _ in range(40):
        origin, destination = network.node_lonlat[rng.choice(len(network.node_lonlat), 2, replace=False)]
        route = router.route(origin, destination)
        assert route.duration_s == pytest.approx(router.matrix([origin], [destination])[0, 0], abs=1e-9)
        check_laws(network, route)


def test_streets_are_named_in_order_of_travel() -> None:
    """Names and ways merge repetitions, and leave out unnamed pieces and one of no length at a corner."""
    road = chain(
        [(LON + STEP * i, LAT) for i in range(6)],
        edge_name=["Rue A", "Rue A", "", "Rue B", "Rue C"] * 2,
        edge_way_id=[11, 11, 12, 13, 14] * 2,
    )
    route = Router(road).route((LON + 0.5 * STEP, LAT), (LON + 4 * STEP, LAT))
    assert route.names == ("Rue A", "Rue B")
    assert route.way_ids == (11, 12, 13)
    from_a_corner = Router(road).route((LON + 2 * STEP, LAT), (LON + 4 * STEP, LAT))
    assert from_a_corner.edges == (1, 2, 3)
    assert from_a_corner.names == ("Rue B",)
    assert from_a_corner.way_ids == (12, 13)


def test_a_route_along_one_edge_keeps_its_bends() -> None:
    """Between two places on one bent edge, the bends between them are drawn and no others."""
    bends = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP), (LON + 2 * STEP, LAT + STEP)]
    street = RoadNetwork.from_arrays([bends[0], bends[-1]], [0], [1], shapes=[bends], edge_duration_s=[100.0])
    route = Router(street).route((LON + 0.5 * STEP, LAT), (LON + STEP, LAT + 0.5 * STEP))
    assert route.edges == (0,)
    np.testing.assert_allclose(
        shapely.get_coordinates(route.geometry),
        [(LON + 0.5 * STEP, LAT), (LON + STEP, LAT), (LON + STEP, LAT + 0.5 * STEP)],
        atol=1e-7,
    )


def test_a_route_to_where_one_is() -> None:
    """It takes no time and no way, names nothing, and still has a geometry."""
    route = Router(grid(3, 3)).route((LON + 0.5 * STEP, LAT), (LON + 0.5 * STEP, LAT))
    assert (route.duration_s, route.distance_m, route.names, route.way_ids) == (0.0, 0.0, (), ())
    assert len(shapely.get_coordinates(route.geometry)) == 2
    assert route.position_at(5.0) == pytest.approx((LON + 0.5 * STEP, LAT))


def test_a_vehicle_is_driven_along() -> None:
    """On 60 s and 30 s: halfway the first after 30 s, a third of the second after 70 s, held at the ends."""
    road = chain([(LON + STEP * i, LAT) for i in range(3)], edge_duration_s=[60.0, 30.0] * 2)
    route = Router(road).route((LON, LAT), (LON + 2 * STEP, LAT))
    for seconds, steps in ((-1.0, 0.0), (0.0, 0.0), (30.0, 0.5), (70.0, 4 / 3), (90.0, 2.0), (1e6, 2.0)):
        assert route.position_at(seconds) == pytest.approx((LON + steps * STEP, LAT), abs=1e-7)


def test_turns_cost_their_seconds_on_the_way() -> None:
    """A turn of 40 s makes a detour over two cheap turns the faster way."""
    network = grid(3, 3, edge_duration_s=[10.0] * 24)
    straight = Router(network).route((LON + 0.5 * STEP, LAT), (LON + STEP, LAT + 0.5 * STEP))
    dear = {(straight.edges[0], straight.edges[1]): 40.0}
    dearer = Router(grid(3, 3, edge_duration_s=[10.0] * 24, turn_duration_s=dear))
    detour = dearer.route((LON + 0.5 * STEP, LAT), (LON + STEP, LAT + 0.5 * STEP))
    assert len(straight.edges) == 2
    assert len(detour.edges) == 4
    assert detour.duration_s < 50.0


def test_the_turn_is_done_on_reaching_the_corner() -> None:
    """Half an edge of 10 s and a turn of 7 s lead to the corner in 12 s, another half to the end in 17."""
    corner, end = (LON + STEP, LAT), (LON + STEP, LAT + 0.5 * STEP)
    free = Router(grid(3, 3)).route((LON + 0.5 * STEP, LAT), end)
    turn = (free.edges[0], free.edges[1])
    route = Router(grid(3, 3, edge_duration_s=[10.0] * 24, turn_duration_s={turn: 7.0})).route(
        (LON + 0.5 * STEP, LAT), end
    )
    np.testing.assert_allclose(route.cumulative_duration_s, [0.0, 12.0, 17.0], atol=1e-4)
    assert route.position_at(12.0) == pytest.approx(corner, abs=1e-6)


def test_a_banned_turn_is_not_taken() -> None:
    """Where the turn is banned the route goes round."""
    free = Router(grid(3, 3)).route((LON + 0.5 * STEP, LAT), (LON + STEP, LAT + 0.5 * STEP))
    banned = (free.edges[0], free.edges[1])
    round_about = Router(grid(3, 3, banned_turns=[banned])).route(
        (LON + 0.5 * STEP, LAT), (LON + STEP, LAT + 0.5 * STEP)
    )
    assert banned not in pairwise(round_about.edges)
    assert round_about.duration_s > free.duration_s


def test_no_way_is_told() -> None:
    """Against a one-way street there is no route, and the message tells from where to where."""
    network = chain([(LON, LAT), (LON + STEP, LAT)], two_way=False, edge_name=["Rue du Tillot"])
    with pytest.raises(UnroutableError, match=r"Rue du Tillot.* to .*Rue du Tillot"):
        Router(network).route((LON + 0.9 * STEP, LAT), (LON + 0.1 * STEP, LAT))


def test_both_bad_ends_are_named() -> None:
    """Two points off the network are told together."""
    with pytest.raises(OffNetworkError, match=r"origin .*; destination "):
        Router(grid(2, 2)).route((2.0, 48.0), (LON, -LAT))


def test_a_destination_a_hair_behind_is_here() -> None:
    """Half a centimetre back on a one-way ring costs nothing, not the loop."""
    corners = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP)]
    router = Router(RoadNetwork.from_arrays(corners, [0, 1, 2], [1, 2, 0]))
    half_a_centimetre = 6.6e-8
    route = router.route((LON + 0.5 * STEP, LAT), (LON + 0.5 * STEP - half_a_centimetre, LAT))
    assert route.duration_s == 0.0
    assert (
        router.route((LON + 0.5 * STEP, LAT), (LON + 0.5 * STEP - 10 * half_a_centimetre, LAT)).duration_s
        > 30.0
    )


@pytest.mark.parametrize(
    "wrong", [{"edge": 10_000}, {"reverse": 10_000}, {"fraction": np.nan}, {"fraction": 2.0}]
)
def test_a_place_of_another_network_is_refused(wrong: dict[str, float]) -> None:
    """Edges that there are not, and fractions that are none, end in an error, on whichever side they are."""
    router = Router(grid(3, 3))
    place, other = router.snap((LON, LAT)), router.snap((LON + 2 * STEP, LAT + 2 * STEP))
    fields: dict[str, Any] = {name: np.array([value]) for name, value in wrong.items()}
    strange = replace(other, **fields)
    for ends in ((place, strange), (strange, place), (strange, strange)):
        with pytest.raises(IndexError):
            router.route(*ends)


def test_many_threads_share_one_router() -> None:
    """Eight threads get the answers that one gets."""
    router = Router(grid(12, 12))
    rng = np.random.default_rng(5)
    ends = rng.uniform([LON, LAT], [LON + 11 * STEP, LAT + 11 * STEP], (40, 2, 2))
    alone = [router.route(*pair).duration_s for pair in ends]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda pair: router.route(*pair).duration_s, ends))
    assert together == alone
