"""Roads that are closed, one-way or slower at some hours: then a router is as under plain tags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pytest

from equipage.data.network_files import read_network, save_network
from equipage.routing.conditions import Closure, Conditions
from equipage.routing.errors import UnroutableError
from equipage.routing.network import RoadNetwork
from equipage.routing.osm import Tags
from equipage.routing.profile import TRUCK, VAN, VehicleProfile
from equipage.routing.router import Router
from tests.routing.scenario import SPACING_DEG, build, draw, way_id

# From v to f along the street over x, or around over n.
TOWN = """
    . a n b .
    . c s d .
    v w x e f
"""
ROUND: Mapping[str, Tags] = {"vw": {}, "wca": {}, "anb": {}, "bde": {}, "ef": {}, "ns": {}}
PARIS = ZoneInfo("Europe/Paris")
RUSH, NIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=PARIS), datetime(2026, 3, 2, 22, 0, tzinfo=PARIS)
HOURS = "Mo-Fr 07:00-09:00"
STREET_DEG = -2 * SPACING_DEG
"""The latitude of the street."""

WEST, EAST = (0.5 * SPACING_DEG, STREET_DEG), (3.5 * SPACING_DEG, STREET_DEG)
"""Before and behind the street."""


def town(tags: Tags, profile: VehicleProfile = VAN) -> RoadNetwork:
    """Return the town whose straight street has these tags."""
    return build(draw(TOWN, ways={"wxe": tags, **ROUND}), profile)


def driven(router: Router) -> list[set[int]]:
    """Return the ways of the trips to the east and to the west."""
    return [set(router.route(*ends).way_ids) for ends in ((WEST, EAST), (EAST, WEST))]


def seconds(router: Router) -> npt.NDArray[np.float64]:
    """Return the seconds of these trips."""
    return router.matrix([WEST, EAST], [WEST, EAST])


CASES: list[tuple[Tags, Tags, Tags]] = [
    ({"access:conditional": f"no @ ({HOURS})"}, {}, {"access": "no"}),
    ({"motor_vehicle:forward:conditional": f"no @ ({HOURS})"}, {}, {"motor_vehicle:forward": "no"}),
    ({"access": "no", "access:conditional": f"yes @ ({HOURS})"}, {"access": "no"}, {}),
    (
        {"highway": "pedestrian", "motor_vehicle:conditional": f"yes @ ({HOURS})"},
        {"highway": "pedestrian"},
        {"highway": "pedestrian", "motor_vehicle": "yes"},
    ),
    ({"oneway:conditional": f"yes @ ({HOURS})"}, {}, {"oneway": "yes"}),
    ({"oneway": "yes", "oneway:conditional": f"no @ ({HOURS})"}, {"oneway": "yes"}, {}),
    ({"oneway": "yes", "oneway:conditional": f"-1 @ ({HOURS})"}, {"oneway": "yes"}, {"oneway": "-1"}),
    (
        {"oneway": "reversible", "oneway:conditional": f"yes @ ({HOURS})"},
        {"oneway": "reversible"},
        {"oneway": "yes"},
    ),
    ({"maxheight:conditional": f"2 @ ({HOURS})"}, {}, {"maxheight": "2"}),
]


@pytest.mark.parametrize(("tags", "usual", "then"), CASES, ids=lambda tags: " ".join(tags) or "free")
def test_a_conditional_tag_holds_at_its_hours_only(tags: Tags, usual: Tags, then: Tags) -> None:
    """In the rush hour as if its value stood there plainly; at night and without a time, as if not."""
    router, free, plain = (Router(town(each)) for each in (tags, usual, then))
    assert driven(free) != driven(plain)
    assert driven(router.at(RUSH)) == driven(plain)
    assert driven(router.at(NIGHT)) == driven(free)
    assert driven(router) == driven(free)
    assert "conditions_not_read" not in router.network.ignored


@pytest.mark.parametrize(
    ("tags", "usual", "then"),
    [
        (
            {"maxspeed": "50", "maxspeed:conditional": f"30 @ ({HOURS})"},
            {"maxspeed": "50"},
            {"maxspeed": "30"},
        ),
        ({"maxspeed:backward:conditional": f"60 @ ({HOURS})"}, {}, {"maxspeed:backward": "60"}),
        ({"maxspeed:conditional": f"none @ (weight>7.5); 20 @ ({HOURS})"}, {}, {"maxspeed": "20"}),
    ],
)
def test_a_conditional_limit_holds_at_its_hours_only(tags: Tags, usual: Tags, then: Tags) -> None:
    """To the second as if it stood there plainly, or not at all."""
    router, free, plain = (Router(town(each)) for each in (tags, usual, then))
    assert (seconds(free) != seconds(plain)).any()
    assert seconds(router.at(RUSH)) == pytest.approx(seconds(plain))
    assert seconds(router.at(NIGHT)) == pytest.approx(seconds(free))
    assert seconds(router) == pytest.approx(seconds(free))


def test_a_condition_about_lorries_is_for_lorries() -> None:
    """`no @ (weight>7.5 AND …)`: a van drives on, a lorry goes around in the rush hour."""
    tags = {"access:conditional": f"no @ ({HOURS} AND weight>7.5)"}
    for profile, closed in ((VAN, False), (TRUCK, True)):
        router = Router(town(tags, profile))
        assert (driven(router.at(RUSH)) != driven(router)) == closed


def test_deliveries_at_certain_hours_go_in_and_nobody_drives_through() -> None:
    """A pedestrian street opens for local business: not a way through, then or at any time."""
    tags = {"highway": "pedestrian", "motor_vehicle:conditional": f"delivery @ ({HOURS})"}
    router, without = Router(town(tags)), Router(town({"highway": "pedestrian"}))
    assert driven(router.at(RUSH)) == driven(without)
    assert way_id("wxe") in router.network.edge_way_id


def test_a_road_that_is_local_at_certain_hours_only_is_not_read() -> None:
    """Local roads are so at all times; it stays what it plainly is, and is told."""
    network = town({"access:conditional": f"destination @ ({HOURS})"})
    assert network.ignored["conditions_not_read"] == 1
    assert len(network.timed_edge) == 0


def test_nobody_starts_where_it_is_usually_closed() -> None:
    """Trips are snapped to what is open without a time: the same streets at every hour."""
    network = town({"access": "no", "access:conditional": f"yes @ ({HOURS})"})
    usually_closed = network.edge_way_id == way_id("wxe")
    assert not network.edge_in_core[usually_closed].any()
    assert network.edge_in_core[~usually_closed].all()


def test_nobody_leaves_against_a_street_that_is_one_way_now() -> None:
    """A trip that starts on it in the rush hour goes with the street, at night either way."""
    router = Router(town({"oneway:conditional": f"yes @ ({HOURS})"}))
    start, behind = (2.2 * SPACING_DEG, STREET_DEG), (1.8 * SPACING_DEG, STREET_DEG)
    direct, around = (router.at(time).route(start, WEST) for time in (NIGHT, RUSH))
    assert set(direct.way_ids) == {way_id("wxe"), way_id("vw")}
    assert way_id("anb") in around.way_ids
    assert router.at(RUSH).route(start, behind).distance_m > 500.0
    assert router.at(NIGHT).route(start, behind).distance_m < 50.0


def test_who_is_on_a_street_when_it_closes_gets_out_and_nobody_in() -> None:
    """As with streets that conditions close."""
    router = Router(town({"access:conditional": f"no @ ({HOURS})"})).at(RUSH)
    on_it = (1.6 * SPACING_DEG, STREET_DEG)
    assert set(router.route(on_it, WEST).way_ids) == {way_id("wxe"), way_id("vw")}
    with pytest.raises(UnroutableError, match="no way leads"):
        router.route(WEST, on_it)


def test_nobody_flees_a_flood_over_a_street_that_is_closed_usually() -> None:
    """Conditions let one leave over other closed streets, but not against a one-way street."""
    network = town({"oneway": "yes", "oneway:conditional": f"no @ ({HOURS})"})
    flooded = Conditions(closures=(Closure(way_ids=(way_id("ef"), way_id("bde"))),))
    router = Router(network).with_conditions(flooded)
    assert way_id("bde") in router.at(NIGHT).route(EAST, WEST).way_ids
    assert way_id("wxe") in router.at(RUSH).route(EAST, WEST).way_ids


def test_a_dead_end_before_a_closed_street_is_left_again() -> None:
    """One turns back where the only way on is closed without a time."""
    closed = {"access": "no", "access:conditional": "yes @ (Sa)"}
    ways: Mapping[str, Tags] = {"wca": {}, "wx": {}, "xe": closed}
    network = build(draw(TOWN, ways=ways))
    assert network.edge_in_core[network.edge_way_id == way_id("wx")].all()


def test_timed_roads_are_kept_in_the_file_of_a_network(tmp_path: Path) -> None:
    """A stored network closes at its hours what the built one does."""
    network = town({"access:conditional": f"no @ ({HOURS})"})
    save_network(network, tmp_path / "town.equipage")
    again = read_network(tmp_path / "town.equipage")
    assert again == network
    assert seconds(Router(again).at(RUSH)) == pytest.approx(seconds(Router(network).at(RUSH)))
